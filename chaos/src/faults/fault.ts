import type { Shape, World } from '../world.ts'

/** Draws for one fault, all from the run's seed. */
export interface Dice {
  /** A whole number from `from` to `to`. */
  whole(from: number, to: number): number
  pick<T>(list: readonly T[]): T
}

/** One fault of a schedule: everything about it is drawn before anything runs. */
export interface Planned {
  kind: string
  /** ms after the round's beginning; where faults come one by one, after the recovery from the one before. */
  at: number
  /** What it lays hands on; two faults that share a lane never overlap. */
  lanes: string[]
  /** ms from injection to heal, as far as one can know. */
  lasts: number
  /** Durations in ms, names, numbers. */
  what: Record<string, string | number>
}

/** A kind of fault. */
export interface Fault {
  kind: string
  /** How often it is drawn, against the others. */
  weight: number
  /** Why this machine cannot do it; undefined where it can. */
  cannot?(): string | undefined
  draw(dice: Dice, shape: Shape): Pick<Planned, 'lanes' | 'lasts' | 'what'>
  /** Does it, and resolves once everything is as it should be again; with the failpoint that acted, where one did. */
  run(world: World, what: Planned['what']): Promise<unknown>
}
