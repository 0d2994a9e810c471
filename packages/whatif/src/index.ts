export type { Alert, CourseEnd } from './course.ts'
export { type FactsBefore, factsBefore, type Moment } from './factsBefore.ts'
export { foldLog, type Log, type LogFold, type LogFolded } from './foldLog.ts'
export { type FromShare, Hub, HubPort, type ToShare } from './hub.ts'
export type { Recorded } from './lane.ts'
export { outcomesIn, type ToldInLog, type ToldOutcome } from './outcomesIn.ts'
export type { Move, PartitionFold, Run } from './partitionFold.ts'
export { type Recounted, type RecountOf, recount } from './recount.ts'
export type { Different, Overlap, Report, Told } from './report.ts'
export {
  type LogCounts,
  type Share,
  type Simulated,
  type Simulation,
  simulate,
  simulateShare,
  sumOf,
  together,
} from './simulate.ts'
