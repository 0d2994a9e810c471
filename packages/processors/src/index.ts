export { scoring } from './scorer/scoring.ts'
export type { ScoreState, ScoringModels } from './scorer/state.ts'
export type { Snapshot, StandingState } from './tiering/state.ts'
export { type TieringModels, tiering } from './tiering/tiering.ts'
