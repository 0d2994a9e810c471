import type { Activity } from '@hotlead/contracts'
import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { LogRecord } from '@hotlead/kafka'
import type { DeadLetters, Found } from './deadLetters.ts'
import { Evidence } from './evidence.ts'
import type { WholeLetter } from './letter.ts'
import type { ActivityLook } from './lookThrough.ts'
import type { Note } from './note.ts'
import type { Operator } from './operator.ts'
import type { Outgoing, Plan, Refusal } from './plan.ts'
import { type Position, positionText } from './position.ts'

/** Letters of one round: they are in memory with their bytes, and the log is looked through once for all of them. */
const ROUND = { letters: 5_000, bytes: 33_554_432 }
/** Letters that are noted, sent and noted again together. */
const CHUNK = 500

/** What became of one letter. */
export type Retried =
  | { outcome: 'sent' | 'there'; letter: Position; place: Position }
  | ({ outcome: 'refused'; letter: Position } & Omit<Refusal, 'kind' | 'letter'>)

export interface RetryOptions {
  letters: DeadLetters
  activity: ActivityLook
  operator: Operator
  plan(letter: WholeLetter): Promise<Plan | Refusal>
  /** undefined: nobody can read it */
  decode(record: LogRecord): Promise<Activity | undefined>
  /** @param part of the log that is looked through, 0 to 1 */
  onLook(part: number): void
}

/**
 * Sends letters again, each at most once whatever happens on the way. The operator has fenced whoever was at it before, so
 * from here on nobody else's retry can write. Then, for each round:
 *
 * 1. the log is looked through for what would be sent: an earlier retry whose note is missing, the same event by whoever
 *    sent it first, something later that has taken its place;
 * 2. what is not there is noted as `begun`, with the partition and offset from which to look for it;
 * 3. links are sent, then the letters' own records, each naming its letter in a header;
 * 4. all that is there now is noted as `retried`.
 *
 * Stopped between any two, a later retry finds in step 1 what step 3 wrote. The log is what counts, and notes save looking.
 * @param found open letters, in the order in which they are to be sent
 */
export async function retry(o: RetryOptions, found: readonly Found[]): Promise<Retried[]> {
  const results: Retried[] = []
  const passedOver = await o.letters.origins(o.activity.topic)
  for (const round of rounds(found)) {
    const plans: (Plan | Refusal)[] = []
    for (const letter of await o.letters.whole(round.map(f => f.letter))) plans.push(await o.plan(letter))
    // Whatever is sent from here on lies at these offsets or later.
    const ends = await o.activity.ends()
    const evidence = new Evidence(passedOver)
    await lookThrough(o, evidence, plans, round, ends)
    for (let i = 0; i < plans.length; i += CHUNK)
      results.push(...(await sent(o, plans.slice(i, i + CHUNK), evidence, ends)))
  }
  return results
}

function* rounds(found: readonly Found[]): Generator<readonly Found[]> {
  let round: Found[] = []
  let bytes = 0
  for (const one of found) {
    if (round.length === ROUND.letters || (round.length > 0 && bytes + one.letter.bytes > ROUND.bytes)) {
      yield round
      round = []
      bytes = 0
    }
    round.push(one)
    bytes += one.letter.bytes
  }
  if (round.length > 0) yield round
}

async function lookThrough(
  o: RetryOptions,
  evidence: Evidence,
  plans: readonly (Plan | Refusal)[],
  round: readonly Found[],
  ends: ReadonlyMap<number, number>,
): Promise<void> {
  const times = new Map<number, number>()
  const offsets = new Map<number, number>()
  const least = (of: Map<number, number>, partition: number, value: number) =>
    of.set(partition, Math.min(value, of.get(partition) ?? value))
  for (const plan of plans) {
    evidence.askForRetry(plan.letter)
    if (plan.kind === 'refusal') continue
    const { record, mark, links, lookFrom, cameAt } = plan
    evidence.ask(
      mark,
      links.map(l => l.record.key),
    )
    if ('time' in lookFrom) least(times, record.partition, lookFrom.time)
    else least(offsets, record.partition, lookFrom.offset)
    for (const link of links) least(times, link.record.partition, cameAt)
  }
  // A retry that was interrupted may have gone elsewhere than this one would: the event was mended, or who is whom.
  for (const { noted } of round)
    if (noted?.note === 'begun') least(offsets, noted.place.partition, noted.place.offset)
  const ranges = await o.activity.ranges(times, offsets, ends)
  await o.activity.show(ranges, evidence, o.decode, o.onLook)
}

