// How long a page was seen, and how far down: at most four events a page view, the last one when it is left.
import { track } from './event.js'

// Seconds at which it is told while the page is open: 30, 120 and 480. Nobody reads for longer than half an hour.
const FIRST = 30
const TIMES = 4
const READING = 1800

let view
let seconds
let told
let scroll
let next

function tell() {
  if (view && seconds > told) track('Page Engaged', { seconds, added: seconds - told, scroll }, view)
  told = seconds
}

/** A page view begins, and with it ends the one before. */
export function engage(page) {
  tell()
  view = page
  seconds = told = scroll = 0
  next = FIRST
}

// Once a second: a listener would ask for the layout at each step of a scroll.
function tick() {
  if (document.hidden || seconds >= READING) return
  seconds++
  const { scrollHeight } = document.documentElement
  scroll = Math.max(scroll, Math.min(100, Math.round((100 * (scrollY + innerHeight)) / scrollHeight)))
  if (seconds < next) return
  next *= TIMES
  tell()
}

export function watchEngagement() {
  setInterval(tick, 1000)
  addEventListener('pagehide', tell)
}
