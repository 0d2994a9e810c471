export { program } from './program.ts'
export type { Random } from './random.ts'
export { type Action, type Result, type Subject, simulate } from './simulate.ts'
export { stage, type Violation, type World } from './world.ts'
