import { readFileSync } from 'node:fs'
import type { Event, Lead } from '@hotlead/contracts'
import { type Model, newLead, observe, once, parseModel, signalsOf, type TierState } from '../src/index.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
/** A Monday noon, UTC: the start of an hour. */
export const NOON = Date.UTC(2026, 0, 5, 12)

/** Where every lead begins. */
export const COLD: TierState = { tier: 'COLD', since: 0, left: [] }

/** The model of a text that has no problems. @throws with every problem */
export function modelOf(source: string): Model {
  const parsed = parseModel(source)
  if (parsed.ok) return parsed.model
  throw new Error(parsed.problems.map(p => `${p.line}:${p.column} ${p.path}: ${p.message}`).join('\n'))
}

/** A model with the signals a, b and c (tracked events of that name), from JSON, which is YAML too. */
export function abc(parts: {
  rules?: unknown[]
  tiers?: unknown[]
  decay?: unknown
  segments?: unknown
}): Model {
  const signals = Object.fromEntries(['a', 'b', 'c'].map(name => [name, { type: 'track', name }]))
  const tiers = parts.tiers ?? [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 10 } } }]
  return modelOf(JSON.stringify({ name: 'abc', signals, rules: [], ...parts, tiers }))
}

/** One of the models that ship. */
export function shipped(name: 'default' | 'smp' | 'hubspot' | 'adobe' | 'marketo' | 'pyramid'): Model {
  return modelOf(readFileSync(new URL(`../../../models/${name}.yaml`, `file://${__filename}`), 'utf8'))
}

/** A lead that matched signals at times. Nothing is pruned, whatever the model. */
export function leadWith(...matches: [signal: string, at: number, times?: number][]): Lead {
  let lead = newLead()
  let id = 1
  for (const [signal, at, times = 1] of matches)
    for (let i = 0; i < times; i++)
      lead = observe(undefined, lead, { at, signals: [once(signal)], id: id++, what: signal }, at)
  return lead
}

let ids = 0

export function event(fields: Partial<Omit<Event, 'page'>> & { path?: string; host?: string }): Event {
  const { path, host = 'www.example.com', ...rest } = fields
  return {
    id: `event-${++ids}`,
    type: path === undefined ? 'track' : 'page',
    name: '',
    at: NOON,
    timestamp: null,
    sentAt: null,
    receivedAt: NOON,
    anonymousId: 'ann',
    userId: null,
    page: path === undefined ? null : { host, path, search: '', referrer: '', title: '' },
    properties: {},
    traits: {},
    context: {},
    ip: null,
    userAgent: null,
    signed: true,
    source: 'web',
    flags: [],
    ...rest,
  }
}

/** Page views, a minute apart from `at` on. */
export function pages(paths: readonly string[], at = NOON): Event[] {
  return paths.map((path, i) => event({ path, at: at + i * 60_000 }))
}

/** So many different paths below one: `/blog/1`, `/blog/2` … */
export function below(path: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${path}/${i + 1}`)
}

/** The same event so many times. */
export function times(count: number, name: string, properties: Event['properties'] = {}, at = NOON): Event[] {
  return Array.from({ length: count }, () => event({ name, at, properties }))
}

/** A lead after events, as the scorer folds them. */
export function leadAfter(model: Model, events: readonly Event[], clock?: number): Lead {
  let lead = newLead()
  for (const [i, e] of events.entries()) {
    const attributes = Object.fromEntries(Object.entries(e.traits).filter(([, v]) => v !== null))
    const seen = { at: e.at, signals: signalsOf(model, e), id: i + 1, what: e.type, attributes }
    lead = observe(model, lead, seen as never, clock ?? e.at)
  }
  return lead
}
