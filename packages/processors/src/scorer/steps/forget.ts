import { type Activity, type Forget, keyOf, NO_ACTIVITY, splitKey } from '@hotlead/contracts'
import type { Context, Step } from '@hotlead/stream'
import { recountsOf } from '../recounts.ts'
import { leadOf, next, type ScoreState } from '../state.ts'

/**
 * Everything that is known of a lead goes: its own facts, those of its visitors and of its user ids, whose partitions are
 * told. What stays of each is until when it was forgotten, so that what was received by then and comes later (from a spool,
 * a retried dead letter, another partition) does not bring it back.
 */
export function foldForget(
  key: string,
  state: ScoreState | undefined,
  { id, until, lead: of }: Forget,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  if (state?.forgotten?.id === id) return { state }
  const { workspace, subject } = splitKey(key)
  const { alias, visitors } = leadOf(state)
  // Linked to somebody else since: what it does is theirs, and of the lead that is forgotten it holds nothing.
  if (of !== null && alias !== of) return { state }
  // Ingestors' clocks are not one: what the log has by now was received before, whatever they say.
  const end = Math.max(until, state?.forgotten?.until ?? 0, of === null ? context.clock : 0)
  const tell = (to: string, lead: string | null): { key: string; value: Activity } => ({
    key: keyOf(workspace, to),
    value: { ...NO_ACTIVITY, kind: 'forget', forget: { id, until: end, lead } },
  })
  const below = visitors.map(v => tell(v.visitor, subject))
  const above = of === null && alias !== null ? [tell(alias, null)] : []
  const { prepared, taken } = recountsOf(key, context)
  const recounts = [prepared, taken].flatMap(r => r?.id ?? [])
  return {
    state: { ...next(key, context, null), forgotten: { id, until: end, recounts } },
    elsewhere: [...above, ...below],
  }
}

/** What was forgotten stays so through all that comes later. */
export function withForgotten(
  before: ScoreState | undefined,
  step: Step<ScoreState, ScoreState>,
): Step<ScoreState, ScoreState> {
  const { state } = step
  if (!before?.forgotten || !state || state === before || state.forgotten) return step
  return { ...step, state: { ...state, forgotten: before.forgotten } }
}
