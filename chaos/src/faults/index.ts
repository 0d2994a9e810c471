import { DISK } from './disk.ts'
import { FAILPOINTS } from './failpoints.ts'
import type { Fault } from './fault.ts'
import { KAFKA } from './kafka.ts'
import { MODEL } from './model.ts'
import { NETWORK } from './network.ts'
import { PROCESSES } from './processes.ts'
import { REDIS } from './redis.ts'

/** Every kind of fault there is. */
export const FAULTS: readonly Fault[] = [
  ...PROCESSES,
  ...NETWORK,
  ...REDIS,
  ...KAFKA,
  ...DISK,
  ...MODEL,
  ...FAILPOINTS,
]
export type { Dice, Fault, Planned } from './fault.ts'
