import type { Event } from '@hotlead/contracts'
import type { Test } from '../model.ts'
import { type Device, deviceOf } from './device.ts'
import { globsToRegExp } from './glob.ts'
import { passes } from './passes.ts'

type Tests = Record<string, Test>

/** What an event must be for a signal: everything that is set must hold. */
export interface Pattern {
  type?: string[] | undefined
  name?: string[] | Test | undefined
  path?: string[] | Test | undefined
  host?: string[] | Test | undefined
  title?: Test | undefined
  referrer?: Test | undefined
  source?: Test | undefined
  device?: Device[] | undefined
  flag?: string[] | undefined
  query?: Tests | undefined
  campaign?: Tests | undefined
  context?: Tests | undefined
  property?: Tests | undefined
  trait?: Tests | undefined
}

type Check = (event: Event) => boolean

/**
 * A predicate that holds where any of the patterns does. An event with flags (a bot, over its quota) is only what asks
 * for a flag: it is kept in the timeline and scores nothing.
 */
export function compile(patterns: readonly Pattern[]): Check {
  const all = patterns.map(compileOne)
  const [only] = all
  return all.length === 1 && only ? only : event => all.some(matches => matches(event))
}

function compileOne(p: Pattern): Check {
  const checks = [...checksOf(p)]
  return event => {
    for (const check of checks) if (!check(event)) return false
    return true
  }
}

/** The cheap ones first: most events are not what a pattern asks for. */
function* checksOf(p: Pattern): Generator<Check> {
  const { flag, type, device } = p
  if (flag) yield e => e.flags.some(f => flag.includes(f))
  else yield e => e.flags.length === 0
  if (type) yield e => type.includes(e.type)
  if (p.name) yield nameCheck(p.name)
  if (p.path) yield pageCheck(p.path, 'path')
  if (p.host) yield pageCheck(p.host, 'host')
  const { title, referrer, source } = p
  if (title) yield e => passes(e.page?.title, title)
  if (referrer) yield e => passes(e.page?.referrer, referrer)
  if (source) yield e => passes(e.source, source)
  if (device) yield e => e.userAgent !== null && device.includes(deviceOf(e.userAgent))
  for (const [name, test] of entries(p.campaign)) yield e => passes(e.context[`campaign.${name}`], test)
  for (const [name, test] of entries(p.context)) yield e => passes(e.context[name], test)
  for (const [name, test] of entries(p.property)) yield e => passes(e.properties[name], test)
  for (const [name, test] of entries(p.trait)) yield e => passes(e.traits[name], test)
  for (const [name, test] of entries(p.query)) yield e => passes(queryOf(e, name), test)
}

function entries(tests: Tests | undefined): [string, Test][] {
  return Object.entries(tests ?? {})
}

function nameCheck(wanted: string[] | Test): Check {
  if (!Array.isArray(wanted)) return e => passes(e.name, wanted)
  const names = wanted.map(n => n.toLowerCase())
  return e => names.includes(e.name.toLowerCase())
}

function pageCheck(wanted: string[] | Test, part: 'path' | 'host'): Check {
  if (!Array.isArray(wanted)) return e => e.page !== null && passes(e.page[part], wanted)
  const glob = globsToRegExp(wanted)
  return e => e.page !== null && glob.test(e.page[part])
}

/** The first value of a parameter of the page's address. */
function queryOf(event: Event, name: string): string | undefined {
  const search = event.page?.search
  return search ? (new URLSearchParams(search).get(name) ?? undefined) : undefined
}
