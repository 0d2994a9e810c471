/**
 * What the load generator says it got a 2xx for. A file of lines, only ever appended to; one line for each acknowledged
 * event and request:
 *
 *   {"id":"m-17"}             the messageId (of a follow-up: its id). Acknowledged twice, it stands there twice.
 *   {"id":"m-17","sent":3}    it went out three times before the 2xx: it may be in the log up to three times
 *   {"poison":"<base64>"}     bytes of an event that must end in `dead-letter` and nowhere else
 *   {"mayRepeat":1000}        something happened by which so many events may be in the log once more than they were sent
 *   m-17                      the same as {"id":"m-17"} without a word on how often it was sent
 *
 * An id is kept as 53 bits of its hash: 23 bytes each, at a million.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { idNumber } from './lead/ids.mjs'

const CHUNK = 1 << 20

/** The complete lines that a file has beyond those read before. */
export class Tail {
  #file
  #at = 0
  #rest = Buffer.alloc(0)

  constructor(file) {
    this.#file = file
  }

  *read() {
    let fd
    try {
      fd = openSync(this.#file, 'r')
    } catch (error) {
      // Nothing is acknowledged yet.
      if (error.code === 'ENOENT') return
      throw error
    }
    try {
      const { size } = fstatSync(fd)
      while (this.#at < size) {
        const chunk = Buffer.alloc(Math.min(CHUNK, size - this.#at))
        const read = readSync(fd, chunk, 0, chunk.length, this.#at)
        this.#at += read
        let bytes = Buffer.concat([this.#rest, chunk.subarray(0, read)])
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
          const line = bytes.toString('utf8', 0, end).trim()
          bytes = bytes.subarray(end + 1)
          if (line !== '') yield line
        }
        this.#rest = Buffer.from(bytes)
      }
    } finally {
      closeSync(fd)
    }
  }
}

/** A line of the file. @throws naming what is wrong with it */
export function readLine(line) {
  if (!line.startsWith('{')) return { id: line }
  const parsed = JSON.parse(line)
  if (
    typeof parsed.id !== 'string' &&
    typeof parsed.poison !== 'string' &&
    typeof parsed.mayRepeat !== 'number'
  )
    throw new Error(`an acknowledgement has an id, a poison or a mayRepeat, found ${line.slice(0, 200)}`)
  return parsed
}

/** How often each id was acknowledged, may be in the log at most, and is: counts up to 255, by the id's hash. */
export class Account {
  #size = 1 << 12
  #ids = new Float64Array(this.#size)
  #acked = new Uint8Array(this.#size)
  #most = new Uint8Array(this.#size)
  #found = new Uint8Array(this.#size)
  #used = 0
  /** Ids to look at in the next `problems`. */
  #touched = new Set()
  /** Copies too many that may still come. */
  #allowed = 0
  counts = { acknowledged: 0, inLog: 0, unacknowledged: 0 }

  /** @param sent undefined: how often it went out is not known */
  acknowledged({ id, sent }) {
    const at = this.#slot(idNumber(id))
    this.#touched.add(id)
    this.counts.acknowledged++
    this.#acked[at] = Math.min(255, this.#acked[at] + 1)
    this.#most[at] = sent === undefined || this.#most[at] === 255 ? 255 : Math.min(254, this.#most[at] + sent)
  }

  /** So many more copies than were sent are no fault, of those that the next `problems` looks at. */
  mayRepeat(copies) {
    this.#allowed += copies
  }

  /** Found in the log, as it came in (not sent on). */
  found(id) {
    const at = this.#slot(idNumber(id))
    this.counts.inLog++
    this.#found[at] = Math.min(255, this.#found[at] + 1)
    this.#touched.add(id)
  }

  /** What is wrong with the ids that something happened to since the last call. Those that are missing stay. */
  problems() {
    const found = []
    let unacknowledged = 0
    for (const id of this.#touched) {
      const at = this.#slot(idNumber(id))
      const [acked, most, copies] = [this.#acked[at], this.#most[at], this.#found[at]]
      if (acked > 0 && copies === 0) {
        found.push(`the event ${id} was acknowledged, and is in no partition of activity`)
        continue
      }
      const over = acked > 0 && most < 255 ? Math.max(0, copies - most) : 0
      if (over > 0 && over <= this.#allowed) {
        this.#allowed -= over
        this.#most[at] = copies
      } else if (over > 0)
        found.push(`the event ${id} was sent ${most} times, and is in activity ${copies} times`)
      // An answer may still come for what is in the log.
      if (acked === 0) unacknowledged++
      else this.#touched.delete(id)
    }
    this.counts.unacknowledged = unacknowledged
    // What was not used by now was not needed: at rest every copy is in the log.
    this.#allowed = 0
    return found
  }

  /** The slot of an id: its own, or the next that is free. */
  #slot(number) {
    if (this.#used * 2 > this.#size) this.#grow()
    const wanted = number === 0 ? 1 : number
    let at = wanted % this.#size
    while (this.#ids[at] !== 0 && this.#ids[at] !== wanted) at = (at + 1) % this.#size
    if (this.#ids[at] === 0) {
      this.#ids[at] = wanted
      this.#used++
    }
    return at
  }

  #grow() {
    const old = { ids: this.#ids, acked: this.#acked, most: this.#most, found: this.#found }
    this.#size *= 2
    this.#ids = new Float64Array(this.#size)
    this.#acked = new Uint8Array(this.#size)
    this.#most = new Uint8Array(this.#size)
    this.#found = new Uint8Array(this.#size)
    this.#used = 0
    for (let i = 0; i < old.ids.length; i++) {
      if (old.ids[i] === 0) continue
      const at = this.#slot(old.ids[i])
      this.#acked[at] = old.acked[i]
      this.#most[at] = old.most[i]
      this.#found[at] = old.found[i]
    }
  }
}
