import { parse } from 'yaml'
import { leavesOf, readCondition } from './conditions.mjs'
import { duration, readDecay } from './decay.mjs'
import { readLimit } from './limits.mjs'
import { readRule } from './readRule.mjs'
import { readTest } from './tests.mjs'

/** Name of the score that the model's own rules are. */
export const MAIN = 'score'

/**
 * A published model's YAML as this checker needs it. Models in the topic were checked when they were published, so this
 * reads them as they are and looks for no mistakes. `leaves` are all conditions without parts that it has anywhere.
 */
export function readModel(source) {
  const file = parse(source)
  if (file.extends !== undefined)
    throw new Error(`it extends ${file.extends}, and what is published stands for itself`)
  const scores = [
    readScore(MAIN, file, file),
    ...Object.entries(file.scores ?? {}).map(([name, score]) => readScore(name, score, file)),
  ]
  const conditions = []
  const condition = c => {
    if (c === undefined) return undefined
    conditions.push(readCondition(c, file))
    return conditions.at(-1)
  }
  const model = {
    name: file.name,
    signals: Object.entries(file.signals).map(([name, signal]) => readSignal(name, signal, scores)),
    scores,
    fit: file.fit && {
      rules: file.fit.rules.map(readFitRule),
      limit: readLimit(file.fit.limit),
    },
    grid: file.grid && {
      of: file.grid.of ?? MAIN,
      fit: file.grid.fit.map(readBand),
      score: file.grid.score.map(readBand),
    },
    phases: (file.phases ?? []).map(p => ({ name: p.name, when: condition(p.when) })),
    suppress: (file.suppress ?? []).map(s => condition(s.when)),
    tiers: file.tiers.map(t => ({
      name: t.name,
      enter: condition(t.enter),
      exit: condition(t.exit),
      announce: readAnnounce(t.announce),
      dwell: t.dwell === undefined ? 0 : duration(t.dwell),
      coolDown: t.coolDown === undefined ? 0 : duration(t.coolDown),
    })),
  }
  // What nothing but a question about leads names is looked at too.
  for (const segment of Object.values(file.segments ?? {})) condition(segment)
  return { ...model, leaves: conditions.flatMap(leavesOf) }
}

/** ms after it was left until a tier is announced again: 0 always, Infinity once; undefined where it never is. */
function readAnnounce(announce) {
  if (announce === 'once') return Infinity
  if (announce?.again) return duration(announce.again)
  return announce ? 0 : undefined
}

function readScore(name, score, file) {
  const standard = readDecay(score.decay ?? file.decay ?? 'none')
  return {
    name,
    rules: (score.rules ?? []).map(r => readRule(r, standard, file)),
    groups: Object.entries(score.groups ?? {}).map(([group, g]) => ({
      name: group,
      limit: readLimit(g.limit),
    })),
    limit: readLimit(score.limit),
  }
}

function readBand({ name, atLeast = -Infinity }) {
  return { name: String(name), atLeast }
}

function readFitRule({ attribute, name, points, table, brackets, otherwise = 0, unknown = 0, ...test }) {
  let rows
  if (table) rows = Object.entries(table).map(([equals, worth]) => ({ test: { equals }, points: worth }))
  else if (brackets) rows = brackets.toReversed().map(b => ({ test: { atLeast: b.from }, points: b.points }))
  else rows = [{ test, points }]
  return { name: name ?? attribute, attribute, rows, otherwise, unknown }
}

function readSignal(name, signal, scores) {
  const { count = {}, anyOf, ...own } = Array.isArray(signal) ? { anyOf: signal } : signal
  return {
    name,
    patterns: (anyOf ?? [own]).map(readPattern),
    count: count.visits ? { gap: duration(count.visits.gap ?? '30m') } : count,
    rows: scores.flatMap(s => s.rules).flatMap(r => (r.signal === name ? r.terms.filter(t => t.of) : [])),
  }
}

/** Groups of tests by name, each test of one field. */
const GROUPS = ['query', 'campaign', 'context', 'property', 'trait']

function readPattern(p) {
  const list = v => (v === undefined ? undefined : [v].flat())
  const globs = v => (typeof v === 'object' && !Array.isArray(v) ? v : list(v))
  const tests = ['title', 'referrer', 'source']
    .filter(field => p[field] !== undefined)
    .map(field => ({ field, test: readTest(p[field]) }))
  for (const group of GROUPS)
    for (const [name, test] of Object.entries(p[group] ?? {}))
      tests.push({ field: `${group}.${name}`, test: readTest(test) })
  return {
    type: list(p.type),
    device: list(p.device),
    flag: list(p.flag),
    name: globs(p.name),
    path: globs(p.path),
    host: globs(p.host),
    tests,
  }
}
