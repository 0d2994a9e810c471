import type { Flag } from '@hotlead/contracts'
import type { Outcome } from '../outcome.ts'

/** A body taken apart into its events, which are still in the words of their sender. */
export interface Split {
  /** The key that the body itself names. */
  key: string | undefined
  events: readonly unknown[]
  /** The request's own sentAt and context, which stand for events that have none. */
  shared: { sentAt: unknown; context: unknown }
  /** How problems call an event: `batch[3]`, or nothing where it is the whole body. */
  label(index: number): string
  /** The very bytes of one event. Slow, for dead letters. */
  bytesOf(index: number): Buffer
  /** Which of those that share its bytes an event is, where several do: of an envelope, say, one recipient. */
  partOf?(index: number): number | undefined
  /** How many events were left out because no lead does what they tell, such as that a mail was queued; none where it is not said. */
  ignored?: number
}

/** A body that is one event, and nothing beside it. @param key that it names */
export function single(event: unknown, body: Buffer, key?: string): Split {
  return {
    key,
    events: [event],
    shared: { sentAt: undefined, context: undefined },
    label: () => '',
    bytesOf: () => body,
  }
}

/** Where a request named the key by which its sender is known: its head, else its body. */
export interface Keys {
  head: string | undefined
  body: string | undefined
}

/**
 * How somebody's tool says what happened. `split` and `message` are pure; what comes of them is an event in our own shape
 * (Segment's), and takes the same steps from there on, whoever sent it.
 */
export interface Format {
  /** As metrics and dead letters call it. */
  readonly name: string
  /** Whether a bad event goes to `dead-letter` while the request is answered 200: its client would drop the good ones, or send the bad one for ever. */
  readonly buries: boolean
  /** Whether a body that cannot be taken apart is buried too, as one event, where the request's head says whose it is. */
  readonly buriesBodies?: boolean
  /** Of a body, inflated. */
  readonly maxBytes: number
  split(body: Buffer): Outcome<Split>
  /** One event from what `bytesOf` and `partOf` gave: the other way round, for its dead letter. Left out where bytes are JSON. */
  event?(bytes: Buffer, part: number | undefined): Outcome<unknown>
  /** The visitor that an event names, where the event cannot be put into our shape. */
  visitor?(event: unknown): unknown
  /** One of the events, in our shape and not checked yet. */
  message(event: unknown, keys?: Keys): Outcome<unknown>
  /** Flags for an event that its own sender takes for a machine's: it is kept, and scores 0. */
  marks?(event: unknown): readonly Flag[]
}