async function sent(
  o: RetryOptions,
  plans: readonly (Plan | Refusal)[],
  evidence: Evidence,
  ends: ReadonlyMap<number, number>,
): Promise<Retried[]> {
  const results: Retried[] = []
  const notes: [partition: number, note: Note][] = []
  const going: { plan: Plan; place: Position }[] = []
  const links: Outgoing[] = []
  for (const plan of plans) {
    const { partition, offset } = plan.letter
    const letter = { partition, offset }
    const verdict = judged(evidence, plan)
    if (verdict.verdict === 'refused') results.push(verdict.result)
    else if (verdict.verdict === 'there') results.push({ outcome: 'there', letter, place: verdict.place })
    else {
      // Its offset is known once it is there. Another letter of the same event is told the same place.
      const place = { partition: verdict.plan.record.partition, offset: -1 }
      results.push({ outcome: 'sent', letter, place })
      going.push({ plan: verdict.plan, place })
      const { record, activity, links: said, cameAt } = verdict.plan
      evidence.add(record.key, activity, place, Date.now())
      for (const link of said) {
        if (!evidence.needsLink(link.record.key, link.lead, cameAt)) continue
        links.push(link.record)
        evidence.add(link.record.key, link.activity, place, Date.now())
      }
    }
  }

  for (const { plan, place } of going) {
    const into = { partition: place.partition, offset: ends.get(place.partition) as number }
    notes.push([plan.letter.partition, { note: 'begun', letter: plan.letter.offset, place: into }])
  }
  await o.operator.note(notes.splice(0))
  if (FAILPOINTS) await failpoint('retry.begun')
  if (links.length > 0) {
    await o.operator.activity(links)
    if (FAILPOINTS) await failpoint('retry.linked')
  }
  const offsets = await o.operator.activity(going.map(g => g.plan.record))
  for (const [i, { place }] of going.entries()) place.offset = offsets[i] as number
  if (FAILPOINTS) await failpoint('retry.sent')
  for (const r of results)
    if (r.outcome !== 'refused') {
      const { letter, place, outcome } = r
      notes.push([
        letter.partition,
        { note: 'retried', letter: letter.offset, place, found: outcome === 'there' },
      ])
    }
  await o.operator.note(notes)
  return results
}

type Judged =
  | { verdict: 'new'; plan: Plan }
  | { verdict: 'there'; place: Position }
  | { verdict: 'refused'; result: Retried }

function judged(evidence: Evidence, plan: Plan | Refusal): Judged {
  const retried = evidence.retryOf(plan.letter)
  if (retried) return { verdict: 'there', place: retried }
  if (plan.kind === 'refusal') {
    const { reason, problems, next } = plan
    return refused(plan.letter, { reason, problems, next })
  }
  const { verdict, place } = evidence.judge(plan.mark)
  if (verdict === 'new') return { verdict, plan }
  if (verdict === 'there') return { verdict, place }
  return refused(plan.letter, {
    reason: 'overtaken',
    problems: [
      `something later has taken its place (activity ${positionText(place)}): sent now it would count for nothing, or undo that`,
    ],
    next: `Nothing is left to be done: \`hotlead dlq purge ${positionText(plan.letter)}\`.`,
  })
}

function refused(
  { partition, offset }: Position,
  why: { reason: string; problems: readonly string[]; next: string },
): Judged {
  return { verdict: 'refused', result: { outcome: 'refused', letter: { partition, offset }, ...why } }
}
