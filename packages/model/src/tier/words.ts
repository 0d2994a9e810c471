import type { Condition as Shown } from '@hotlead/contracts'
import { formatDuration } from '../duration.ts'
import { type Condition, type Leaf, MAIN, type Range, type Test } from '../model.ts'
import { holds } from './conditions.ts'
import type { Situation } from './situation.ts'

/** Leaves of a condition as people read them, with the value that each has. A leaf under `not` says so. */
export function shown(c: Condition, s: Situation, negated = false): Shown[] {
  switch (c.kind) {
    case 'all':
    case 'any':
    case 'atLeast':
      return c.of.flatMap(x => shown(x, s, negated))
    case 'not':
      return shown(c.of, s, !negated)
    case 'segment':
      return shown(c.of, s, negated)
  }
  return [
    { text: `${negated ? 'not ' : ''}${words(c)}`, value: actualOf(c, s), holds: holds(c, s) !== negated },
  ]
}

/** One leaf in words, without the value it has. */
export function words(c: Leaf): string {
  switch (c.kind) {
    case 'score':
      return `${c.of === MAIN ? 'score' : `score ${c.of}`} ${rangeWords(c.range)}`
    case 'fit':
      return `fit ${rangeWords(c.range)}`
    case 'grid':
      return `grid is ${c.cells.join(' or ')}`
    case 'phase':
      return `phase is ${c.names.join(' or ')}`
    case 'tier':
      return `tier is ${c.names.join(' or ')}`
    case 'count':
      return `count of ${c.signal}${c.within === undefined ? '' : ` within ${formatDuration(c.within)}`} ${rangeWords(c.range)}`
    case 'recency':
      return `last ${c.signal} within ${formatDuration(c.within)}`
    case 'sinceTier':
      return `${c.signal} since it came into its tier`
    case 'attribute':
      return `attribute ${c.name} ${testWords(c.test)}`
    case 'consent':
      return `consent to ${c.name}`
  }
}

function actualOf(c: Leaf, s: Situation): string {
  switch (c.kind) {
    case 'score':
      return s.score(c.of).toFixed(3)
    case 'fit':
      return s.fit.toFixed(3)
    case 'grid':
      return s.cell
    case 'phase':
      return s.phase
    case 'tier':
      return s.state.tier
    case 'count':
      return numberWords(s.count(c.signal, c.within, c.perUnit))
    case 'recency':
    case 'sinceTier': {
      const last = s.lastOf(c.signal)
      return last === undefined ? 'never' : `${((s.t - last) / 86_400_000).toFixed(1)} days ago`
    }
    case 'attribute':
      return String(s.attribute(c.name) ?? 'not known')
    case 'consent':
      return holds(c, s) ? 'given' : 'not given'
  }
}

/** A sum has thousandths; without them it reads as a count. */
function numberWords(n: number): string {
  return String(Math.round(n * 1000) / 1000)
}

function rangeWords(r: Range): string {
  const parts: string[] = []
  if (r.atLeast !== undefined) parts.push(`≥ ${r.atLeast}`)
  if (r.atMost !== undefined) parts.push(`≤ ${r.atMost}`)
  if (r.above !== undefined) parts.push(`> ${r.above}`)
  if (r.below !== undefined) parts.push(`< ${r.below}`)
  return parts.join(' and ')
}

/** Of a list, so many are named. */
const NAMED = 5

function listWords(items: Iterable<unknown>): string {
  const all = [...items].map(String)
  const named = all.slice(0, NAMED).join(', ')
  return all.length > NAMED ? `${named} and ${all.length - NAMED} more` : named
}

/** All that a test asks for. */
export function testWords(t: Test): string {
  const parts: string[] = []
  if (t.exists !== undefined) parts.push(t.exists ? 'is known' : 'is not known')
  if (t.equals !== undefined) parts.push(`is ${t.equals}`)
  if (t.in) parts.push(`is one of ${listWords(t.in)}`)
  if (t.notIn) parts.push(`is none of ${listWords(t.notIn)}`)
  if (t.contains !== undefined) parts.push(`contains ${t.contains}`)
  if (t.startsWith !== undefined) parts.push(`starts with ${t.startsWith}`)
  if (t.endsWith !== undefined) parts.push(`ends with ${t.endsWith}`)
  if (t.matches) parts.push(`matches ${t.matches.source}`)
  if (t.domain) parts.push(`is of ${listWords(t.domain)}`)
  if (t.range) parts.push(rangeWords(t.range))
  if (t.after !== undefined) parts.push(`is after ${dateWords(t.after)}`)
  if (t.before !== undefined) parts.push(`is before ${dateWords(t.before)}`)
  return parts.join(' and ')
}

function dateWords(at: number): string {
  return new Date(at).toISOString().replace(/T00:00:00.000Z$/, '')
}
