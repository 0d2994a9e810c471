import { parse } from 'yaml'

/**
 * A published model's YAML as this checker needs it. Models in the topic were checked when they were published, so this
 * reads them as they are and looks for no mistakes.
 */
export function readModel(source) {
  const file = parse(source)
  const standard = readDecay(file.decay ?? 'none')
  return {
    name: file.name,
    signals: Object.entries(file.signals).map(([name, patterns]) => ({
      name,
      patterns: [patterns].flat().map(readPattern),
    })),
    rules: file.rules.map(r => readRule(r, standard)),
    tiers: file.tiers.map(t => ({
      name: t.name,
      enter: t.enter && readCondition(t.enter),
      exit: t.exit && readCondition(t.exit),
      announce: t.announce === true,
      dwell: t.dwell === undefined ? 0 : duration(t.dwell),
      coolDown: t.coolDown === undefined ? 0 : duration(t.coolDown),
    })),
  }
}

const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Facts are kept by the hour for so long. */
export const YEAR = 366 * MS.d

export function duration(text) {
  const number = Number.parseFloat(text)
  const unit = text.trim().at(-1)
  return Math.round(number * MS[unit])
}

function readDecay(decay) {
  if (decay === 'none') return { kind: 'none' }
  if (decay.halfLife) return { kind: 'halfLife', length: duration(decay.halfLife) }
  if (decay.window) return { kind: 'window', length: duration(decay.window) }
  if (decay.linear) return { kind: 'linear', length: duration(decay.linear) }
  return { kind: 'steps', steps: decay.steps.map(s => ({ within: duration(s.within), weight: s.weight })) }
}

function readRule(rule, standard) {
  const perDay = rule.cap?.perDay
  let decay = rule.decay === undefined ? standard : readDecay(rule.decay)
  // A cap a day must know the days, which are kept for a year.
  if (decay.kind === 'none' && perDay !== undefined) decay = { kind: 'window', length: YEAR }
  return { signal: rule.signal, points: rule.points, perDay, total: rule.cap?.total, decay }
}

function readPattern(p) {
  return {
    type: p.type === undefined ? undefined : [p.type].flat(),
    name: p.name === undefined ? undefined : [p.name].flat(),
    path: p.path === undefined ? undefined : [p.path].flat(),
    host: p.host === undefined ? undefined : [p.host].flat(),
    referrer: p.referrer === undefined ? undefined : readTest(p.referrer),
    campaign: Object.entries(p.campaign ?? {}).map(([name, test]) => [name, readTest(test)]),
    property: Object.entries(p.property ?? {}).map(([name, test]) => [name, readTest(test)]),
    trait: Object.entries(p.trait ?? {}).map(([name, test]) => [name, readTest(test)]),
  }
}

/** A plain value means equals. */
function readTest(test) {
  return typeof test === 'object' && test !== null ? test : { equals: test }
}

function readCondition(c) {
  if (c.all) return { all: c.all.map(readCondition) }
  if (c.any) return { any: c.any.map(readCondition) }
  if (c.not) return { not: readCondition(c.not) }
  if (c.score) return { score: c.score }
  if (c.recency) return { recency: { signal: c.recency.signal, within: duration(c.recency.within) } }
  if (c.attribute) return { attribute: c.attribute }
  const { signal = 'follow-up', within, ...bounds } = c.count ?? c.followUps
  return { count: { signal, within: within === undefined ? undefined : duration(within), bounds } }
}

/**
 * How far back each signal is looked at by the hour: the longest decay of its rule, and the longest window of any
 * condition that counts it. Hours beyond it are kept as one number.
 */
export function reachOf(model, signal) {
  let reach = 0
  for (const rule of model.rules)
    if (rule.signal === signal && rule.decay.kind !== 'none') reach = Math.max(reach, lengthOf(rule.decay))
  const visit = c => {
    if (!c) return
    for (const part of c.all ?? c.any ?? []) visit(part)
    visit(c.not)
    if (c.count?.signal === signal && c.count.within !== undefined) reach = Math.max(reach, c.count.within)
  }
  for (const tier of model.tiers) {
    visit(tier.enter)
    visit(tier.exit)
  }
  return reach
}

/** Age from which on a decay leaves nothing. Forty halvings are the end of a half-life, as is a year. */
export function lengthOf(decay) {
  switch (decay.kind) {
    case 'none':
      return Infinity
    case 'halfLife':
      return Math.min(40 * decay.length, YEAR)
    case 'steps':
      return decay.steps.at(-1).within
    default:
      return decay.length
  }
}
