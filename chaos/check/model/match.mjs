import { globMatches } from './globs.mjs'
import { hash32 } from './hash.mjs'
import { deviceOf, passes } from './tests.mjs'

/**
 * What an event adds to a lead's facts: [{ name, amount, value, gap }], each name once. A signal adds to the facts of its
 * own name, and to those of each table row that the event falls in.
 */
export function addsOf(model, event) {
  const adds = new Map()
  for (const signal of model.signals) {
    if (!signal.patterns.some(p => matches(p, event))) continue
    const add = addOf(signal.count, event)
    if (!add) continue
    adds.set(signal.name, { name: signal.name, ...add })
    for (const row of signal.rows) if (isInRow(row, event)) adds.set(row.facts, { name: row.facts, ...add })
  }
  return [...adds.values()]
}

function isInRow({ of, value, others }, event) {
  const is = fieldOf(event, of)
  return others ? !passes(is, { in: others }) : passes(is, { equals: value })
}

/** Of one event a sum takes at most a thousand million. */
const MOST = 1_000_000_000

function addOf(count, event) {
  if (count.sum) {
    const value = fieldOf(event, count.sum)
    const number = typeof value === 'boolean' || value === null ? 0 : Number(value ?? 0)
    const thousandths = number > 0 ? Math.round(Math.min(number, MOST) * 1000) : 0
    return thousandths > 0 ? { amount: thousandths } : undefined
  }
  if (count.distinct) {
    const value = fieldOf(event, count.distinct)
    if (value === undefined || value === null || value === '') return undefined
    return { amount: 1, value: hash32(withoutSlash(String(value).toLowerCase())) }
  }
  return count.gap === undefined ? { amount: 1 } : { amount: 1, gap: count.gap }
}

function withoutSlash(text) {
  let end = text.length
  while (end > 1 && text[end - 1] === '/') end--
  return text.slice(0, end)
}

/** A field as a count or a table names it: `path`, or a name in a group, such as `property.total`. */
export function fieldOf(event, field) {
  const dot = field.indexOf('.')
  const name = field.slice(dot + 1)
  switch (dot < 0 ? field : field.slice(0, dot)) {
    case 'property':
      return event.properties[name]
    case 'trait':
      return event.traits[name]
    case 'campaign':
      return event.context[field]
    case 'context':
      return event.context[name]
    case 'query':
      return new URLSearchParams(event.page?.search ?? '').get(name) ?? undefined
    case 'name':
      return event.name
    case 'source':
      return event.source
    default:
      return event.page?.[field]
  }
}

function matches(pattern, event) {
  // What is flagged (a bot, over its quota) is only what asks for a flag.
  const flagged = pattern.flag
    ? event.flags.some(flag => pattern.flag.includes(flag))
    : event.flags.length === 0
  if (!flagged) return false
  if (pattern.type && !pattern.type.includes(event.type)) return false
  if (pattern.device && !pattern.device.includes(deviceOf(event.userAgent))) return false
  if (Array.isArray(pattern.name)) {
    if (!pattern.name.some(n => n.toLowerCase() === event.name.toLowerCase())) return false
  } else if (pattern.name && !passes(event.name, pattern.name)) return false
  for (const part of ['path', 'host']) {
    const wanted = pattern[part]
    if (!wanted) continue
    if (!event.page) return false
    const is = event.page[part]
    if (!(Array.isArray(wanted) ? wanted.some(glob => globMatches(glob, is)) : passes(is, wanted)))
      return false
  }
  return pattern.tests.every(({ field, test }) => passes(fieldOf(event, field), test))
}
