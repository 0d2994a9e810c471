/** p in [0, 1] of values in ascending order, by nearest rank: always a value that occurred. NaN of none. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number
}

export interface Spread {
  count: number
  p50: number
  p95: number
  p99: number
  max: number
}

/** What the tables show of a set of times, in its own unit, rounded to hundredths. */
export function spread(values: readonly number[] | Float64Array): Spread {
  const sorted = Float64Array.from(values).sort()
  const at = (p: number) => round(percentile(sorted, p))
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
