import type { Sample, Term } from '../src/index.ts'

export const DAY = 86_400_000
export const START = Date.UTC(2026, 0, 1)

export const terms: readonly Term[] = [
  { kind: 'count', signal: 'pricing', shape: 'brackets', deed: 'opened the pricing page' },
  { kind: 'count', signal: 'careers', shape: 'brackets' },
  { kind: 'count', signal: 'page-view', shape: 'points', settings: { cap: { total: 9 } } },
  { kind: 'attribute', attribute: 'industry', shape: 'table' },
  { kind: 'attribute', attribute: 'employees', shape: 'brackets' },
  { kind: 'count', signal: 'noise', shape: 'brackets' },
]

/** A row of numbers in [0, 1) that a seed and nothing else decides (a linear congruence of 32 bits). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Leads of 100 days whose odds are known: pricing and size lift them, careers lowers them, noise does nothing. */
export function leads(count: number, seed = 1): Sample[] {
  const next = numbersFrom(seed)
  const whole = (most: number) => Math.floor(next() ** 2 * (most + 1))
  return Array.from({ length: count }, (_, i) => {
    const [pricing, careers, views, noise] = [whole(5), whole(3), whole(9), whole(4)]
    const industry = next() < 0.3 ? 'software' : next() < 0.5 ? 'farming' : undefined
    const employees = next() < 0.2 ? undefined : Math.round(10 ** (next() * 4))
    const odds =
      -2.5 +
      0.9 * Math.min(pricing, 3) -
      0.8 * careers +
      0.1 * views +
      (industry === 'software' ? 1 : 0) +
      ((employees ?? 0) >= 200 ? 1 : 0)
    const at = START + Math.floor((i / count) * 100) * DAY
    const outcome = next() < 1 / (1 + Math.exp(-odds))
    return { outcome, at, factsUntil: at, values: [pricing, careers, views, industry, employees, noise] }
  })
}
