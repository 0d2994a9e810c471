const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now()
const wall = Date.now() - (origin + performance.now())

/** ms of the machine's monotonic clock (CLOCK_MONOTONIC): the same for all processes of one machine. */
export function now(): number {
  return origin + performance.now()
}

/** A monotonic time as ms since 1970, for comparison with what Kafka stamps (whole ms). */
export function wallTime(monotonic: number): number {
  return monotonic + wall
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
