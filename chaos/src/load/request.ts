/** One HTTP request of the load. The same seed and round give the same requests, but for the times in them. */
export interface Request {
  path: string
  key: 'wk_demo' | 'sk_demo'
  userAgent: string
  /** The body, made anew for every try: an SDK writes `sentAt` when it sends. @param now ms since 1970 */
  body(now: number): string
  /** Ids of the events that a 2xx acknowledges as scored. */
  ids: string[]
  /** Events that nobody can use: a 2xx says that they are in `dead-letter`, with these very bytes. */
  invalid: string[]
}
