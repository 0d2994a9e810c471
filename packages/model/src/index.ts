export { formatDuration } from './duration.ts'
export {
  decayWords,
  type ExplainedFit,
  type ExplainedRule,
  type ExplainedScore,
  type Explanation,
  explain,
} from './explain.ts'
export { awaitedOfOthers, awaiting, withoutCounted, withoutTwins } from './facts/awaited.ts'
export { FOLLOW_UP, isRepeat, mergeLeads, newLead, observe, once, type Seen } from './facts/lead.ts'
export { type Gap, leadAt } from './facts/past.ts'
export { TIMELINE, withRecent } from './facts/recent.ts'
export {
  asShadows,
  type Counted,
  shadowMatches,
  taken,
  withoutShadows,
  withRecount,
} from './facts/recount.ts'
export { closed, flaggedLine, settled, whole } from './facts/unsettled.ts'
export { MIN_VISITORS, mergeVisitors, visitorsOf } from './facts/visitors.ts'
export type { Files } from './language/combine.ts'
export { type Difference, differences } from './language/differences.ts'
export { modelJsonSchema } from './language/jsonSchema.ts'
export { nearest } from './language/nearest.ts'
export { type Parsed, parseModel } from './language/parse.ts'
export { parseCondition } from './language/parseCondition.ts'
export { printModel } from './language/print.ts'
export type { Problem } from './language/problem.ts'
export { recounted } from './language/recounted.ts'
export { type Act, actOf } from './machines/act.ts'
export { signalsOf } from './match/signalsOf.ts'
export type {
  Condition,
  Decay,
  Leaf,
  Match,
  Millis,
  Model,
  Phase,
  Rule,
  ScoreDefinition,
  Tier,
} from './model.ts'
export { MAIN } from './model.ts'
export { eachAward, factsOf } from './score/awards.ts'
export { HOUR, weigher } from './score/decay.ts'
export { attributeOf, fitOf } from './score/fit.ts'
export { type Scored, scoreBy, scoreOf } from './score/score.ts'
export { consentName, eachLeaf, holds } from './tier/conditions.ts'
export { announces, conditionsOf, firstTier, isUpward, judge, rankOf } from './tier/judge.ts'
export { mayChange, mayChangeBy, nextChange } from './tier/nextChange.ts'
export { Situation, type TierState } from './tier/situation.ts'
export { words } from './tier/words.ts'
