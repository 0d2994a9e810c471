import type { Lead } from '@hotlead/contracts'
import { consentName, eachLeaf, type Model, type Rule } from '@hotlead/model'
import { countedBy, countingModel } from './counting.ts'
import { LEAST } from './cuts.ts'
import type { AttributeTerm, CountTerm } from './design.ts'
import { asNumber } from './valueFor.ts'

/** A count with the rule that counts it: a point a match, so that what it gives is the count. */
export interface CountedTerm extends CountTerm {
  rule: Rule
}

/** Attributes that are asked for because leads have them, beside those that the model names. */
const MOST_ATTRIBUTES = 40

export interface Terms {
  /** To fold the leads' facts with. */
  model: Model
  counts: readonly CountedTerm[]
}

/** The counts that a model could give points for. Their values are those of facts that were folded with `model`. */
export function termsOf(content: unknown): Terms {
  const model = countingModel(content)
  const rules = model.scores.flatMap(s => s.rules)
  const counts = countedBy(content).map(
    ({ name, signal, settings }, i): CountedTerm => ({
      kind: 'count',
      signal,
      ...(name === signal ? {} : { name }),
      shape: 'brackets',
      settings,
      rule: rules[i] as Rule,
    }),
  )
  return { model, counts }
}

/**
 * What a model or its leads know of who a lead is: the attributes that the model asks for, and the most common of those
 * that 20 leads have. One whose values are all numbers is asked in brackets.
 */
export function attributeTermsOf(model: Model, leads: readonly Lead[]): AttributeTerm[] {
  const known = new Map<string, { leads: number; numbers: number }>()
  for (const lead of leads)
    for (const { name, value } of lead.attributes) {
      if (value === '') continue
      const seen = known.get(name) ?? { leads: 0, numbers: 0 }
      seen.leads++
      if (asNumber(value) !== undefined && typeof value !== 'boolean') seen.numbers++
      known.set(name, seen)
    }
  const common = [...known]
    .filter(([, seen]) => seen.leads >= LEAST)
    .sort(([a, x], [b, y]) => y.leads - x.leads || (a < b ? -1 : 1))
    .slice(0, MOST_ATTRIBUTES)
    .map(([name]) => name)
  return [...new Set([...askedBy(model), ...common])].map(attribute => {
    const { leads: having = 0, numbers = 0 } = known.get(attribute) ?? {}
    return { kind: 'attribute', attribute, shape: having > 0 && numbers === having ? 'brackets' : 'table' }
  })
}

function askedBy(model: Model): string[] {
  const names = (model.fit?.rules ?? []).map(r => r.attribute)
  const conditions = [
    ...model.tiers.flatMap(t => [t.enter, t.exit]),
    ...model.phases.map(p => p.when),
    ...model.suppress.map(s => s.when),
    ...model.segments.values(),
  ]
  for (const condition of conditions)
    if (condition)
      eachLeaf(condition, leaf => {
        if (leaf.kind === 'attribute') names.push(leaf.name)
        if (leaf.kind === 'consent') names.push(consentName(leaf.name))
      })
  return names
}
