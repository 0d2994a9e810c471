import { type Event, type Flag, MAIL_EVENTS, type Unsettled } from '@hotlead/contracts'
import { hash32 } from '../match/counting.ts'

type ActKind = Exclude<Unsettled['act'], 'closed'>

/** Something that machines do as well as people: an event as the rules that tell them apart look at it. */
export type Act = Pick<Unsettled, 'mail' | 'link' | 'flag'> & { act: ActKind }

const MAIL_ACTS: ReadonlyMap<string, ActKind> = new Map([
  [MAIL_EVENTS.delivered, 'delivered'],
  [MAIL_EVENTS.opened, 'opened'],
  [MAIL_EVENTS.clicked, 'clicked'],
])

/** Flags that say something of what was done just before and after, too. */
const EVIDENCE: ReadonlySet<string> = new Set<Flag>(['honeypot', 'too_fast', 'hot_key'])

/** Undefined for what no rule looks at: forms are filled in by hand, and traits say who somebody is. */
export function actOf({ type, name, properties, flags, signed }: Event): Act | undefined {
  const flag = flags.find(f => EVIDENCE.has(f)) ?? flags[0] ?? null
  if (type === 'page' || type === 'screen')
    // One that is flagged for itself alone, as a crawler's or of who asks not to be tracked, tells nothing of others.
    return flag === null || EVIDENCE.has(flag) ? { act: 'viewed', mail: 0, link: 0, flag } : undefined
  // Whoever reads a page's key could tell of deliveries and sweeps that never were, and so take back what was done.
  const act = type === 'track' && signed ? MAIL_ACTS.get(name) : undefined
  if (act === undefined) return undefined
  const link = act === 'clicked' ? (properties.link_url ?? properties.link_id) : null
  return { act, mail: hashed(properties.email_id), link: hashed(link), flag }
}

function hashed(value: unknown): number {
  return value === undefined || value === null || value === '' ? 0 : hash32(String(value))
}
