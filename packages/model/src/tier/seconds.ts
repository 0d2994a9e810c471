import type { Millis } from '../model.ts'

/** Timers and times of changes are whole seconds. */
export const SECOND: Millis = 1000

export function wholeSecondAfter(t: Millis): Millis {
  return Math.ceil(t / SECOND) * SECOND
}
