export { partitionOf } from './partitionOf.ts'
