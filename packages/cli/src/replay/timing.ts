/** How the log's time becomes ours. All in ms since 1970. */
export type Timing =
  /** All at once, as if the last line were written now. */
  | { kind: 'shift'; shift: number }
  /** As it came, `speed` times as fast: the line of `origin` is due at `start`. */
  | { kind: 'speed'; speed: number; origin: number; start: number }

/** When a line of the log happens for us. With a speed it is also when its event is to be sent. */
export function timeFor(timing: Timing, at: number): number {
  return timing.kind === 'shift'
    ? at + timing.shift
    : Math.round(timing.start + (at - timing.origin) / timing.speed)
}
