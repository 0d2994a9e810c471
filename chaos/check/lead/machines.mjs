import { hash32 } from '../model/hash.mjs'

/**
 * What machines do that people do too, and how they are told apart: the rules of docs/machines.md, each act held against
 * every other. An act is { id, at, act, mail, link, flag, verdict, counted }.
 */

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** What is done to mails, by the event's name. */
const OF_MAILS = { 'Email Delivered': 'delivered', 'Email Opened': 'opened', 'Email Link Clicked': 'clicked' }
/** Of several flags the one that tells on others is kept. */
const TELLING = ['honeypot', 'too_fast', 'hot_key']
/** So many different links within so long. */
const SWEEPS = [
  { links: 2, ms: SECOND },
  { links: 3, ms: 10 * SECOND },
]

/** What an event is to those rules: { act, mail, link, flag }; undefined where no rule is about it. */
export function actOf({ type, name, properties, flags, signed }) {
  const flag = flags.find(f => TELLING.includes(f)) ?? flags[0] ?? null
  if (type === 'page' || type === 'screen')
    return flag === null || TELLING.includes(flag) ? { act: 'viewed', mail: 0, link: 0, flag } : undefined
  // Of mails nothing counts as seen that anybody with a page's key may have made up.
  if (type !== 'track' || !signed || !Object.hasOwn(OF_MAILS, name)) return undefined
  const act = OF_MAILS[name]
  const link = act === 'clicked' ? numberOf(properties.link_url ?? properties.link_id) : 0
  return { act, mail: numberOf(properties.email_id), link, flag }
}

function numberOf(value) {
  const text = String(value ?? '')
  return text === '' ? 0 : hash32(text)
}

/** For how long a verdict may come, by the partition's clock. */
export function isOpen({ act, at }, clock) {
  if (act === 'closed') return false
  const minutes = act === 'viewed' ? 2 : 60
  return Math.abs(clock - at) < minutes * MINUTE
}

/**
 * Why an act is a machine's, given all that the lead did: null where nothing says so. What is flagged needs no verdict, a
 * delivery is nobody's act, and a verdict that was given stays.
 */
export function verdictOn(act, all) {
  if (act.verdict !== null || act.flag !== null || act.act === 'delivered' || act.act === 'closed')
    return act.verdict
  const isBeside = other => Math.abs(other.at - act.at) <= MINUTE
  if (act.act === 'viewed') return all.filter(isFlood).some(isBeside) ? 'with_flood' : null
  if (all.some(o => o.act === 'clicked' && o.flag === 'honeypot' && isBeside(o))) return 'with_honeypot'
  const isOfSweep =
    act.act === 'clicked'
      ? isSwept(act, all)
      : all.some(o => isBeside(o) && o.act === 'clicked' && isSwept(o, all))
  if (isOfSweep) return 'all_links'
  return all.some(o => o.act === 'delivered' && comesTooSoon(act, o)) ? 'too_soon' : null
}

function isFlood({ act, flag }) {
  return act === 'viewed' && (flag === 'too_fast' || flag === 'hot_key')
}

/** Whether so many different links of its mail were followed within a stretch of time that this click is in. */
function isSwept(click, all) {
  if (click.link === 0) return false
  const clicks = all.filter(o => o.act === 'clicked' && o.mail === click.mail && o.link !== 0)
  return SWEEPS.some(({ links, ms }) =>
    clicks
      .filter(first => first.at <= click.at && click.at <= first.at + ms)
      .some(first => {
        const followed = clicks.filter(o => first.at <= o.at && o.at <= first.at + ms).map(o => o.link)
        return new Set(followed).size >= links
      }),
  )
}

/** Within the minute before that very mail was there, or within ten seconds after any. */
function comesTooSoon(act, delivery) {
  if (act.at < delivery.at)
    return act.mail !== 0 && act.mail === delivery.mail && delivery.at - act.at <= MINUTE
  return act.at - delivery.at <= 10 * SECOND
}
