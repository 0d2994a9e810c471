/** A measured number, and where the true one lies 95 times of 100. */
export interface Interval {
  value: number
  low: number
  high: number
}

/** Deviations of a normal distribution that 95 % lie within. */
export const Z = 1.959963984540054

/**
 * A share of `of` with Wilson's interval (J. Am. Stat. Assoc. 22, 1927): stays within 0 and 1 and is of use from a
 * handful of leads on, where ±1.96 deviations is not. `of` is above 0.
 */
export function shareWithInterval(count: number, of: number): Interval {
  const value = count / of
  const z2 = (Z * Z) / of
  const middle = (value + z2 / 2) / (1 + z2)
  const half = (Z / (1 + z2)) * Math.sqrt((value * (1 - value)) / of + z2 / (4 * of))
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
