import { random } from '@hotlead/bench/random'
import { AGENTS, HOST, PAGES } from '@hotlead/bench/site'
import { floods } from './floods.ts'
import { mails } from './mails.ts'
import type { Request } from './request.ts'

/** Visitors of a website, and the people behind them. */
const VISITORS = 6_000
const LEADS = 3_000
/** Who looks at many products over a day: more different pages and more visits than a lead's facts keep. */
const SHOPPERS = 12
const PRODUCTS = 150
/** Of the requests: an SDK that sends ten events at once, a browser that sends one. */
const BATCH = 10

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Events between two steps of one who rises: about a second's worth. */
const STEP = 1_000

type Event = Record<string, unknown> & { messageId: string; type: string; timestamp: number }

/** Some leads are of a rival. */
function emailOf(lead: number): string {
  return `lead-${lead}@${lead % 53 === 0 ? 'mail.rival.example' : 'example.org'}`
}

/** The requests of a round one after the other, each made at its moment (ms since 1970). */
export function traffic(seed: number, round: number): (now: number) => Request {
  const next = random((seed * 1_000_003 + round) >>> 0)
  const mail = mails(seed, round, emailOf)
  const flood = floods(seed, round)
  const whole = (below: number) => Math.floor(next() * below)
  const pick = <T>(list: readonly T[]) => list[whole(list.length)] as T
  const chance = (p: number) => next() < p
  // Density falls with the square root: few come often, most seldom.
  const visitor = () => Math.floor(VISITORS * next() ** 2)
  let n = 0
  const id = () => `s${seed}-r${round}-${n++}`
  /** What went out lately, of which some goes out again. */
  const recent: Event[] = []
  let now = 0

  /** When the client says it happened. */
  function time(old: boolean): number {
    const what = next()
    const by = next()
    if (what < 0.9) return now
    if (what < 0.96) return now - Math.floor(by * 20 * HOUR)
    if (what < 0.98) return now + Math.floor(MINUTE * 4 * by)
    if (what < 0.99) return now + 10 * MINUTE + Math.floor(by * 2 * DAY)
    return now - Math.floor(by * (old ? 20 * DAY : 20 * HOUR))
  }

  function page(path: string) {
    return { type: 'page', properties: { path, url: `https://${HOST}${path}`, title: path } }
  }
  /** The same page is spelled in several ways. */
  function product(): string {
    const path = `/products/p-${Math.floor(PRODUCTS * next() ** 2)}`
    return chance(0.1) ? `${path.toUpperCase()}/` : path
  }

  /** A few visitors answer the banner that asks for their consent. */
  function context() {
    const consent = chance(0.05) && { consent: { categoryPreferences: { mail: chance(0.6) } } }
    return { locale: pick(['ja-JP', 'en-US']), ...consent }
  }

  /** What a lead bought; of some nobody knows for how much. */
  function order() {
    const total = pick([whole(20_000) / 100, whole(900) / 1000, `${whole(300)}.5`, -1, null])
    const plan = pick(['enterprise', 'Team', 'team', 'business', 'free', undefined])
    return { type: 'track', event: 'Order Completed', properties: { total, plan } }
  }

  /** Who a lead is: some say less of themselves, and some something else the next time. */
  function traits(lead: number) {
    return {
      email: emailOf(lead),
      company: `Company ${lead % 97}`,
      ...(lead % 3 > 0 && { industry: pick(['Software', 'finance', 'retail']) }),
      ...(lead % 4 > 0 && { country: pick(['JP', 'DE', 'FR']) }),
      ...(lead % 5 > 0 && { employees: pick([10, '60', 2_000, 'many']) }),
      ...(lead % 7 === 0 && { consent: { mail: chance(0.5) } }),
    }
  }

  function event(old: boolean): Event {
    if (chance(0.03)) {
      const timestamp = now - whole(20 * HOUR)
      return { ...page(product()), messageId: id(), timestamp, anonymousId: `shopper-${whole(SHOPPERS)}` }
    }
    const v = visitor()
    // Now and then two people share a browser.
    const lead = chance(0.02) ? whole(LEADS) : v % LEADS
    const email = emailOf(lead)
    const common = { messageId: id(), timestamp: time(old) }
    const anonymousId = `visitor-${v}`
    const what = next()
    if (what < 0.6) {
      const path = chance(0.08) ? '/pricing' : chance(0.15) ? product() : pick(PAGES)
      return { ...common, ...page(path), anonymousId, context: context() }
    }
    if (what < 0.66) return { ...common, ...order(), anonymousId }
    if (what < 0.74) {
      const named = chance(0.5) ? { email } : {}
      return {
        ...common,
        type: 'track',
        event: 'Form Submitted',
        anonymousId,
        properties: { form: 'contact', ...named },
      }
    }
    if (what < 0.78) {
      const user = chance(0.5) ? { userId: `user-${lead}` } : {}
      return { ...common, type: 'identify', anonymousId, ...user, traits: traits(lead) }
    }
    if (what < 0.9)
      return {
        ...common,
        type: 'track',
        event: pick(['Email Opened', 'Email Opened', 'Email Link Clicked']),
        properties: { email },
      }
    if (what < 0.92) return { ...common, type: 'track', event: 'Demo Requested', anonymousId, properties: {} }
    if (what < 0.93) return { ...common, type: 'track', event: 'Unsubscribed', properties: { email } }
    if (what < 0.96)
      return {
        ...common,
        type: 'track',
        event: 'Video Played',
        anonymousId,
        userId: `user-${lead}`,
        properties: {},
      }
    return { ...common, ...page('/careers/engineer'), anonymousId }
  }

  /** @param at when it was; null: as it arrives */
  function followUp(lead = emailOf(whole(LEADS)), at: number | null = time(false)): Request {
    const messageId = id()
    const body = {
      id: messageId,
      channel: pick(['mail', 'phone', 'visit', 'meeting']),
      who: 'chaos',
      result: pick(['continue', 'opportunity', 'archive']),
      ...(at !== null && { at }),
    }
    return {
      path: `/v1/leads/${encodeURIComponent(lead)}/follow-ups`,
      key: 'sk_demo',
      userAgent: 'chaos',
      ids: [messageId],
      invalid: [],
      body: () => JSON.stringify(body),
    }
  }

  /** Somebody new who rises to HOT and is called, within seconds: what a batch that is folded twice would do twice. */
  const climbs: { at: number; climber: string; step: number }[] = []
  let made = 0

  function climb({ climber, step }: { climber: string; step: number }): Request {
    const email = `${climber}@example.org`
    const common = { messageId: id(), timestamp: now, anonymousId: climber }
    // Called after they are HOT by the log's clock, however long their own events were on the way.
    if (step === 2) return followUp(email, null)
    climbs.push({ at: made + STEP, climber, step: step + 1 })
    const event = step === 0 ? 'Form Submitted' : 'Demo Requested'
    return one({ ...common, type: 'track', event, properties: { email } })
  }

  /** The same event once more; a page has learned meanwhile whose it is, now and then. */
  function again(event: Event): Event {
    const visitor = Number(/^visitor-(\d+)$/.exec(String(event.anonymousId))?.[1] ?? -1)
    if (visitor < 0 || event.userId !== undefined || !chance(0.4)) return event
    const lead = visitor % LEADS
    const email = chance(0.5)
      ? { context: { ...(event.context as object), traits: { email: emailOf(lead) } } }
      : {}
    return { ...event, userId: `user-${lead}`, ...email }
  }

  function one(event: Event): Request {
    return {
      path: `/v1/${event.type}`,
      key: 'wk_demo',
      userAgent: AGENTS[0] as string,
      ids: [event.messageId],
      invalid: [],
      body: sentAt => JSON.stringify({ ...iso(event), sentAt: new Date(sentAt).toISOString() }),
    }
  }

  return function request(at) {
    now = at
    const told = mail(at) ?? flood(at)
    if (told) return told
    const due = climbs[0]
    if (due && due.at <= made) {
      climbs.shift()
      made++
      return climb(due)
    }
    if (chance(0.04)) {
      made++
      return climb({ climber: `climber-${seed}-${round}-${n}`, step: 0 })
    }
    const request = ordinary()
    made += request.ids.length
    return request
  }

  function ordinary(): Request {
    if (chance(0.06)) return followUp()
    const secret = chance(0.1)
    const single = chance(0.3)
    const events: Event[] = []
    const invalid: string[] = []
    while (events.length < (single ? 1 : BATCH)) {
      if (recent.length > 0 && chance(0.03)) {
        events.push(again(pick(recent)))
        continue
      }
      const made = event(secret)
      events.push(made)
      // What only a secret key may say is not said again by another.
      if (!secret) recent.push(made)
      if (recent.length > 200) recent.shift()
    }
    // A bad event among good ones goes to dead-letter, and the others count.
    if (!single && chance(0.05))
      invalid.push(JSON.stringify({ type: 'track', messageId: id(), anonymousId: `visitor-${visitor()}` }))
    return {
      path: single ? `/v1/${(events[0] as Event).type}` : '/v1/batch',
      key: secret ? 'sk_demo' : 'wk_demo',
      userAgent: chance(0.02) ? 'Googlebot/2.1' : pick(AGENTS),
      ids: events.map(e => e.messageId),
      invalid,
      body(sentAt) {
        const sent = new Date(sentAt).toISOString()
        return single
          ? JSON.stringify({ ...iso(events[0] as Event), sentAt: sent })
          : `{"batch":[${[...events.map(e => JSON.stringify(iso(e))), ...invalid].join(',')}],"sentAt":"${sent}"}`
      },
    }
  }
}

function iso({ timestamp, ...rest }: Event) {
  return { ...rest, timestamp: new Date(timestamp).toISOString() }
}
