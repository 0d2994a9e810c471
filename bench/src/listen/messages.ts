/** Where the consumer is told to listen. */
export interface ListenOrder {
  kafka: string
  registry: string
}

/** One HOT event as a plain consumer saw it. */
export interface Seen {
  /** Of the visitors merged into the lead, or the lead's own subject. */
  subjects: string[]
  /** Monotonic ms at which the consumer's handler had it decoded. */
  time: number
  /** ms since 1970: when its beacon was appended to the log, and when it was sent to `hot-leads`. */
  since: number
  published: number
}

export type ListenMessage = { kind: 'ready' } | { kind: 'seen'; seen: Seen[] }
