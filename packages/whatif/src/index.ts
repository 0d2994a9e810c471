export { foldLog, type LogFold, type LogFolded } from './foldLog.ts'
export type { Recorded } from './lane.ts'
export type { Move, PartitionFold, Run } from './partitionFold.ts'
