import { hash } from 'node:crypto'
import { truncateAddress } from '@hotlead/beacon'

/** ms within which the same reader's same load is a repeat: a double click, a retry after a cut connection. */
export const REPEATED = 2_000

/**
 * Ids of opens and clicks, which come without one. The same token asked for by the same reader (user agent, and address as far
 * as the log may know it) within two seconds after the first is the same event, whose id counts once; later it is another.
 *
 * The id is made of the time's whole two seconds, so that a repeat that another ingestor answers mostly gets the same one; within
 * this one it always does. 20,000 loads of about 200 bytes are 4 MB: up to 10,000 a second. A load that is forgotten before its
 * time may count twice.
 */
export class Loads {
  /** By reader and token, in order of time. */
  readonly #first = new Map<string, { id: string; at: number }>()
  readonly #max: number

  constructor(max = 20_000) {
    this.#max = max
  }

  /** @param now ms since 1970 */
  idOf(token: string, address: string, userAgent: string | undefined, now: number): string {
    const load = hash('sha256', `${token}\n${truncateAddress(address)}\n${userAgent ?? ''}`, 'base64url')
    const first = this.#first.get(load)
    // A clock that is set back must not make everything a repeat.
    if (first && Math.abs(now - first.at) < REPEATED) return first.id
    const id = hash('sha256', `${load}\n${Math.floor(now / REPEATED)}`, 'base64url').slice(0, 22)
    this.#first.delete(load)
    this.#first.set(load, { id, at: now })
    for (const [old, { at }] of this.#first) {
      if (this.#first.size <= this.#max && now - at < REPEATED) break
      this.#first.delete(old)
    }
    return id
  }

  get size(): number {
    return this.#first.size
  }
}
