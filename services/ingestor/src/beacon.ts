import type { Source } from './sources.ts'

export const EVENT_TYPES = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** One HTTP request with events, as it came. */
export interface Beacon {
  /** By its path; `batch` holds events of any type. */
  type: EventType | 'batch'
  /** From the header or the query; the body may name it instead. */
  key: string | undefined
  origin: string | undefined
  userAgent: string | undefined
  address: string
  encoding: string | undefined
  body: Buffer
  /** ms since 1970 by our clock */
  receivedAt: number
}

/** A beacon whose sender is known, taken apart into its events. */
export interface Admitted {
  beacon: Beacon
  source: Source
  events: readonly unknown[]
  /** The batch's own sentAt and context, which stand for events that have none. */
  shared: { sentAt: unknown; context: unknown }
  /** The very bytes of one event. Slow, for dead letters. */
  bytesOf(index: number): Buffer
}
