import { createHash } from 'node:crypto'
import type { Event } from '@hotlead/contracts'
import { type Counting, hash32, matcherOf, PER_UNIT_OF_SUM } from '../match/counting.ts'
import { passes } from '../match/passes.ts'
import { compile } from '../match/patterns.ts'
import {
  type Decay,
  type Fit,
  type Grid,
  MAIN,
  type Match,
  type Model,
  type Phase,
  type Range,
  type Rule,
  type ScoreDefinition,
  type Signal,
  type Term,
  type Tier,
} from '../model.ts'
import { YEAR } from '../score/decay.ts'
import { testWords } from '../tier/words.ts'
import { canonical } from './canonical.ts'
import { toCondition } from './conditions.ts'
import { reachOfFacts, risers } from './reach.ts'
import type { ModelSource } from './schema/model.ts'
import type { FitRuleSource, RuleSource } from './schema/rule.ts'
import type { SignalSource } from './schema/signal.ts'

type Matcher = (event: Event) => Match | undefined
/** By signal, and then by the name of the facts: two scores with the same table count the same facts, once. */
type Tables = Map<string, Map<string, Matcher>>

/** A checked file as a model that is ready to be used. */
export function build(m: ModelSource, content: unknown): Model {
  const tables: Tables = new Map()
  const scoreOf = (
    name: string,
    part: Pick<ModelSource, 'rules' | 'groups' | 'limit' | 'decay'>,
  ): ScoreDefinition => ({
    name,
    rules: (part.rules ?? []).map(r => toRule(m, r, part.decay ?? m.decay ?? { kind: 'none' }, tables)),
    groups: new Map(Object.entries(part.groups ?? {}).map(([group, g]) => [group, g.limit as Range])),
    limit: part.limit,
  })
  const scores: Model['scores'] = [
    scoreOf(MAIN, m),
    ...Object.entries(m.scores ?? {}).map(([name, s]) => scoreOf(name, s)),
  ]
  const phases: Phase[] = (m.phases ?? []).map(p => ({
    name: p.name,
    when: p.when && toCondition(m, p.when),
  }))
  const tiers: Tier[] = m.tiers.map(t => ({
    name: t.name,
    enter: t.enter && toCondition(m, t.enter),
    exit: t.exit && toCondition(m, t.exit),
    announce: announceOf(t.announce),
    dwell: t.dwell ?? 0,
    coolDown: t.coolDown ?? 0,
  }))
  const suppress = (m.suppress ?? []).map(s => ({ name: s.name, when: toCondition(m, s.when) }))
  const segments = new Map(
    Object.entries(m.segments ?? {}).map(([name, c]) => [name, toCondition(m, c)] as const),
  )
  const parts = { scores, grid: m.grid && toGrid(m.grid), phases, segments, suppress, tiers }
  return {
    name: m.name,
    version: createHash('sha256').update(canonical(content)).digest('hex').slice(0, 12),
    signals: Object.entries(m.signals).map(([name, s]) =>
      toSignal(name, s, tables.get(name)?.values() ?? []),
    ),
    ...parts,
    fit: m.fit && toFit(m.fit),
    reach: reachOfFacts(parts),
    ...risers(parts),
  }
}

function announceOf(announce: ModelSource['tiers'][number]['announce']): Tier['announce'] {
  if (typeof announce === 'object' || announce === 'once') return announce
  return announce ? 'always' : 'never'
}

function countingOf(s: SignalSource | undefined): Counting {
  const { count } = s ?? {}
  if (count?.sum) return { kind: 'sum', field: count.sum.read }
  if (count?.distinct) return { kind: 'distinct', field: count.distinct.read }
  return count?.visits ? { kind: 'visits', gap: count.visits.gap } : { kind: 'matches' }
}

function toSignal(name: string, s: SignalSource, tables: Iterable<Matcher>): Signal {
  const is = compile(s.patterns)
  const matchers = [matcherOf(countingOf(s), name), ...tables]
  return {
    name,
    matches(event) {
      if (!is(event)) return NOTHING
      const matches: Match[] = []
      for (const matcher of matchers) {
        const match = matcher(event)
        if (match) matches.push(match)
      }
      return matches
    },
  }
}
const NOTHING: readonly Match[] = []

/** A daily cap needs to know the days, which are kept for a year: without decay such points last that long. */
function toRule(m: ModelSource, r: RuleSource, standard: Decay, tables: Tables): Rule {
  const decay = r.decay ?? standard
  const caps = r.cap ?? []
  const needsHours = caps.some(c => c.hours !== Number.POSITIVE_INFINITY)
  return {
    name: r.name ?? r.signal,
    signal: r.signal,
    terms: r.table
      ? tableTerms(m, r.signal, r.table, tables)
      : [{ facts: r.signal, row: undefined, points: r.points ?? 0 }],
    brackets: r.brackets,
    perUnit: m.signals[r.signal]?.count?.sum ? PER_UNIT_OF_SUM : 1,
    caps,
    decay: decay.kind === 'none' && needsHours ? { kind: 'window', length: YEAR } : decay,
    limit: r.limit,
    group: r.group,
  }
}

/**
 * Each row of a table is counted under a name of its own, so that points can change without a replay. “Otherwise” is all
 * that is in no row, the value that is missing too.
 */
function tableTerms(
  m: ModelSource,
  signal: string,
  table: NonNullable<RuleSource['table']>,
  tables: Tables,
): Term[] {
  const { written, read } = table.of
  const counting = countingOf(m.signals[signal])
  const values = Object.keys(table.points)
  const matchers: Map<string, Matcher> = tables.get(signal) ?? new Map()
  tables.set(signal, matchers)
  const term = (row: string, facts: string, points: number, is: (event: Event) => boolean): Term => {
    const matcher = matcherOf(counting, facts)
    matchers.set(facts, event => (is(event) ? matcher(event) : undefined))
    return { facts, row, points }
  }
  const rows = Object.entries(table.points).map(([value, points]) =>
    term(value, `${signal} ${written}=${value}`, points, e => passes(read(e), { equals: value })),
  )
  if (table.otherwise === undefined) return rows
  const rest = `${signal} ${written}≠${hash32(
    values
      .map(v => v.toLowerCase())
      .sort()
      .join('\n'),
  ).toString(36)}`
  return [...rows, term('otherwise', rest, table.otherwise, e => !passes(read(e), { in: values }))]
}

function toFit(fit: NonNullable<ModelSource['fit']>): Fit {
  return {
    limit: fit.limit,
    rules: fit.rules.map(r => ({
      name: r.name ?? r.attribute,
      attribute: r.attribute,
      rows: fitRows(r),
      otherwise: r.otherwise ?? 0,
      unknown: r.unknown ?? 0,
    })),
  }
}

function fitRows(r: FitRuleSource): Fit['rules'][number]['rows'] {
  if (r.table)
    return Object.entries(r.table).map(([value, points]) => ({
      test: { equals: value },
      words: `is ${value}`,
      points,
    }))
  if (r.brackets)
    return r.brackets
      .map(({ from, points }) => ({ test: { range: { atLeast: from } }, words: `is ≥ ${from}`, points }))
      .reverse()
  return [{ test: r.test, words: testWords(r.test), points: r.points ?? 0 }]
}

function toGrid(grid: NonNullable<ModelSource['grid']>): Grid {
  const bands = (list: typeof grid.fit) =>
    list.map(b => ({ name: b.name, atLeast: b.atLeast ?? Number.NEGATIVE_INFINITY }))
  return { of: grid.of ?? MAIN, fit: bands(grid.fit), score: bands(grid.score) }
}
