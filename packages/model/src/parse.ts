import { createHash } from 'node:crypto'
import { type Document, isCollection, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { eachLeaf } from './conditions.ts'
import { reachOf, YEAR } from './decay.ts'
import { FOLLOW_UP } from './facts.ts'
import { compile } from './match.ts'
import type { Condition, Decay, Millis, Model, Rule, Tier } from './model.ts'
import { nearest } from './nearest.ts'
import { type ConditionSource, LEAVES, type ModelSource, modelSchema } from './schema.ts'

export interface Problem {
  line: number
  column: number
  /** Where in the file, as `tiers[1].enter.score`. */
  path: string
  message: string
}

type Path = readonly PropertyKey[]

/** Levels of lists and groups in each other: thirty `any` in `any` are 60. The parser itself gives up at some 800. */
const DEEPEST = 64
/** Each is a set of patterns that every event is held against. */
const MOST_SIGNALS = 500
/** A file with more is wrong in one way a hundred times. */
const MOST_PROBLEMS = 100

/**
 * Reads a model file. At most 100 problems at once, each with its place, what was expected and what was found.
 * Never throws. Takes time in proportion to the file's length.
 */
export function parseModel(source: string): { ok: true; model: Model } | { ok: false; problems: Problem[] } {
  try {
    return parse(source)
  } catch (error) {
    // An alias that stands within itself has no bottom.
    if (!(error instanceof RangeError)) throw error
    return { ok: false, problems: [{ line: 1, column: 1, path: '', message: TOO_DEEP }] }
  }
}

const TOO_DEEP = `nested too deeply: at most ${DEEPEST} levels of lists and groups in each other`

function parse(source: string): ReturnType<typeof parseModel> {
  const lines = new LineCounter()
  // Unique keys are looked for below: the parser compares each with each, 20 s for 1 MB of signals.
  const doc = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const at = (offset: number) => ({ line: lines.linePos(offset).line, column: lines.linePos(offset).col })
  const tooDeep = doc.errors.find(e => e.message.includes('call stack'))
  if (tooDeep) return { ok: false, problems: [{ ...at(tooDeep.pos[0]), path: '', message: TOO_DEEP }] }
  if (doc.errors.length > 0)
    return {
      ok: false,
      problems: doc.errors
        .slice(0, MOST_PROBLEMS)
        .map(e => ({ ...at(e.pos[0]), path: '', message: `not YAML: ${e.message}` })),
    }
  const wrong = wrongNodes(doc)
  if (wrong.length > 0)
    return {
      ok: false,
      problems: wrong
        .slice(0, MOST_PROBLEMS)
        .map(({ offset, message }) => ({ ...at(offset), path: '', message })),
    }
  let content: unknown
  try {
    content = doc.toJS({ maxAliasCount: 50 })
  } catch (error) {
    if (error instanceof RangeError) throw error
    return {
      ok: false,
      problems: [
        { line: 1, column: 1, path: '', message: `not YAML that can be read: ${(error as Error).message}` },
      ],
    }
  }
  const problem = (path: Path, message: string): Problem => ({
    ...at(place(doc.contents, path)),
    path: pathText(path),
    message,
  })
  const signals = Object.keys(Object(valueAt(content, ['signals']))).length
  if (signals > MOST_SIGNALS)
    return {
      ok: false,
      problems: [problem(['signals'], `expected at most ${MOST_SIGNALS} signals, found ${signals}`)],
    }
  const parsed = modelSchema.safeParse(content)
  if (!parsed.success) {
    const problems = allSentences(parsed.error.issues, content)
      .slice(0, MOST_PROBLEMS)
      .map(({ path, message }) => problem(path, message))
    return { ok: false, problems: unique(problems) }
  }
  const problems = references(parsed.data)
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => problem(path, message))
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, model: build(parsed.data, content) }
}

/** Keys that are there twice, and what is nested too deeply, in the file's order. */
function wrongNodes(doc: Document): { offset: number; message: string }[] {
  const wrong: { offset: number; message: string }[] = []
  const offsetOf = (node: unknown) => (node as { range?: [number] } | null)?.range?.[0] ?? 0
  const left: { node: unknown; depth: number }[] = [{ node: doc.contents, depth: 1 }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { node, depth } = next
    if (!isCollection(node)) continue
    if (depth > DEEPEST) return [{ offset: offsetOf(node), message: TOO_DEEP }]
    const keys = new Set<unknown>()
    for (const item of node.items) {
      if (!isPair(item)) {
        left.push({ node: item, depth: depth + 1 })
        continue
      }
      left.push({ node: item.key, depth: depth + 1 }, { node: item.value, depth: depth + 1 })
      if (!isScalar(item.key)) continue
      if (keys.has(item.key.value))
        wrong.push({ offset: offsetOf(item.key), message: 'not YAML: Map keys must be unique' })
      keys.add(item.key.value)
    }
  }
  return wrong.sort((a, b) => a.offset - b.offset)
}

