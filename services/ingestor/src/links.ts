import type { Subject } from '@hotlead/contracts'

/** A link on its way into the log. */
export interface NewLink {
  readonly visitor: string
  readonly lead: Subject
  readonly writtenAt: number
  acknowledged: boolean
}

/**
 * How long a link is remembered, in ms. Another ingestor may have linked the visitor to somebody else meanwhile, of which
 * this one hears nothing: for at most this long what the visitor does without a name goes to the wrong one of the two
 * (an `identify` mends it at once). The price is one more small record per named visitor and ten minutes.
 */
export const REMEMBERED = 10 * 60_000

/**
 * The lead that each visitor was linked to last, so that a visitor who is known needs no link with every event. Only what
 * was acknowledged counts, and only the last: a visitor linked to A, then B, then A again is A's.
 *
 * 50,000 visitors of about 200 bytes are 10 MB (25 MB with the longest ids). A forgotten link is only written again,
 * which the scorer takes for what it is.
 */
export class Links {
  /** By visitor, the longest unused first. */
  readonly #last = new Map<string, NewLink>()
  readonly #max: number
  readonly #now: () => number

  constructor(max = 50_000, now: () => number = () => performance.now()) {
    this.#max = max
    this.#now = now
  }

  /** Whether the log's last word on the visitor (a record key) is this lead, as far as this process can know. */
  has(visitor: string, lead: Subject): boolean {
    const last = this.#last.get(visitor)
    if (!last?.acknowledged || last.lead !== lead) return false
    if (this.#now() - last.writtenAt >= REMEMBERED) return false
    this.#put(last)
    return true
  }

  /** Whose the visitor is by the latest link that this process wrote, acknowledged or not. */
  leadOf(visitor: string): Subject | undefined {
    return this.#last.get(visitor)?.lead
  }

  /** Says that a link goes into the log now; whatever was known of the visitor is not its last any more. */
  write(visitor: string, lead: Subject): NewLink {
    const link = { visitor, lead, writtenAt: this.#now(), acknowledged: false }
    this.#put(link)
    return link
  }

  /** Says that the log has the link. Without effect where another was written after it. */
  acknowledge(link: NewLink): void {
    link.acknowledged = true
  }

  get size(): number {
    return this.#last.size
  }

  #put(link: NewLink): void {
    this.#last.delete(link.visitor)
    this.#last.set(link.visitor, link)
    if (this.#last.size > this.#max) this.#last.delete(this.#last.keys().next().value as string)
  }
}
