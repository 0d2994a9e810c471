// Where the visitor is, and from where.
import { clean } from './address.js'

let referrer = clean(document.referrer)
let seen
let last

export const here = () => ({
  url: clean(location.href),
  path: location.pathname,
  search: clean(location.search),
  title: document.title,
  referrer,
})

export function campaign() {
  const found = {}
  for (const [name, value] of new URLSearchParams(clean(location.search)))
    if (value && name.startsWith('utm_')) found[name.slice(4).replace('campaign', 'name')] = value
  return found
}

// A route is a new path or query; a changed #fragment is not, unless the app routes by it (#/ or #!).
function route() {
  const url = location.origin + location.pathname + location.search
  return /^#[/!]/.test(location.hash) ? url + location.hash : url
}

export function arrived() {
  seen = route()
  last = clean(location.href)
}

/** @returns whether the route is another one than that of the last page view */
export function moved() {
  if (route() === seen) return
  referrer = last
  arrived()
  return true
}
