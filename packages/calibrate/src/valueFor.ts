import type { Lead } from '@hotlead/contracts'
import { attributeOf, eachAward, type Millis, weigher } from '@hotlead/model'
import type { Attribute, AttributeTerm, Ladder } from './design.ts'
import type { CountedTerm } from './terms.ts'

/**
 * What a term's rule would look at, of a lead at a time: of a count, what is left after its cap, the latest first, each
 * with what decay leaves of it; of an attribute its value as the rule would compare it. Points times it is what a rule of
 * the model gives, to a thousandth.
 */
export function valueFor(term: CountedTerm | AttributeTerm, lead: Lead, t: Millis): Ladder | Attribute {
  return term.kind === 'count' ? ladderOf(term, lead, t) : attributeValueOf(term, lead)
}

function ladderOf({ rule }: CountedTerm, lead: Lead, t: Millis): Ladder {
  const weight = weigher(rule.decay, t)
  const rungs: { count: number; weight: number }[] = []
  let count = 0
  eachAward(rule, lead, (hour, units) => {
    // Sums are whole thousandths: added up as fractions they would stand just beside the bracket that they reach.
    count = Math.round((count + units) * rule.perUnit) / rule.perUnit
    const left = weight(hour)
    const last = rungs.at(-1)
    if (last?.weight === left) last.count = count
    else rungs.push({ count, weight: left })
  })
  return rungs
}

function attributeValueOf({ attribute, shape }: AttributeTerm, lead: Lead): Attribute {
  const value = attributeOf(lead, attribute)
  if (value === undefined || value === '') return undefined
  // A text among numbers is known and in no bracket.
  if (shape === 'brackets') return asNumber(value) ?? String(value)
  // Case makes no other value, nor does it matter whether a number came as a text.
  return String(value).toLowerCase()
}

/** The number that a test of bounds sees; undefined where it sees none. */
export function asNumber(value: string | number | boolean): number | undefined {
  const number = Number(value)
  return String(value).trim() !== '' && Number.isFinite(number) ? number : undefined
}
