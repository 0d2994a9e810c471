// Events that nobody has acknowledged yet, each as its JSON text; in local storage too, so that a tab may close.
import { allowed } from './policy.js'
import { key } from './settings.js'
import { get, put } from './storage.js'

const QUEUE = `hotlead_queue_${key}`
// The scorer knows an event again among its lead's last 32, within 24 h: what is sent once more must be among them,
// with room for what other tabs send meanwhile. Older ones the edge would refuse.
const EVENTS = 20
const DAY = 864e5
// Browsers take 64 KiB of beacons and keepalive requests at a time.
const BYTES = 6e4
// The edge takes 32 KiB an event.
const EVENT_BYTES = 32768

const bytes = text => new Blob([text]).size

export const stampNow = (ago = 0) => new Date(Date.now() - ago).toISOString()

export let queue = []

/**
 * Adds events, none where the visitor refused, and removes those that are done with. What other tabs stored is taken along: two tabs may send one event
 * twice, which counts once, but neither loses the other's. The oldest go first where there is no room.
 */
export function keep(added = [], done = []) {
  const may = allowed()
  // A text begins with its time: ISO times compare as text.
  const oldest = `{"timestamp":"${stampNow(DAY)}`
  const stored = (may && get(QUEUE)?.split('\n')) || []
  queue =
    may === false
      ? []
      : [...new Set([...stored, ...queue, ...added])]
          .filter(event => event > oldest && !done.includes(event) && bytes(event) <= EVENT_BYTES)
          .slice(-EVENTS)
  while (bytes(queue) > BYTES) queue.shift()
  put(QUEUE, may && queue.join('\n'))
}
