import { canonical } from './canonical.ts'

/** When a change of a model counts: from its publication on for every lead, or only for what happens from then on. */
export type Effect = 'at once' | 'from now on'

export interface Difference {
  /** What changed: a rule, a tier, a signal. */
  what: string
  effect: Effect
  change: 'added' | 'removed' | 'changed'
  /** Of what changed, each setting with its values as text; undefined where there is or was none. */
  settings: { path: string; before: string | undefined; after: string | undefined }[]
}

type Group = Record<string, unknown>

/** Sections whose entries stand by themselves: the word for one, and whether it is a list. */
const SECTIONS: Readonly<Record<string, string>> = {
  signals: 'signal',
  rules: 'rule',
  groups: 'group',
  scores: 'score',
  phases: 'phase',
  segments: 'segment',
  suppress: 'suppression',
  tiers: 'tier',
}

/**
 * What another model says differently, entry by entry, in the order of the file. Points, caps, decay, conditions and tiers
 * are applied to facts that are there; what a signal matches, or which rows a table has, decides which facts there are.
 * @param before content of a sound model, as `parseModel` gives it
 */
export function differences(before: unknown, after: unknown): Difference[] {
  const [a, b] = [before as Group, after as Group]
  const found: Difference[] = []
  const sections = new Set([...Object.keys(b), ...Object.keys(a)])
  for (const section of sections) {
    const word = SECTIONS[section]
    if (word === undefined) found.push(...entry(section, section, a[section], b[section]))
    else {
      const [old, fresh] = [entriesOf(a[section]), entriesOf(b[section])]
      for (const name of new Set([...fresh.keys(), ...old.keys()]))
        found.push(...entry(section, `${word} ${name}`, old.get(name), fresh.get(name)))
      if (section === 'tiers' || section === 'phases') found.push(...order(section, old, fresh))
    }
  }
  return found
}

/** Where the same tiers stand in another order, that alone changes who is above whom. */
function order(section: string, old: Map<string, unknown>, fresh: Map<string, unknown>): Difference[] {
  const [before, after] = [
    [...old.keys()].filter(n => fresh.has(n)),
    [...fresh.keys()].filter(n => old.has(n)),
  ]
  if (before.join('\n') === after.join('\n')) return []
  const settings = [{ path: 'order', before: before.join(', '), after: after.join(', ') }]
  return [{ what: section, effect: 'at once', change: 'changed', settings }]
}

function entriesOf(section: unknown): Map<string, unknown> {
  if (!Array.isArray(section)) return new Map(Object.entries((section as Group | undefined) ?? {}))
  return new Map(section.map(e => [String((e as Group).name ?? (e as Group).signal), e]))
}

function entry(section: string, what: string, before: unknown, after: unknown): Difference[] {
  if (canonical(before) === canonical(after)) return []
  const settings = [...settingsOf('', before, after)]
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const counts =
    section === 'signals' || settings.some(s => /(^|\.)table\.(of|points\.)/.test(s.path) && isRow(s))
  return [{ what, effect: counts ? 'from now on' : 'at once', change, settings }]
}

/** A row that was not there has no facts yet; one whose points changed has. */
function isRow({ path, before, after }: Difference['settings'][number]): boolean {
  return path.endsWith('table.of') || before === undefined || after === undefined
}

function* settingsOf(
  path: string,
  before: unknown,
  after: unknown,
): Generator<Difference['settings'][number]> {
  if (canonical(before) === canonical(after)) return
  if (isGroup(before) && isGroup(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      yield* settingsOf(path === '' ? key : `${path}.${key}`, before[key], after[key])
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (let i = 0; i < before.length; i++) yield* settingsOf(`${path}[${i}]`, before[i], after[i])
  } else yield { path, before: textOf(before), after: textOf(after) }
}

function isGroup(v: unknown): v is Group {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

/** As the model file could say it in one line. */
function textOf(v: unknown): string | undefined {
  if (v === undefined) return undefined
  if (Array.isArray(v)) return `[${v.map(textOf).join(', ')}]`
  if (!isGroup(v)) return String(v)
  return `{ ${Object.entries(v)
    .map(([key, value]) => `${key}: ${textOf(value)}`)
    .join(', ')} }`
}
