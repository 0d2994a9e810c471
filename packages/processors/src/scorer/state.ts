import { type Lead, type Score, splitKey } from '@hotlead/contracts'
import { type Model, newLead } from '@hotlead/model'
import type { Context } from '@hotlead/stream'

/** Look-up of published models; the same version gives the same model at any time. */
export interface ScoringModels {
  get(version: string): Model | undefined
}

/** A key's state is its latest snapshot: the same bytes in Redis and in `scores`. */
export type ScoreState = Score & { wakeAt?: null }

/** The state after a record, before its score is worked out (that happens once per snapshot, in `snapshot`). */
export function next(
  key: string,
  context: Context<ScoreState>,
  lead: Lead | null,
  cause: Score['cause'] = 'activity',
): ScoreState {
  return {
    offset: context.offset,
    clock: context.clock,
    model: activeModel(key, context),
    cause,
    millipoints: 0,
    contributions: [],
    lead,
    models: null,
    recounts: null,
    forgotten: null,
  }
}

/** Version of the model that is active for a key's workspace at this point of the log; empty where there is none. */
export function activeModel(key: string, context: Context<ScoreState>): string {
  return context.partition?.models?.[splitKey(key).workspace] ?? ''
}

export function leadOf(state: ScoreState | undefined): Lead {
  return state?.lead ?? newLead()
}
