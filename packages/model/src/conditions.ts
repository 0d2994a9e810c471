import type { Lead, Condition as Shown } from '@hotlead/contracts'
import { HOUR } from './decay.ts'
import { formatDuration } from './duration.ts'
import type { Condition, Millis, Model, Range, Test, Value } from './model.ts'
import { factsOf, scoreOf } from './score.ts'

/** A lead at a time, with its score worked out once however many conditions ask for it. */
export class Situation {
  readonly model: Model
  readonly lead: Lead
  readonly t: Millis
  #score: number | undefined

  constructor(model: Model, lead: Lead, t: Millis) {
    this.model = model
    this.lead = lead
    this.t = t
  }

  /** Points. */
  get score(): number {
    this.#score ??= scoreOf(this.model, this.lead, this.t).millipoints / 1000
    return this.#score
  }

  count(signal: string, within: Millis | undefined): number {
    const facts = factsOf(this.lead, signal)
    if (!facts) return 0
    let n = within === undefined ? facts.older : 0
    for (const b of facts.buckets)
      if (within === undefined || this.t - (b.hour + 1) * HOUR < within) n += b.count
    return n
  }

  lastOf(signal: string): Millis | undefined {
    return factsOf(this.lead, signal)?.last
  }

  attribute(name: string): Value | undefined {
    return this.lead.attributes.find(a => a.name === name)?.value
  }
}

export function holds(c: Condition, s: Situation): boolean {
  switch (c.kind) {
    case 'all':
      return c.of.every(x => holds(x, s))
    case 'any':
      return c.of.some(x => holds(x, s))
    case 'not':
      return !holds(c.of, s)
    case 'score':
      return inRange(s.score, c.range)
    case 'count':
      return inRange(s.count(c.signal, c.within), c.range)
    case 'recency': {
      const last = s.lastOf(c.signal)
      return last !== undefined && s.t - last < c.within
    }
    case 'attribute':
      return passes(s.attribute(c.name), c.test)
  }
}

/** Visits every leaf of a condition tree. */
export function eachLeaf(c: Condition, visit: (leaf: Condition) => void): void {
  if (c.kind === 'all' || c.kind === 'any') for (const x of c.of) eachLeaf(x, visit)
  else if (c.kind === 'not') eachLeaf(c.of, visit)
  else visit(c)
}

export function inRange(n: number, r: Range): boolean {
  return (
    (r.atLeast === undefined || n >= r.atLeast) &&
    (r.atMost === undefined || n <= r.atMost) &&
    (r.above === undefined || n > r.above) &&
    (r.below === undefined || n < r.below)
  )
}

/** Text compares without regard to case; a missing value passes only `exists: false` and `notIn`. */
export function passes(value: Value | null | undefined, test: Test): boolean {
  const there = value !== undefined && value !== null && value !== ''
  if (test.exists !== undefined && test.exists !== there) return false
  if (test.notIn && there && test.notIn.some(x => same(x, value))) return false
  if (!there)
    return !(
      test.equals !== undefined ||
      test.in ||
      test.contains ||
      test.startsWith ||
      test.endsWith ||
      test.range
    )
  const text = String(value).toLowerCase()
  return (
    (test.equals === undefined || same(test.equals, value)) &&
    (!test.in || test.in.some(x => same(x, value))) &&
    (test.contains === undefined || text.includes(test.contains.toLowerCase())) &&
    (test.startsWith === undefined || text.startsWith(test.startsWith.toLowerCase())) &&
    (test.endsWith === undefined || text.endsWith(test.endsWith.toLowerCase())) &&
    (!test.range ||
      (text.trim() !== '' && Number.isFinite(Number(value)) && inRange(Number(value), test.range)))
  )
}

function same(a: Value, b: Value): boolean {
  return String(a).toLowerCase() === String(b).toLowerCase()
}

/** Leaves of a condition as people read them, with the value that each has. A leaf under `not` says so. */
export function shown(c: Condition, s: Situation, negated = false): Shown[] {
  if (c.kind === 'all' || c.kind === 'any') return c.of.flatMap(x => shown(x, s, negated))
  if (c.kind === 'not') return shown(c.of, s, !negated)
  const text = `${negated ? 'not ' : ''}${words(c)}`
  return [{ text, value: actualOf(c, s), holds: holds(c, s) !== negated }]
}

export type Leaf = Exclude<Condition, { kind: 'all' | 'any' | 'not' }>

/** One leaf in words, without the value it has. */
export function words(c: Leaf): string {
  switch (c.kind) {
    case 'score':
      return `score ${rangeWords(c.range)}`
    case 'count':
      return `count of ${c.signal}${c.within === undefined ? '' : ` within ${formatDuration(c.within)}`} ${rangeWords(c.range)}`
    case 'recency':
      return `last ${c.signal} within ${formatDuration(c.within)}`
    case 'attribute':
      return `attribute ${c.name} ${testWords(c.test)}`
  }
}

function actualOf(c: Leaf, s: Situation): string {
  switch (c.kind) {
    case 'score':
      return s.score.toFixed(3)
    case 'count':
      return String(s.count(c.signal, c.within))
    case 'recency': {
      const last = s.lastOf(c.signal)
      return last === undefined ? 'never' : `${((s.t - last) / 86_400_000).toFixed(1)} days ago`
    }
    case 'attribute':
      return String(s.attribute(c.name) ?? 'not known')
  }
}

function rangeWords(r: Range): string {
  const parts: string[] = []
  if (r.atLeast !== undefined) parts.push(`≥ ${r.atLeast}`)
  if (r.atMost !== undefined) parts.push(`≤ ${r.atMost}`)
  if (r.above !== undefined) parts.push(`> ${r.above}`)
  if (r.below !== undefined) parts.push(`< ${r.below}`)
  return parts.join(' and ')
}

function testWords(t: Test): string {
  if (t.exists !== undefined) return t.exists ? 'is known' : 'is not known'
  if (t.equals !== undefined) return `is ${t.equals}`
  if (t.in) return `is one of ${t.in.join(', ')}`
  if (t.notIn) return `is none of ${t.notIn.join(', ')}`
  if (t.contains !== undefined) return `contains ${t.contains}`
  if (t.startsWith !== undefined) return `starts with ${t.startsWith}`
  if (t.endsWith !== undefined) return `ends with ${t.endsWith}`
  return t.range ? rangeWords(t.range) : ''
}
