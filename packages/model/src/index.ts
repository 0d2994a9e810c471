export { holds, type Leaf, Situation, words } from './conditions.ts'
export { HOUR } from './decay.ts'
export { formatDuration } from './duration.ts'
export { decayWords, type ExplainedRule, type Explanation, explain } from './explain.ts'
export {
  FOLLOW_UP,
  isRepeat,
  mergeLeads,
  mergeVisitors,
  newLead,
  observe,
  type Seen,
  TIMELINE,
} from './facts.ts'
export { signalsOf } from './match.ts'
export type { Condition, Decay, Millis, Model, Rule, Tier } from './model.ts'
export { nearest } from './nearest.ts'
export { nextChange } from './nextChange.ts'
export { type Problem, parseModel } from './parse.ts'
export { type Scored, scoreOf } from './score.ts'
export { announces, conditionsOf, firstTier, isUpward, judge, type TierState } from './tiers.ts'
