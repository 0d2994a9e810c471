import { type Lead, type Score, splitKey, type Transition } from '@hotlead/contracts'
import { firstTier, judge, type Model, newLead, nextChange } from '@hotlead/model'
import type { Millis, Processor, Step } from '@hotlead/stream'
import { firstStanding, type Snapshot, type StandingState } from './state.ts'
import { begunAnew, move } from './transition.ts'

/** Look-up of published models by version; every version that a snapshot names is there. */
export interface TieringModels {
  need(version: string): Model
}

/**
 * When a lead must be looked at again if nothing more happens: at its next change of tier or earlier, never later, and
 * after `from`; undefined where never.
 */
export type Ahead = (model: Model, lead: Lead, standing: StandingState, from: Millis) => Millis | undefined

/**
 * scores → tiers: judges every snapshot, and, by timers, every lead whose tier would change in silence. Facts are kept
 * only while such a timer waits; a lead that never left the lowest tier and waits for nothing is not kept at all.
 *
 * @param ahead by itself the exact time; who folds a log of the past knows its end, and can ask later
 */
export function tiering(
  models: TieringModels,
  ahead: Ahead = (model, lead, standing, from) => nextChange(model, lead, standing, from),
): Processor<StandingState, Snapshot, Transition> {
  /** The standing with its next timer, and the snapshot kept only where there is one. */
  function settle(
    model: Model,
    standing: StandingState,
    snapshot: Snapshot,
    from: Millis,
  ): StandingState | undefined {
    const change = ahead(model, snapshot.score.lead ?? newLead(), standing, from)
    const wakeAt = change === undefined ? null : change
    if (wakeAt === null && standing.number === 0) return undefined
    return { ...standing, wakeAt, snapshot: wakeAt === null ? null : snapshot }
  }

  return {
    name: 'tiering',
    time: ({ value: { score } }) => (score.models ? { partition: score.clock } : { own: score.clock }),

    fold(_key, state, { offset, value }, context): Step<StandingState, Transition> {
      const { score } = value
      if (score.models || score.model === '' || (state && score.offset <= state.source)) return { state }
      const model = models.need(score.model)
      const lead = score.lead ?? newLead()
      let standing = standingAt(model, state, score, offset)
      if (isForgottenSince(state, score)) {
        const anew = begunAnew(model, standing, score, context.offset)
        return { state: settle(model, anew.standing, value, score.clock), own: [anew.transition] }
      }
      const to = judge(model, lead, standing, score.clock)
      if (to === standing.tier) return { state: settle(model, standing, value, score.clock) }
      const moved = move(model, standing, score, to, score.clock, context.offset, score.cause)
      standing = moved.standing
      return { state: settle(model, standing, value, score.clock), own: [moved.transition] }
    },

    wake(_key, state, due, context): Step<StandingState, Transition> {
      const { snapshot } = state
      if (!snapshot) return { state: { ...state, wakeAt: null } }
      const model = models.need(snapshot.score.model)
      const at = Math.max(due, state.since)
      const to = judge(model, snapshot.score.lead ?? newLead(), state, at)
      let standing: StandingState = { ...state, offset: context.offset }
      const own: Transition[] = []
      if (to !== state.tier) {
        const moved = move(model, standing, snapshot.score, to, at, context.offset, 'time')
        standing = moved.standing
        own.push(moved.transition)
      }
      // Judged at `due`, so what comes next lies after it.
      return { state: settle(model, standing, snapshot, at + 1), own }
    },

    adopt(_key, state, own) {
      if (state && state.number >= own.number) return state
      // A timer stays as it is: what it waits for lies after the position, and folding gets there.
      const { snapshot = null, offset = -1, source = -1, wakeAt = null } = state ?? {}
      return {
        offset,
        source,
        snapshot,
        wakeAt,
        tier: own.to,
        number: own.number,
        since: own.at,
        left: own.left,
        forgotten: own.forgotten,
      }
    },
    sourceOf: own => own.offset,

    note(_key, state, { offset, value }) {
      const { score } = value
      if (score.models || score.model === '' || (state && score.offset <= state.source)) return state
      const model = models.need(score.model)
      const standing = standingAt(model, state, score, offset)
      return settle(model, standing, value, score.clock)
    },

    // A lead that moved and has left no tier was forgotten, and has not moved since.
    index: (key, state) =>
      state.number === 0 || state.left.length === 0
        ? undefined
        : { name: `${splitKey(key).workspace}/${state.tier}`, value: state.since },
  }
}

/** Where a lead stood before a snapshot, with what says that it has been seen. @param offset of the snapshot */
function standingAt(
  model: Model,
  state: StandingState | undefined,
  score: Score,
  offset: number,
): StandingState {
  return {
    ...(state ?? firstStanding(firstTier(model), score.clock)),
    offset,
    source: score.offset,
    forgotten: score.forgotten?.until ?? null,
  }
}

/** Whether what a standing knows of a lead that has moved was forgotten before a snapshot. */
function isForgottenSince(state: StandingState | undefined, { forgotten }: Score): boolean {
  return state !== undefined && state.number > 0 && (forgotten?.until ?? 0) > (state.forgotten ?? 0)
}
