import {
  type Admitted,
  activitiesOf,
  admittedOf,
  flag,
  heed,
  identify,
  type Outcome,
  redact,
  skew,
  validate,
} from '@hotlead/beacon'
import type { Activity } from '@hotlead/contracts'
import { edgeAdvice } from './advice.ts'
import { RETRY_HEADER } from './evidence.ts'
import type { WholeLetter } from './letter.ts'
import { MARGIN, type Plan, type Refusal } from './plan.ts'
import { positionText } from './position.ts'

export interface EdgePlanOptions {
  /** Of the installation, by which leads are named. */
  secret: string
  encode(activity: Activity): Buffer
  partitionOf(key: string): number
  /** A person answers for the times of events: none is too old. */
  backdate: boolean
  /** The event mended, in the place of the letter's own bytes. */
  mended?: Buffer | undefined
}

/** Takes letters of the edge through its steps again, as the request was that brought them. */
export function edgePlans(o: EdgePlanOptions): (letter: WholeLetter) => Plan | Refusal {
  const [check, clean, when, mark, consent, who] = [
    validate(),
    redact(),
    skew(),
    flag(),
    heed(),
    identify(o.secret),
  ]

  return function edgePlan(letter) {
    const { record, headers } = letter
    const admitted = admittedOf({ key: record.key, value: record.value as Buffer, headers }, o.mended)
    if (admitted.kind !== 'ok') return again(letter, admitted)
    const valid = check({ admitted: admitted.value, index: 0 })
    if (valid.kind !== 'ok') return again(letter, valid)
    const cleaned = clean(valid.value)
    if (cleaned.kind !== 'ok') return again(letter, cleaned)
    // Only for its time: who a user agent and an address are, a write key decides as before.
    const timed = when({ ...cleaned.value, admitted: backdating(admitted.value) })
    if (timed.kind !== 'ok') return again(letter, timed)
    const flagged = mark({ ...timed.value, admitted: admitted.value })
    if (flagged.kind !== 'ok') return again(letter, flagged)
    const heeded = consent(flagged.value)
    if (heeded.kind !== 'ok') return again(letter, heeded)
    const identified = who(heeded.value)
    if (identified.kind !== 'ok') return again(letter, identified)

    // The same at each retry, and that of each copy, should the edge have written the letter twice.
    const { event, links } = activitiesOf(identified.value, () => headers['dlq-id'] as string)
    const { at, receivedAt, id } = event.value.event as NonNullable<Activity['event']>
    return {
      kind: 'plan',
      letter,
      record: { ...outgoing(event), headers: { [RETRY_HEADER]: positionText(letter) } },
      activity: event.value,
      mark: { kind: 'id', key: event.key, id },
      links: links.map(({ key, value }) => ({
        record: outgoing({ key, value }),
        activity: value,
        lead: (value.link as NonNullable<Activity['link']>).lead,
      })),
      cameAt: receivedAt,
      lookFrom: { time: Math.min(at, receivedAt) - MARGIN },
    }
  }

  function backdating(admitted: Admitted): Admitted {
    return o.backdate ? { ...admitted, source: { ...admitted.source, secret: true } } : admitted
  }

  function outgoing({ key, value }: { key: string; value: Activity }) {
    return { key, value: o.encode(value), partition: o.partitionOf(key) }
  }
}

function again(letter: WholeLetter, { reason, problems }: Exclude<Outcome<never>, { kind: 'ok' }>): Refusal {
  return { kind: 'refusal', letter, reason, problems, next: edgeAdvice(reason, letter) }
}
