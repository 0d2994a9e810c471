import type { Sign } from './coordinateDescent.ts'
import type { Learning } from './weights.ts'

/** Steps of a count have its sign; points a match, and all of an attribute, are free. */
export function signsOf({ terms, chosen }: Learning, leaning: readonly Sign[]): Sign[] {
  return chosen.map(({ term, part }) =>
    terms[term]?.kind === 'count' && part.kind === 'from' ? (leaning[term] as Sign) : 0,
  )
}
