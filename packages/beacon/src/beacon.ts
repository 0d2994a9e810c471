import type { Subject } from '@hotlead/contracts'
import type { Format, Split } from './formats/format.ts'
import type { Refused } from './outcome.ts'
import type { Privacy } from './privacy/policy.ts'

export const EVENT_TYPES = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** One HTTP request with events, as it came. */
export interface Beacon {
  /** By its path. */
  format: Format
  /** From the header or the query; the body may name it instead. */
  key: string | undefined
  /** The key stood in the URL, which others keep. */
  keyInUrl?: boolean
  /** Who sends, where a signature has said so and no key is needed. */
  source?: Source
  /** It comes by a link that anyone can read, so no secret key may come with it. */
  isPublic?: boolean
  /** Whom it is about, where a signature has said so. */
  lead?: Subject
  origin: string | undefined
  userAgent: string | undefined
  address: string
  /** Its head said `Sec-GPC: 1`. */
  gpc?: boolean
  /** Its head said `DNT: 1`. */
  dnt?: boolean
  encoding: string | undefined
  body: Buffer
  /** ms since 1970 by our clock */
  receivedAt: number
}

/** Where events come from, and what the key they came with allows. */
export interface Source {
  workspace: string
  name: string
  /** Secret keys may backdate, set context.ip and write follow-ups; browser keys only write events. */
  secret: boolean
  /** Origins from which a browser may use the key; `loopback` stands for any port of this machine. */
  origins: ReadonlySet<string>
  /** Event names of this source's own tools → the names that the models use. */
  names: ReadonlyMap<string, string>
  /** The id of the key it came with, to tell keys apart by; never the key. */
  key: string
  /** What may come by the key and by all keys of the workspace; undefined: any number. */
  limits: { key: Limit | undefined; workspace: Limit | undefined }
  /** What must not be written, and what must not count. */
  privacy: Privacy
}

/** How many events may come: `rate` a second in the long run, `burst` at once. */
export interface Limit {
  rate: number
  burst: number
}

/** A beacon whose sender is known, taken apart into its events. */
export interface Admitted extends Omit<Split, 'key'> {
  beacon: Beacon
  source: Source
  /** That the body named, where the sender is known by it. */
  key?: string | undefined
  /** Why the body could not be taken apart, where its format buries bodies: it is one event then. */
  unread?: Refused
}
