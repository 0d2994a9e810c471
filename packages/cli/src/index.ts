export { partitionOf } from './partitionOf.ts'
export { run } from './run.ts'
