export { TestDriver } from './driver.ts'
export { OwnershipLostError, RefusedError } from './errors.ts'
export { fold, type Memory } from './fold.ts'
export { foreignState, positionBeyond } from './foreign.ts'
export type { KafkaClient } from './kafkaLog.ts'
export type { BatchInfo } from './owner.ts'
export {
  type Context,
  type Input,
  type KeyState,
  type Millis,
  PARTITION,
  type Processor,
  type Step,
  type Time,
  wholeSecond,
} from './processor.ts'
export { lossField, parsePosition, redisKeys } from './redisStore.ts'
export { type Running, type RunOptions, runProcessor } from './run.ts'
export { isRebuilding, type Loss, type Position } from './store.ts'
export { Timers } from './timers.ts'
export type { Projection, Topology, Wire } from './wire.ts'
