import { percentile } from './percentile.ts'

/** Median of the rounds, and the least and the most: `12.3 (11.9–14)`. A dash of none. */
export function median(values: readonly number[]): string {
  const [least, middle, most] = range(values)
  if (Number.isNaN(middle)) return '–'
  const digits = { maximumFractionDigits: middle >= 100 ? 0 : 1 }
  const text = (n: number) => n.toLocaleString('en-GB', digits)
  return `${text(middle)} (${text(least)}–${text(most)})`
}

/**
 * How rounds differ from others, each from the one of its own round: `+12 % (+8 to +15)`. Where the runs of the one do
 * not all lie beyond those of the other it is said to be the spread: by chance four and four lie apart once in 35.
 */
export function against(values: readonly number[], base: readonly number[]): string {
  const [least, middle, most] = range(values.map((v, i) => (v / (base[i] as number) - 1) * 100))
  if (Number.isNaN(middle)) return '–'
  const ends = `${sign(least)} to ${sign(most)}`
  return apart(values, base) ? `${sign(middle)} % (${ends})` : `within the spread (${ends} %)`
}

/** Whether every one of these is above, or every one below, all of those. */
export function apart(values: readonly number[], others: readonly number[]): boolean {
  return Math.min(...values) > Math.max(...others) || Math.max(...values) < Math.min(...others)
}

function range(values: readonly number[]): [least: number, median: number, most: number] {
  const sorted = values.toSorted((a, b) => a - b)
  return [percentile(sorted, 0), percentile(sorted, 0.5), percentile(sorted, 1)]
}

function sign(percent: number): string {
  const whole = Math.round(percent)
  return whole > 0 ? `+${whole}` : whole < 0 ? `−${-whole}` : '0'
}
