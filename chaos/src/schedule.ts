import { random } from '@hotlead/bench/random'
import type { Dice, Fault, Planned } from './faults/index.ts'
import type { Shape } from './world.ts'

export interface ScheduleOptions {
  seed: number
  /** From 1. */
  round: number
  /** ms that overlapping faults are spread over. */
  window: number
  /** Overlapping faults to draw; fewer come out where the lanes are full. A quarter where they come one by one. */
  count: number
  faults: readonly Fault[]
  shape: Shape
}

export interface Schedule {
  /** Where they come one by one, each is recovered from before the next: its recovery is its own. */
  oneByOne: boolean
  planned: Planned[]
}

/** Every so many rounds the faults come one by one, each kind in its turn; in all others they overlap. */
const ONE_BY_ONE = 4
/** ms between two faults of one lane. */
const APART = 300
/** Draws before a fault is given up for which no lane is free. */
const TRIES = 50

/** The faults of one round in order of time. Pure: the same options give the same schedule. */
export function schedule({ seed, round, window, count, faults, shape }: ScheduleOptions): Schedule {
  const next = random((seed * 7_919 + round * 104_729) >>> 0)
  const dice: Dice = {
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: list => list[Math.floor(next() * list.length)] as never,
  }
  const total = faults.reduce((sum, f) => sum + f.weight, 0)
  const draw = (): Fault => {
    let left = next() * total
    for (const fault of faults) {
      left -= fault.weight
      if (left < 0) return fault
    }
    return faults.at(-1) as Fault
  }
  const oneByOne = round % ONE_BY_ONE === 0
  const planned: Planned[] = []
  if (oneByOne) {
    const each = Math.ceil(count / 4)
    const turn = (round / ONE_BY_ONE - 1) * each
    const inTurn = shuffled(faults, seed)
    for (let i = 0; i < each; i++) {
      const fault = inTurn[(turn + i) % inTurn.length] as Fault
      // Between two of them the load goes on for a moment: what is lost of a quiet system shows less.
      planned.push({ kind: fault.kind, at: dice.whole(100, 800), ...fault.draw(dice, shape) })
    }
    return { oneByOne, planned }
  }
  for (let i = 0; i < count; i++) {
    for (let tries = 0; tries < TRIES; tries++) {
      const fault = draw()
      const drawn = fault.draw(dice, shape)
      const at = dice.whole(0, Math.max(0, window - drawn.lasts))
      const one = { kind: fault.kind, at, ...drawn }
      if (planned.some(p => overlap(p, one))) continue
      planned.push(one)
      break
    }
  }
  return { oneByOne, planned: planned.sort((a, b) => a.at - b.at) }
}

/** In an order of the seed's own (Fisher and Yates). */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const next = random(seed)
  const all = [...list]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[all[i], all[j]] = [all[j] as T, all[i] as T]
  }
  return all
}

function overlap(a: Planned, b: Planned): boolean {
  return (
    a.lanes.some(l => b.lanes.includes(l)) && a.at < b.at + b.lasts + APART && b.at < a.at + a.lasts + APART
  )
}

/** One line per fault, for people. */
export function lines({ oneByOne, planned }: Schedule): string[] {
  return planned.map(({ kind, at, what }) => {
    const details = Object.entries(what).map(([name, value]) => `${name} ${value}`)
    return `${oneByOne ? 'then after' : ''}${(at / 1000).toFixed(1).padStart(5)} s  ${kind.padEnd(22)} ${details.join(', ')}`.trimEnd()
  })
}
