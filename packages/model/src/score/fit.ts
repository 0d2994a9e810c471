import type { Contribution, Lead } from '@hotlead/contracts'
import { passes } from '../match/passes.ts'
import type { Fit, FitRule, Value } from '../model.ts'
import { clamp } from './limits.ts'
import type { Scored } from './score.ts'

export function attributeOf(lead: Lead, name: string): Value | undefined {
  return lead.attributes.find(a => a.name === name)?.value
}

/** Who a lead is, in points: a function of its attributes alone. Contributions sum to it exactly. */
export function fitOf(fit: Fit, lead: Lead): Scored {
  const contributions: Contribution[] = []
  let sum = 0
  const add = (rule: string, millipoints: number) => {
    sum += millipoints
    if (millipoints !== 0) contributions.push({ rule, millipoints })
  }
  for (const rule of fit.rules) add(rule.name, Math.round(answerOf(rule, lead).points * 1000))
  const limited = clamp(sum, fit.limit)
  if (limited !== sum) add('limit', limited - sum)
  return { millipoints: limited, contributions }
}

/** What a rule says of a lead: which row, in words, and its points. Not known is an answer of its own. */
export function answerOf(rule: FitRule, lead: Lead): { words: string; points: number } {
  const value = attributeOf(lead, rule.attribute)
  if (value === undefined || value === '') return { words: 'not known', points: rule.unknown }
  const row = rule.rows.find(r => passes(value, r.test))
  return row ?? { words: 'none of it', points: rule.otherwise }
}
