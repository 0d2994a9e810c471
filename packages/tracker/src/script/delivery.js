// From the queue to the edge: one request at a time, so that events arrive in order.
import { allowed, consentContext } from './policy.js'
import { keep, queue, stampNow } from './queue.js'
import { host, key } from './settings.js'

const url = `${host}/v1/batch`
// Seconds; as long as Segment's SDK waits.
const LONGEST = 300

/** The batch under way. */
let flying = []
let timer
let failures = 0
let leaving

/** The context is for events from before the visitor's answer: the edge gives it to those that have none. */
const body = batch =>
  `{"writeKey":${JSON.stringify(key)},"sentAt":"${stampNow()}","context":${JSON.stringify({ consent: consentContext() })},"batch":[${batch}]}`

export function beacon(batch) {
  return navigator.sendBeacon?.(url, body(batch))
}

export function deliver() {
  if (leaving) return flush()
  if (flying.length || timer || !queue.length || !allowed()) return
  flying = queue
  const again = seconds => {
    flying = []
    timer = setTimeout(retry, 1000 * Math.min(seconds || 2 ** failures, LONGEST))
    failures++
  }
  fetch(url, { method: 'POST', body: body(flying), keepalive: true, credentials: 'omit' }).then(
    answer => {
      if (answer.status === 429 || answer.status >= 500) return again(+answer.headers.get('Retry-After'))
      keep([], flying)
      flying = []
      failures = 0
      deliver()
    },
    () => again(),
  )
}

function retry() {
  clearTimeout(timer)
  timer = 0
  deliver()
}

/**
 * A page that is left loses its timers. What is not under way goes out as a beacon. That has no answer, so the event is
 * done with only where nothing spoke against it: else it is sent once more by the next page, under the same messageId.
 */
function flush() {
  const rest = queue.filter(event => !flying.includes(event))
  if (rest.length && allowed() && beacon(rest) && navigator.onLine && !failures) keep([], rest)
}

export function watchConnection() {
  addEventListener('online', retry)
  addEventListener('pagehide', () => {
    leaving = 1
    flush()
  })
  addEventListener('pageshow', () => {
    leaving = 0
  })
}
