import type { Sample, Term } from './design.ts'

/** Leads of either outcome that each part needs: with fewer, an AUC is off by ±0.1 and more. */
export const FEWEST_OF_A_KIND = 20

/** Why nothing can be said, in a sentence that says what to do. */
export type Refusal =
  | { code: 'leak'; sample: number; sentence: string }
  | { code: 'values'; sample: number; sentence: string }
  | { code: 'one-time'; sentence: string }
  | { code: 'too-few'; sentence: string }
  | { code: 'nothing-tells'; sentence: string }

/** What is wrong with a single sample: facts from after its outcome, or not one value a term. */
export function faultOf(terms: readonly Term[], samples: readonly Sample[]): Refusal | undefined {
  for (const [i, { at, factsUntil, values }] of samples.entries()) {
    if (!(factsUntil <= at))
      return {
        code: 'leak',
        sample: i,
        sentence: `sample ${i}: its facts go on after its outcome, so they know it; take them as they were before`,
      }
    if (values.length !== terms.length)
      return {
        code: 'values',
        sample: i,
        sentence: `sample ${i}: ${values.length} values for ${terms.length} terms; give one for each, in their order`,
      }
  }
  return undefined
}

export function tooFew(part: string, samples: readonly Sample[]): Refusal | undefined {
  const won = samples.filter(s => s.outcome).length
  const lost = samples.length - won
  if (Math.min(won, lost) >= FEWEST_OF_A_KIND) return undefined
  return {
    code: 'too-few',
    sentence:
      `${part}: ${won} won and ${lost} not; at least ${FEWEST_OF_A_KIND} of each are needed. ` +
      'Give outcomes of a longer time, or another time from which on they are held out',
  }
}
