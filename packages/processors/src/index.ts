export { scoring } from './scorer/scoring.ts'
export type { ScoreState, ScoringModels } from './scorer/state.ts'
export { firstStanding, type Snapshot, type StandingState } from './tiering/state.ts'
export { type Ahead, type TieringModels, tiering } from './tiering/tiering.ts'
