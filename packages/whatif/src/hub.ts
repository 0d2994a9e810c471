import type { News, Others, Waiting } from './elsewhere.ts'

/** From a share of the partitions to the hub; and from there to the others. */
export type FromShare =
  | { kind: 'news'; news: News }
  /** It has nothing to fold before something comes. @see heard: how many messages it had by then */
  | { kind: 'waits'; heard: number; oldest: Waiting }
  | { kind: 'ended' }
export type ToShare = { kind: 'news'; news: News } | { kind: 'goOn' }

/**
 * Carries what shares of one log tell each other. In a log that is whole somebody can always go on: what a merge waits
 * for lies before it. In one that is not (its end was asked for partition by partition, or a broker lost records) all may
 * wait, and then the one with the oldest record folds it, as one fold alone would.
 */
export class Hub {
  readonly #shareOf: (key: string) => number
  readonly #send: (share: number, message: ToShare) => void
  /** By share: messages to it; how many it had when it began to wait; whether it is at its end. */
  readonly #shares: {
    sent: number
    waits: { heard: number; oldest: Waiting } | undefined
    hasEnded: boolean
  }[]

  /** @param shareOf the share that folds a key's partition */
  constructor(
    shares: number,
    shareOf: (key: string) => number,
    send: (share: number, message: ToShare) => void,
  ) {
    this.#shareOf = shareOf
    this.#send = send
    this.#shares = Array.from({ length: shares }, () => ({ sent: 0, waits: undefined, hasEnded: false }))
  }

  receive(from: number, message: FromShare): void {
    const share = this.#shares[from]
    if (!share) return
    if (message.kind === 'waits') share.waits = message
    else if (message.kind === 'ended') {
      share.hasEnded = true
      share.waits = undefined
    } else {
      const { folded, merges } = message.news
      for (const to of this.#shares.keys()) {
        if (to === from) continue
        const own = merges.map(of => of.filter(({ key }) => this.#shareOf(key) === to))
        this.#tell(to, { kind: 'news', news: { folded, merges: own } })
      }
    }
    if (this.#shares.every(s => s.hasEnded || s.waits?.heard === s.sent)) {
      const [oldest] = this.#shares
        .flatMap(({ waits }, i) => (waits ? [{ i, ...waits.oldest }] : []))
        .sort((a, b) => a.timestamp - b.timestamp || a.partition - b.partition)
      if (oldest) this.#tell(oldest.i, { kind: 'goOn' })
    }
  }

  #tell(to: number, message: ToShare): void {
    const share = this.#shares[to]
    if (!share || share.hasEnded) return
    share.sent++
    share.waits = undefined
    this.#send(to, message)
  }
}

/** A share's end of the hub. */
export class HubPort implements Others {
  readonly #post: (message: FromShare) => void
  #news: News[] = []
  #heard = 0
  #wake: ((isNews: boolean) => void) | undefined

  constructor(post: (message: FromShare) => void) {
    this.#post = post
  }

  receive(message: ToShare): void {
    this.#heard++
    if (message.kind === 'news') this.#news.push(message.news)
    this.#wake?.(message.kind === 'news')
    this.#wake = undefined
  }

  tell(news: News): void {
    this.#post({ kind: 'news', news })
  }

  heard(): readonly News[] {
    const news = this.#news
    this.#news = []
    return news
  }

  wait(oldest: Waiting): Promise<boolean> {
    if (this.#news.length > 0) return Promise.resolve(true)
    return new Promise(resolve => {
      this.#wake = resolve
      this.#post({ kind: 'waits', heard: this.#heard, oldest })
    })
  }
}
