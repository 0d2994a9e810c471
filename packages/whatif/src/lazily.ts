import type { Transition } from '@hotlead/contracts'
import {
  eachLeaf,
  type Millis,
  type Model,
  mayChange,
  mayChangeBy,
  newLead,
  nextChange,
} from '@hotlead/model'
import { type Ahead, type Snapshot, type StandingState, tiering } from '@hotlead/processors'
import { type Processor, type Step, wholeSecond } from '@hotlead/stream'

const SECOND: Millis = 1000

/**
 * Tiering that works out a lead's next change of tier only when more of its past is at hand. The service must know the
 * exact second in advance (50 to 370 µs each time); here it is enough to know, once the lead's next snapshot or the end
 * of time has come, whether something changed before it. So a waiting lead's timer is set to the next second. The kernel
 * wakes a key by its own time before its next snapshot, and only then the question is asked, up to that snapshot's
 * second. It must be given no mark but one at the end.
 *
 * Waking early moves nothing and asks again, so the moves are those of the service, at the same seconds.
 */
export function lazyTiering(model: Model): Processor<StandingState, Snapshot, Transition> {
  /** Second of the snapshot, or of the end, that is being folded: what is due by it is asked for now. */
  let until: Millis = 0
  // Who never moved and waits for nothing is forgotten, and then counts as new with the next snapshot. Whether it waits
  // must be known at once where a condition looks at since when a lead is in its tier.
  const isSinceAsked = asksForSince(model)

  /** The question is put off until the next second, or until what comes after the snapshot at hand. */
  const ahead: Ahead = (model, lead, standing, from) => {
    if (isSinceAsked && standing.number === 0) return nextChange(model, lead, standing, from)
    return mayChange(model, lead, standing, from) ? wholeSecond(Math.max(from, until)) + SECOND : undefined
  }
  const judging = tiering({ need: () => model }, ahead)

  /** The next change by `until`, after what was judged last. */
  function changeOf(state: StandingState, due: Millis): Millis | undefined {
    if (!state.snapshot) return undefined
    const { clock, lead, millipoints } = state.snapshot.score
    const facts = lead ?? newLead()
    const judged = state.since > clock ? { from: state.since } : { from: clock, millipoints }
    if (!mayChangeBy(model, facts, state, judged, until)) return undefined
    return nextChange(model, facts, state, due, until)
  }

  return {
    ...judging,
    time(record) {
      until = wholeSecond(record.value.score.clock)
      return judging.time(record)
    },
    wake(key, state, due, context) {
      const own: Transition[] = []
      let next: StandingState | undefined = state
      for (let at = changeOf(state, due); at !== undefined; at = next && changeOf(next, at + 1)) {
        const step: Step<StandingState, Transition> = judging.wake(key, next as StandingState, at, context)
        if (step.own) own.push(...step.own)
        next = step.state
      }
      return { state: next?.snapshot ? { ...next, wakeAt: until + SECOND } : next, own }
    },
  }
}

function asksForSince(model: Model): boolean {
  const conditions = [
    ...model.tiers.flatMap(t => [t.enter, t.exit]),
    ...model.phases.map(p => p.when),
    ...model.suppress.map(s => s.when),
  ]
  let asks = false
  for (const c of conditions)
    if (c)
      eachLeaf(c, leaf => {
        asks ||= leaf.kind === 'sinceTier'
      })
  return asks
}
