import { type Control, type Event, type Lead, type Recounts, splitKey } from '@hotlead/contracts'
import { closed, type Match, settled, shadowMatches, signalsOf } from '@hotlead/model'
import type { Context } from '@hotlead/stream'
import type { ScoreState, ScoringModels } from './state.ts'

/*
 * A recount lets a model that counts otherwise take effect on the past, partition by partition, while the old numbers
 * keep serving. From its `prepare` control on, a partition counts the changed facts by the new model too, beside the
 * present ones. Whoever published it folds the log before that control, and writes what it counted as `recount` records.
 * With the `take` control the new facts take the place of the present ones, and the model is active.
 */
const NOTHING: readonly Match[] = []

/** Of a workspace that had none. */
export const NO_RECOUNTS: Recounts = { taken: null, prepared: null, ended: null }

/** What is known of recounts where a key's workspace is scored. */
export function recountsOf(key: string, context: Context<ScoreState>): Recounts {
  return context.partition?.recounts?.[splitKey(key).workspace] ?? NO_RECOUNTS
}

/** The partition's recounts after a control. One that is taken must be the one that was prepared last: another publisher came first. */
export function afterControl(
  recounts: ScoreState['recounts'],
  { workspace, model, recount }: Control,
  { offset, clock }: Pick<Context<ScoreState>, 'offset' | 'clock'>,
): { recounts: ScoreState['recounts']; isActive: boolean } {
  const { taken, prepared, ended } = recounts?.[workspace] ?? NO_RECOUNTS
  // Whatever comes now, one that is prepared ends by it.
  const given = prepared?.id ?? ended
  const to = (of: Recounts) => ({ ...recounts, [workspace]: of })
  if (!recount)
    return { recounts: prepared ? to({ taken, prepared: null, ended: given }) : recounts, isActive: true }
  const { id, facts } = recount
  if (recount.step === 'prepare')
    return { recounts: to({ taken, prepared: { id, model, facts }, ended: given }), isActive: false }
  if (prepared?.id !== id) return { recounts, isActive: false }
  const now = { id, offset, at: clock, facts: prepared.facts }
  return { recounts: to({ taken: now, prepared: null, ended: id }), isActive: true }
}

/** What an event adds to facts that are counted beside the present ones. */
export function preparedMatches(
  models: ScoringModels,
  key: string,
  event: Event,
  context: Context<ScoreState>,
): readonly Match[] {
  // Looked at for every event, and nearly never there.
  if (!context.partition?.recounts) return NOTHING
  const { prepared } = recountsOf(key, context)
  const model = prepared && models.get(prepared.model)
  return model ? shadowMatches(prepared, signalsOf(model, event)) : NOTHING
}

/**
 * The lead without acts of which nothing more will be found out. With a recount on its way they all wait: what it counts of
 * them comes by their ids, and must meet the verdict on them.
 */
export function settledLead(key: string, lead: Lead, context: Context<ScoreState>): Lead {
  if (lead.unsettled.length === 0) return lead
  return recountsOf(key, context).prepared ? closed(lead, context.clock) : settled(lead, context.clock)
}
