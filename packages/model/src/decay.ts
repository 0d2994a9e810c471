import type { Decay, Millis } from './model.ts'

/**
 * Weight of points of a given age: half-life 2^(−age/h), linear max(0, 1 − age/T), steps by the first `within` that
 * the age is below, window 1 inside and 0 outside. Never grows with age (the schema refuses rising steps).
 */
export function weight(decay: Decay, age: Millis): number {
  switch (decay.kind) {
    case 'none':
      return 1
    case 'halfLife':
      return age <= 0 ? 1 : 2 ** (-age / decay.length)
    case 'window':
      return age < decay.length ? 1 : 0
    case 'linear':
      return Math.max(0, 1 - age / decay.length)
    case 'steps':
      return decay.steps.find(s => age < s.within)?.weight ?? 0
  }
}

/** Halvings after which a weight counts as nothing: 2^−40 of a million points is below a thousandth. */
const HALVINGS = 40

/** Age from which on the weight no longer counts; Infinity where it always does. */
export function reachOf(decay: Decay): Millis {
  switch (decay.kind) {
    case 'none':
      return Number.POSITIVE_INFINITY
    case 'halfLife':
      return decay.length * HALVINGS
    case 'steps':
      return decay.steps.at(-1)?.within ?? 0
    default:
      return decay.length
  }
}

/** Ages at which the weight jumps. */
export function jumpsOf(decay: Decay): Millis[] {
  if (decay.kind === 'window') return [decay.length]
  if (decay.kind === 'steps') return decay.steps.map(s => s.within)
  return []
}
