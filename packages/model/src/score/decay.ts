import type { Decay, Millis } from '../model.ts'

/** How long facts are kept by the hour, which bounds a lead's size: no decay and no window sees further. */
export const YEAR: Millis = 366 * 86_400_000

export const HOUR: Millis = 3_600_000

/**
 * Weight at `t` of what happened in a given hour (since 1970), its age counted from the end of the hour, so that
 * something fresh weighs 1: half-life 2^(−age/h), linear max(0, 1 − age/T), steps by the first `within` that the age is
 * below, window 1 inside and 0 outside; 0 from `reachOf` on, so that dropping what is out of reach changes no score.
 * Never grows with age (the schema refuses rising steps).
 */
export function weigher(decay: Decay, t: Millis): (hour: number) => number {
  const ageOf = (hour: number) => Math.max(0, t - (hour + 1) * HOUR)
  switch (decay.kind) {
    case 'none':
      return () => 1
    case 'halfLife':
      return halving(decay.length, reachOf(decay), t)
    case 'window':
      return hour => (ageOf(hour) < decay.length ? 1 : 0)
    case 'linear':
      return hour => Math.max(0, 1 - ageOf(hour) / decay.length)
    case 'steps':
      return hour => {
        const age = ageOf(hour)
        return decay.steps.find(s => age < s.within)?.weight ?? 0
      }
  }
}

/** The ages of all hours share their part below an hour: one power for that, and a table for the whole hours. */
function halving(length: Millis, reach: Millis, t: Millis): (hour: number) => number {
  const now = Math.floor(t / HOUR)
  const rest = t - now * HOUR
  const part = 2 ** (-rest / length)
  const table = tableOf(length, reach)
  return hour => {
    const whole = now - 1 - hour
    if (whole < 0) return 1
    return whole * HOUR + rest < reach ? part * (table[whole] as number) : 0
  }
}

/** 2^(−k·hour/h) for every k within reach: at most 8,784 numbers for each half-life that a model names. */
const tables = new Map<Millis, Float64Array>()

function tableOf(length: Millis, reach: Millis): Float64Array {
  let table = tables.get(length)
  if (!table) {
    table = Float64Array.from({ length: Math.ceil(reach / HOUR) }, (_, k) => 2 ** ((-k * HOUR) / length))
    tables.set(length, table)
  }
  return table
}

/** Halvings after which a weight is 0: by then a million points are below a thousandth of one. */
const HALVINGS = 40

/** Age from which on the weight is 0; Infinity where it never is. */
export function reachOf(decay: Decay): Millis {
  switch (decay.kind) {
    case 'none':
      return Number.POSITIVE_INFINITY
    case 'halfLife':
      return Math.min(decay.length * HALVINGS, YEAR)
    case 'steps':
      return decay.steps.at(-1)?.within ?? 0
    default:
      return decay.length
  }
}
