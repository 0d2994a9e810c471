import { type Interval, shareWithInterval, Z } from './interval.ts'

/**
 * How often a lead that was won stands above one that was not; equal scores count half. Each of the two sides must
 * have a lead; else NaN. By ranks (Mann–Whitney), n·log n.
 */
export function aucOf(scores: readonly number[], outcomes: readonly boolean[]): number {
  const { won, lost } = sides(scores, outcomes)
  const ranks = midranks([...won, ...lost])
  let sum = 0
  for (let i = 0; i < won.length; i++) sum += ranks[i] as number
  return (sum - (won.length * (won.length + 1)) / 2) / (won.length * lost.length)
}

/**
 * AUC with its interval of 95 % by DeLong, DeLong & Clarke-Pearson, Biometrics 44, 1988, through midranks as in Sun &
 * Xu, IEEE Signal Process. Lett. 21(11), 2014: the variance of how each lead of one side stands among the other side.
 * Where all of one side stand above the other, that variance is 0 and would promise certainty: then the interval is
 * Wilson's of as many trials as the smaller side has leads.
 */
export function aucWithInterval(scores: readonly number[], outcomes: readonly boolean[]): Interval {
  const { won, lost } = sides(scores, outcomes)
  const all = midranks([...won, ...lost])
  const [ofWon, ofLost] = [midranks(won), midranks(lost)]
  const above = won.map((_, i) => ((all[i] as number) - (ofWon[i] as number)) / lost.length)
  const below = lost.map((_, j) => 1 - ((all[won.length + j] as number) - (ofLost[j] as number)) / won.length)
  const value = mean(above)
  if (value === 0 || value === 1) {
    const trials = Math.min(won.length, lost.length)
    return shareWithInterval(value * trials, trials)
  }
  const half = Z * Math.sqrt(variance(above) / won.length + variance(below) / lost.length)
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) }
}

function sides(scores: readonly number[], outcomes: readonly boolean[]) {
  return { won: scores.filter((_, i) => outcomes[i]), lost: scores.filter((_, i) => !outcomes[i]) }
}

/** Places from 1 on in ascending order; equals share the mean of theirs. */
function midranks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number))
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++
    for (let k = from; k < to; k++) ranks[order[k] as number] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length
}

/** Of a sample; 0 for a single value, which says nothing about its spread. */
function variance(values: readonly number[]): number {
  if (values.length < 2) return 0
  const m = mean(values)
  return values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1)
}