function unique(problems: Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems
    .filter(p => !seen.has(`${p.path} ${p.message}`) && seen.add(`${p.path} ${p.message}`))
    .sort((a, b) => a.line - b.line || a.column - b.column)
}

/** Offset of the node that a path leads to, or of the deepest one that is there. */
function place(node: unknown, path: Path): number {
  let offset = (node as { range?: [number] } | null)?.range?.[0] ?? 0
  let current: unknown = node
  for (const part of path) {
    if (isMap(current)) {
      const pair = current.items.find(
        i => isPair(i) && String((i.key as { value?: unknown }).value ?? i.key) === String(part),
      )
      if (!pair) return offset
      offset = (pair.key as { range?: [number] }).range?.[0] ?? offset
      current = pair.value
    } else {
      current = (current as { items?: unknown[] } | null)?.items?.[Number(part)]
      offset = (current as { range?: [number] } | undefined)?.range?.[0] ?? offset
    }
    if (current === undefined || current === null) return offset
  }
  return offset
}

function pathText(path: Path): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i === 0 ? '' : '.'}${String(p)}`)).join('')
}

function valueAt(content: unknown, path: Path): unknown {
  let v = content
  for (const p of path) v = (v as Record<PropertyKey, unknown> | null | undefined)?.[p]
  return v
}

function kindOf(v: unknown): string {
  if (v === undefined) return 'nothing'
  if (v === null) return 'an empty value'
  if (Array.isArray(v)) return 'a list'
  if (typeof v === 'object') return 'a group of settings'
  return typeof v === 'string'
    ? `the text “${v.length > 40 ? `${v.slice(0, 40)}…` : v}”`
    : `the ${typeof v} ${v}`
}

const EXPECTED: Record<string, string> = {
  object: 'a group of settings',
  record: 'a group of settings',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

const KEYS: Record<string, string[]> = {
  '': ['name', 'description', 'decay', 'signals', 'rules', 'tiers'],
  rules: ['signal', 'points', 'cap', 'decay'],
  cap: ['perDay', 'total'],
  tiers: ['name', 'enter', 'exit', 'announce', 'dwell', 'coolDown'],
  signals: ['type', 'name', 'path', 'host', 'referrer', 'campaign', 'property', 'trait'],
  decay: ['halfLife', 'window', 'linear', 'steps'],
  steps: ['within', 'weight'],
  score: ['atLeast', 'atMost', 'above', 'below'],
  count: ['signal', 'within', 'atLeast', 'atMost', 'above', 'below'],
  followUps: ['within', 'atLeast', 'atMost', 'above', 'below'],
  recency: ['signal', 'within'],
  attribute: [
    'name',
    'equals',
    'in',
    'notIn',
    'contains',
    'startsWith',
    'endsWith',
    'exists',
    'atLeast',
    'atMost',
    'above',
    'below',
  ],
}

function knownKeys(path: Path): string[] {
  const names = path.filter(p => typeof p === 'string') as string[]
  const last = names.at(-1) ?? ''
  if (last === 'enter' || last === 'exit' || ['all', 'any', 'not'].includes(last)) return LEAVES
  if (names[0] === 'signals')
    return names.length <= 2 ? (KEYS.signals as string[]) : (KEYS.attribute as string[]).slice(1)
  return KEYS[last] ?? []
}

type Issue = z.core.$ZodIssue

/** A misspelt key is the whole story: what it leaves out ("exactly one of") is not told as well. */
function allSentences(issues: readonly Issue[], content: unknown, prefix: Path = []) {
  const misspelt = new Set(issues.filter(i => i.code === 'unrecognized_keys').map(i => pathText(i.path)))
  return issues
    .filter(i => i.code !== 'custom' || !misspelt.has(pathText(i.path)))
    .flatMap(i => sentences(i, content, prefix))
}

function sentences(issue: Issue, content: unknown, prefix: Path = []): { path: Path; message: string }[] {
  const path = [...prefix, ...issue.path]
  const found = kindOf(valueAt(content, path))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => {
        const known = knownKeys(path)
        const near = nearest(key, known)
        return {
          path: [...path, key],
          message: `“${key}” is not a setting here; ${near ? `did you mean “${near}”?` : `there are ${known.join(', ')}`}`,
        }
      })
    case 'invalid_type':
      if (found === 'nothing')
        return [
          {
            path,
            message: `“${String(path.at(-1))}” is missing: expected ${EXPECTED[issue.expected] ?? issue.message}`,
          },
        ]
      return [{ path, message: `expected ${EXPECTED[issue.expected] ?? issue.message}, found ${found}` }]
    case 'invalid_union': {
      // The branch that went furthest into the value is the one that was meant.
      const deepest = issue.errors
        .map(branch => allSentences(branch as Issue[], content, path))
        .sort((a, b) => depth(b) - depth(a) || a.length - b.length)
      const best = deepest[0]
      if (best && (depth(best) > path.length || best.some(b => b.message.startsWith('“')))) return best
      if (issue.message !== 'Invalid input')
        return [{ path, message: `expected ${issue.message}, found ${found}` }]
      // What is wrong with the value says more than another branch's "expected a list".
      const wrong = deepest
        .flat()
        .find(b => !/^expected (a list|a group of settings|a text|a number|true or false),/.test(b.message))
      return [wrong ?? { path, message: `expected a value or a group of settings, found ${found}` }]
    }
    case 'invalid_key':
      return [{ path, message: `“${String(path.at(-1))}”: expected ${issue.issues[0]?.message}` }]
    case 'invalid_value': {
      const near = nearest(String(valueAt(content, path)), issue.values.map(String))
      return [
        {
          path,
          message: `expected one of ${issue.values.join(', ')}, found ${found}${near ? `; did you mean “${near}”?` : ''}`,
        },
      ]
    }
    case 'too_small':
      return [
        {
          path,
          message:
            issue.origin === 'array'
              ? `expected at least ${issue.minimum} entries, found ${(valueAt(content, path) as unknown[]).length}`
              : issue.origin === 'string'
                ? 'expected a text that is not empty'
                : `expected at least ${issue.minimum}, found ${found}`,
        },
      ]
    case 'too_big':
      return [
        {
          path,
          message: `expected at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}, found ${found}`,
        },
      ]
    default:
      return [{ path, message: `expected ${issue.message}, found ${found}` }]
  }
}

function depth(list: { path: Path }[]): number {
  return Math.max(0, ...list.map(x => x.path.length))
}

function references(m: ModelSource): { path: Path; message: string }[] {
  const problems: { path: Path; message: string }[] = []
  const signals = [...Object.keys(m.signals), FOLLOW_UP]
  const unknown = (path: Path, signal: string) => {
    if (signals.includes(signal)) return
    const near = nearest(signal, signals)
    problems.push({
      path,
      message: `there is no signal “${signal}”; ${near ? `did you mean “${near}”?` : `there are ${signals.join(', ')}`}`,
    })
  }
  if (Object.hasOwn(m.signals, FOLLOW_UP))
    problems.push({
      path: ['signals', FOLLOW_UP],
      message: `“${FOLLOW_UP}” is built in (a recorded follow-up): take another name`,
    })
  const ruled = new Map<string, number>()
  m.rules.forEach((r, i) => {
    unknown(['rules', i, 'signal'], r.signal)
    if (ruled.has(r.signal))
      problems.push({
        path: ['rules', i, 'signal'],
        message: `“${r.signal}” has a rule already (rules[${ruled.get(r.signal)}]): one signal, one rule`,
      })
    ruled.set(r.signal, i)
  })
  const names = new Map<string, number>()
  m.tiers.forEach((t, i) => {
    if (names.has(t.name))
      problems.push({
        path: ['tiers', i, 'name'],
        message: `the tier “${t.name}” is there already (tiers[${names.get(t.name)}])`,
      })
    names.set(t.name, i)
    if (i === 0 && (t.enter || t.exit))
      problems.push({
        path: ['tiers', 0, t.enter ? 'enter' : 'exit'],
        message: `“${t.name}” is the lowest tier, which every lead is in at first: it has no enter or exit`,
      })
    if (i > 0 && !t.enter)
      problems.push({
        path: ['tiers', i],
        message: `the tier “${t.name}” needs enter: when does a lead get into it?`,
      })
    for (const side of ['enter', 'exit'] as const)
      if (t[side]) walk(t[side] as ConditionSource, ['tiers', i, side], unknown)
  })
  return problems
}

function walk(c: ConditionSource, path: Path, unknown: (path: Path, signal: string) => void): void {
  for (const kind of ['all', 'any'] as const)
    for (const [i, x] of (c[kind] ?? []).entries()) walk(x, [...path, kind, i], unknown)
  if (c.not) walk(c.not, [...path, 'not'], unknown)
  if (c.count) unknown([...path, 'count', 'signal'], c.count.signal)
  if (c.recency) unknown([...path, 'recency', 'signal'], c.recency.signal)
}

function toCondition(c: ConditionSource): Condition {
  if (c.all) return { kind: 'all', of: c.all.map(toCondition) }
  if (c.any) return { kind: 'any', of: c.any.map(toCondition) }
  if (c.not) return { kind: 'not', of: toCondition(c.not) }
  if (c.score) return { kind: 'score', range: c.score }
  if (c.count)
    return { kind: 'count', signal: c.count.signal, within: c.count.within, range: boundsOf(c.count) }
  if (c.recency) return { kind: 'recency', signal: c.recency.signal, within: c.recency.within }
  if (c.followUps)
    return { kind: 'count', signal: FOLLOW_UP, within: c.followUps.within, range: boundsOf(c.followUps) }
  return { kind: 'attribute', ...(c.attribute as NonNullable<typeof c.attribute>) }
}

function boundsOf({
  atLeast,
  atMost,
  above,
  below,
}: {
  atLeast?: number | undefined
  atMost?: number | undefined
  above?: number | undefined
  below?: number | undefined
}) {
  return { atLeast, atMost, above, below }
}

function build(m: ModelSource, content: unknown): Model {
  const rules = m.rules.map(r => toRule(r, m.decay ?? { kind: 'none' }))
  const tiers: Tier[] = m.tiers.map(t => ({
    name: t.name,
    enter: t.enter && toCondition(t.enter),
    exit: t.exit && toCondition(t.exit),
    announce: t.announce ?? false,
    dwell: t.dwell ?? 0,
    coolDown: t.coolDown ?? 0,
  }))
  return {
    name: m.name,
    version: createHash('sha256').update(canonical(content)).digest('hex').slice(0, 12),
    signals: Object.entries(m.signals).map(([name, patterns]) => ({ name, matches: compile(patterns) })),
    rules,
    tiers,
    reach: reachOfSignals(rules, tiers),
    ...risers(rules, tiers),
  }
}

/** A daily cap needs to know the days, which are kept for a year: without decay such points last that long. */
function toRule(r: ModelSource['rules'][number], standard: Decay): Rule {
  const decay = r.decay ?? standard
  return {
    signal: r.signal,
    points: r.points,
    perDay: r.cap?.perDay,
    total: r.cap?.total,
    decay: decay.kind === 'none' && r.cap?.perDay !== undefined ? { kind: 'window', length: YEAR } : decay,
  }
}

/** How far back each signal's hours are looked at; 0 where they only add up. */
function reachOfSignals(rules: Rule[], tiers: Tier[]): ReadonlyMap<string, Millis> {
  const reach = new Map<string, Millis>()
  const extend = (signal: string, length: Millis) =>
    reach.set(signal, Math.max(reach.get(signal) ?? 0, length))
  for (const r of rules) if (r.decay.kind !== 'none') extend(r.signal, reachOf(r.decay))
  for (const t of tiers)
    for (const c of [t.enter, t.exit])
      if (c)
        eachLeaf(c, leaf => {
          if (leaf.kind === 'count' && leaf.within !== undefined) extend(leaf.signal, leaf.within)
        })
  return reach
}

/** What time alone can make true: something that only shrinks stands under a not, or below a bound. */
function risers(rules: Rule[], tiers: Tier[]): Pick<Model, 'rising' | 'alwaysRising'> {
  const rising = new Set(rules.filter(r => r.points < 0 && r.decay.kind !== 'none').map(r => r.signal))
  let alwaysRising = false
  const visit = (c: Condition | undefined, negated: boolean): void => {
    if (!c || c.kind === 'attribute') return
    if (c.kind === 'all' || c.kind === 'any') for (const x of c.of) visit(x, negated)
    else if (c.kind === 'not') visit(c.of, !negated)
    else if (c.kind === 'recency') {
      if (negated) rising.add(c.signal)
    } else {
      const upper = c.range.atMost !== undefined || c.range.below !== undefined
      const lower = c.range.atLeast !== undefined || c.range.above !== undefined
      if (!(negated ? lower : upper)) return
      if (c.kind === 'score') alwaysRising = true
      else if (c.within !== undefined) rising.add(c.signal)
    }
  }
  // A tier is entered where enter holds and exit does not.
  for (const t of tiers) {
    visit(t.enter, false)
    visit(t.exit, true)
  }
  return { rising, alwaysRising }
}

/** The content with sorted keys: spelling and comments do not make another version. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}
