import {
  type Admitted,
  type Beacon,
  type DeadLetter,
  flag,
  heed,
  identify,
  type Limit,
  type Outcome,
  ok,
  optOutOf,
  type Refused,
  redact,
  refuse,
  skew,
  validate,
} from '@hotlead/beacon'
import type { Activity, Codec, Flag } from '@hotlead/contracts'
import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { Links, NewLink } from './links.ts'
import { KeyBuckets } from './quota/keyBuckets.ts'
import { leadBuckets } from './quota/leadBuckets.ts'
import type { Quotas } from './quota/quotas.ts'
import type { NewRecord, Sink } from './sink.ts'
import type { Sources } from './sources.ts'
import { admit } from './steps/admit.ts'
import { bury } from './steps/bury.ts'
import { decompress } from './steps/decompress.ts'
import { heat } from './steps/heat.ts'
import { limit } from './steps/limit.ts'
import { pace } from './steps/pace.ts'
import { parse } from './steps/parse.ts'
import { record } from './steps/record.ts'

export interface PipelineOptions {
  sources: Sources
  secret: string
  codec: Codec<Activity>
  topics: { activity: string; deadLetter: string }
  sink: Sink
  links: Links
  quotas: Pick<Quotas, 'take'>
  /** What one lead or visitor may send before its events score nothing; undefined: any number. */
  hotKey: Limit | undefined
  /** How fast one lead or visitor may open pages before they score nothing; undefined: at any rate. */
  pages: Limit | undefined
  count: {
    accepted(format: string): void
    ignored(format: string, events: number): void
    deadLettered(reason: string): void
    refused(reason: string): void
    /** An event over `hotKey`. */
    hot(): void
    /** A page over `pages`. */
    tooFast(): void
    /** Events of who asks not to be tracked, that were kept and score 0, or not kept. */
    optedOut(did: 'flagged' | 'dropped', events: number): void
    /** An event without the consent that its source needs. */
    noConsent(): void
  }
}

/** What became of a beacon whose every event is in the log. */
export interface Taken {
  accepted: number
  buried: number
  /** Not kept, since its visitor asks for that and its source does so. */
  dropped: number
}

/** A beacon becomes records, and an answer once all of them are acknowledged. */
export function pipeline(options: PipelineOptions) {
  const { sources, secret, codec, topics, sink, links, quotas, hotKey, pages, count } = options

  const request = steps(admit(sources), decompress(), parse(sources), limit(quotas))
  const isOver = leadBuckets(new KeyBuckets(), links)
  const event = steps(
    validate(),
    redact(),
    skew(),
    flag(),
    heed(),
    identify(secret),
    pace(pages, isOver, count.tooFast),
    heat(hotKey, isOver, count.hot),
    record(codec, topics.activity, links),
  )

  return async function ingest(beacon: Beacon): Promise<Outcome<Taken>> {
    const { outcome } = request(beacon)
    if (outcome.kind !== 'ok') return refused(outcome)
    const admitted = outcome.value as Admitted
    if (optOutOf(beacon, admitted.source.privacy) === 'drop') {
      const dropped = admitted.events.length
      count.optedOut('dropped', dropped)
      return ok({ accepted: 0, buried: 0, dropped })
    }

    const records: NewRecord[] = []
    const newLinks: NewLink[] = []
    const buried: string[] = []
    const flags: Flag[] = []
    for (let index = 0; index < admitted.events.length; index++) {
      const { outcome, step } = event({ admitted, index })
      if (outcome.kind === 'ok') {
        records.push(...outcome.value.records)
        newLinks.push(...outcome.value.links)
        flags.push(...outcome.value.flags)
      } else if (outcome.kind === 'refuse' && !beacon.format.buries) return refused(outcome)
      else {
        records.push(bury(topics.deadLetter, admitted, index, step, outcome))
        buried.push(outcome.reason)
      }
    }

    if (FAILPOINTS) await failpoint('ingest.parsed')
    const sent = await sink.submit(records)
    if (sent !== 'acked')
      return refused(
        refuse(
          503,
          sent,
          sent === 'overloaded'
            ? 'too many events are waiting for Kafka: send this again later'
            : 'neither Kafka nor a disk has the events in time: send them again later',
        ),
      )
    if (FAILPOINTS) await failpoint('ingest.answering')
    for (const link of newLinks) links.acknowledge(link)
    for (const reason of buried) count.deadLettered(reason)
    for (const flag of flags) {
      if (flag === 'opted_out') count.optedOut('flagged', 1)
      if (flag === 'no_consent') count.noConsent()
    }
    const accepted = admitted.events.length - buried.length
    for (let i = 0; i < accepted; i++) count.accepted(beacon.format.name)
    if (admitted.ignored) count.ignored(beacon.format.name, admitted.ignored)
    return ok({ accepted, buried: buried.length, dropped: 0 })
  }

  function refused(outcome: Refused | DeadLetter): Refused | DeadLetter {
    count.refused(outcome.reason)
    return outcome
  }
}

type Step<In, Out> = (input: In) => Outcome<Out>
interface Ran<T> {
  outcome: Outcome<T>
  /** Name of the last step that ran. */
  step: string
}

/** Steps one after the other, up to the first that does not say ok. */
function steps<A, B, C, D, E>(
  a: Step<A, B>,
  b: Step<B, C>,
  c: Step<C, D>,
  d: Step<D, E>,
): (input: A) => Ran<E>
function steps<A, B, C, D, E, F, G, H, I, J>(
  a: Step<A, B>,
  b: Step<B, C>,
  c: Step<C, D>,
  d: Step<D, E>,
  e: Step<E, F>,
  f: Step<F, G>,
  g: Step<G, H>,
  h: Step<H, I>,
  i: Step<I, J>,
): (input: A) => Ran<J>
function steps(...all: Step<never, unknown>[]): (input: unknown) => Ran<unknown> {
  return input => {
    let value = input
    let outcome: Outcome<unknown> = ok(value)
    for (const step of all) {
      outcome = (step as Step<unknown, unknown>)(value)
      if (outcome.kind !== 'ok') return { outcome, step: step.name }
      value = outcome.value
    }
    return { outcome, step: all.at(-1)?.name ?? '' }
  }
}
