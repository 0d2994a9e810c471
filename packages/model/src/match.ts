import type { Event } from '@hotlead/contracts'
import { passes } from './conditions.ts'
import type { Model, Test } from './model.ts'

/** What an event must be for a signal: everything that is set must hold. */
export interface Pattern {
  type?: string[] | undefined
  name?: string[] | undefined
  path?: string[] | undefined
  host?: string[] | undefined
  referrer?: Test | undefined
  campaign?: Record<string, Test> | undefined
  property?: Record<string, Test> | undefined
  trait?: Record<string, Test> | undefined
}

/**
 * Names of the signals that an event matches, in the model's order. A flagged event (a bot, over its quota) matches
 * none: it is kept in the timeline and scores nothing.
 */
export function signalsOf(model: Model, event: Event): string[] {
  if (event.flags.length > 0) return []
  const names: string[] = []
  for (const signal of model.signals) if (signal.matches(event)) names.push(signal.name)
  return names
}

/** A predicate that holds where any of the patterns does. */
export function compile(patterns: readonly Pattern[]): (event: Event) => boolean {
  const all = patterns.map(compileOne)
  const [only] = all
  return all.length === 1 && only ? only : event => all.some(matches => matches(event))
}

function compileOne(p: Pattern): (event: Event) => boolean {
  const checks: ((event: Event) => boolean)[] = []
  if (p.type) {
    const types = p.type
    checks.push(e => types.includes(e.type))
  }
  if (p.name) {
    const names = p.name.map(n => n.toLowerCase())
    checks.push(e => names.includes(e.name.toLowerCase()))
  }
  if (p.path) {
    const glob = globsToRegExp(p.path)
    checks.push(e => e.page !== null && glob.test(e.page.path))
  }
  if (p.host) {
    const glob = globsToRegExp(p.host)
    checks.push(e => e.page !== null && glob.test(e.page.host))
  }
  const { referrer, campaign, property, trait } = p
  if (referrer) checks.push(e => passes(e.page?.referrer, referrer))
  for (const [name, test] of Object.entries(campaign ?? {}))
    checks.push(e => passes(e.context[`campaign.${name}`], test))
  for (const [name, test] of Object.entries(property ?? {}))
    checks.push(e => passes(e.properties[name], test))
  for (const [name, test] of Object.entries(trait ?? {})) checks.push(e => passes(e.traits[name], test))
  return e => checks.every(check => check(e))
}

/**
 * Globs over a whole path or host, any of which may match, without regard to case: `*` is anything within one segment,
 * `**` anything at all, nothing too between two slashes, `/blog/**` also `/blog` itself, and a trailing slash does
 * not matter.
 */
export function globsToRegExp(globs: readonly string[]): RegExp {
  return new RegExp(`^(?:${globs.map(globBody).join('|')})/?$`, 'i')
}

const WILD: Readonly<Record<string, string>> = { '/**/': '/(?:.*/)?', '**': '.*', '*': '[^/]*' }

function globBody(glob: string): string {
  const below = glob.endsWith('/**')
  const body = (below ? glob.slice(0, -3) : glob.replace(/(.)\/+$/, '$1'))
    .split(/(\/\*\*\/|\*\*|\*)/)
    .map(part => WILD[part] ?? part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('')
  return below ? `${body}(?:/.*)?` : body
}
