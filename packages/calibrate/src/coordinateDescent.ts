/** Which values a coefficient may take: any, or 0 and those of one sign. */
export type Sign = -1 | 0 | 1

/** Minimise ½·bᵀGb − cᵀb + Σ penaltyⱼ·|bⱼ|, where bⱼ of sign ±1 may not have the other one. */
export interface Quadratic {
  /** Symmetric, by rows; its diagonal is above 0. */
  gram: readonly Float64Array[]
  linear: Float64Array
  penalties: readonly number[]
  signs: readonly Sign[]
}

/**
 * One coefficient after the other at its own best value until none moves by more than `tolerance` (in units of its own
 * deviation): cyclical coordinate descent with covariance updates, Friedman, Hastie & Tibshirani, “Regularization Paths
 * for Generalized Linear Models via Coordinate Descent”, J. Stat. Softw. 33(1), 2010, section 2. Changes `b` in place.
 */
export function descend(problem: Quadratic, b: Float64Array, tolerance = 1e-5, most = 10_000): void {
  const { gram, linear, penalties, signs } = problem
  const gradient = linear.map((c, j) => {
    const row = gram[j] as Float64Array
    let sum = c
    for (let k = 0; k < b.length; k++) sum -= (row[k] as number) * (b[k] as number)
    return sum
  })
  for (let sweep = 0; sweep < most; sweep++) {
    let largest = 0
    for (let j = 0; j < b.length; j++) {
      const row = gram[j] as Float64Array
      const own = row[j] as number
      const old = b[j] as number
      const next = bounded(
        soft((gradient[j] as number) + own * old, penalties[j] as number) / own,
        signs[j] as Sign,
      )
      const change = next - old
      if (change === 0) continue
      b[j] = next
      for (let k = 0; k < b.length; k++) gradient[k] = (gradient[k] as number) - (row[k] as number) * change
      const gain = own * change * change
      if (gain > largest) largest = gain
    }
    if (largest < tolerance * tolerance) return
  }
}

function soft(x: number, by: number): number {
  return x > by ? x - by : x < -by ? x + by : 0
}

function bounded(x: number, sign: Sign): number {
  return sign * x < 0 ? 0 : x
}
