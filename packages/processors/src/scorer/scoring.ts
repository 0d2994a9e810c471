import {
  type Activity,
  bringsForgotten,
  type Control,
  type Lead,
  type Score,
  splitKey,
} from '@hotlead/contracts'
import { scoreOf, taken, withoutShadows } from '@hotlead/model'
import { type Context, PARTITION, type Processor, type Step } from '@hotlead/stream'
import { afterControl, recountsOf } from './recounts.ts'
import { next, type ScoreState, type ScoringModels } from './state.ts'
import { foldEvent } from './steps/event.ts'
import { foldFollowUp } from './steps/followUp.ts'
import { foldForget, withForgotten } from './steps/forget.ts'
import { foldLink } from './steps/link.ts'
import { foldMerge } from './steps/merge.ts'
import { foldRecount } from './steps/recount.ts'

/** activity → scores: folds what a lead did into facts, and publishes it with its score, once per lead and second. */
export function scoring(models: ScoringModels): Processor<ScoreState, Activity, Score> {
  return {
    name: 'scorer',
    time: record => ({ partition: record.timestamp }),

    fold(key, state, { value: activity }, context): Step<ScoreState, Score> {
      // Under `#` only a control counts, and a control counts nowhere else, whoever may write to `activity`: an event
      // there would take every workspace its model, a control under a lead's key the lead its facts.
      if (key === PARTITION) {
        if (!activity.control) return { state }
        const { workspace, model } = activity.control
        const partition = this.mark?.(
          state,
          context.clock - (context.clock % 1000),
          context.offset,
        ) as ScoreState
        const { recounts, isActive } = afterControl(partition.recounts, activity.control, context)
        const active = isActive ? { ...partition.models, [workspace]: model } : partition.models
        return { state: { ...partition, models: active, recounts } }
      }
      return withForgotten(state, foldActivity(key, state, activity, context))
    },

    wake: (_key, state) => ({ state }),
    adopt: (_key, state, own) => (state && state.offset >= own.offset ? state : own),
    sourceOf: own => own.offset,

    snapshot(_key, state) {
      const model = state.lead && models.get(state.model)
      const scored = model && state.lead ? { ...state, ...scoreOf(model, state.lead, state.clock) } : state
      return { state: scored, own: scored }
    },

    mark: (partition, second, offset) => ({
      offset,
      clock: second,
      model: '',
      cause: 'time',
      millipoints: 0,
      contributions: [],
      lead: null,
      models: partition?.models ?? {},
      recounts: partition?.recounts ?? null,
      forgotten: null,
    }),

    isRenewal: ({ key, value: { control } }) =>
      key === PARTITION && control !== null && control.recount?.step !== 'prepare',

    renew(key, state, { value: { control } }, context) {
      if (key === PARTITION || !state.lead || !control || splitKey(key).workspace !== control.workspace)
        return undefined
      const lead = control.recount
        ? afterRecount(key, state.lead, control, context)
        : withoutShadows(state.lead)
      const cause = control.announce ? 'announcedModel' : 'model'
      return lead && { ...next(key, context, lead, cause), forgotten: state.forgotten }
    },
  }

  function foldActivity(
    key: string,
    state: ScoreState | undefined,
    activity: Activity,
    context: Context<ScoreState>,
  ): Step<ScoreState, ScoreState> {
    if (activity.forget) return foldForget(key, state, activity.forget, context)
    if (state?.forgotten && bringsForgotten(state.forgotten, activity)) return { state }
    if (activity.event) return foldEvent(models, key, state, activity, activity.event, context)
    if (activity.link) return foldLink(key, state, activity.link, context)
    if (activity.merge) return foldMerge(key, state, activity, activity.merge, context)
    if (activity.followUp) return foldFollowUp(models, key, state, activity, activity.followUp, context)
    if (activity.recount) return foldRecount(key, state, activity, activity.recount, context)
    // A tick, or an outcome: what became of a lead is nothing that it did, and must not move it.
    return { state }
  }

  /** Undefined where another model was published meanwhile: nothing is taken. */
  function afterRecount(
    key: string,
    lead: Lead,
    { model }: Control,
    context: Context<ScoreState>,
  ): Lead | undefined {
    const { taken: recount } = recountsOf(key, context)
    return recount?.offset === context.offset
      ? taken(lead, recount, models.get(model), context.clock)
      : undefined
  }
}
