import { type Activity, keyOf, leadSubject, NO_ACTIVITY, visitorSubject } from '@hotlead/contracts'
import { random, uuidOf } from './random.ts'
import { AGENTS, HOST, PAGES, pick } from './site.ts'

export interface PopulationOptions {
  events: number
  leads: number
  /** Time of the last event, ms since 1970. */
  end: number
  /** Keys the hash of addresses. */
  secret: string
}

const DAY = 86_400_000
/** Days over which the events lie: as much as the default model's week of half-life makes matter. */
const DAYS = 14
/** Visits going on at one time, so that a lead's events come in visits and not evenly. */
const CONCURRENT = 200
/** A visit goes on after an event with this chance: five events on average. */
const GOES_ON = 0.8
/** Of the leads, those that are known by their address. */
const KNOWN = 0.2

/**
 * Events of two weeks in order of time. Visits of five events on average, by leads of whom some come far more often
 * than others: of 1M events over 50k leads the median lead has about 14, one in a hundred about 200. One event in fifty
 * looks at the price, one in a hundred is a form, one in thirty something else than a page view.
 */
export function* population({ events, leads, end, secret }: PopulationOptions) {
  const next = random(7)
  const whole = (below: number) => Math.floor(next() * below)
  const keys = Array.from({ length: leads }, (_, n) => leadOf(n, next() < KNOWN, secret))
  // Density falls with the square root: few come often, most seldom.
  const arrive = () => keys[Math.floor(leads * next() ** 2)] as (typeof keys)[number]
  const visits = Array.from({ length: CONCURRENT }, arrive)
  for (let i = 0; i < events; i++) {
    const visit = whole(CONCURRENT)
    const lead = visits[visit] as (typeof keys)[number]
    if (next() > GOES_ON) visits[visit] = arrive()
    const at = Math.floor(end - (1 - (i + 1) / events) * DAYS * DAY)
    yield { key: lead.key, value: activity(i, at, lead, next()) }
  }
}

/** Of leads that come once each: those that end WARM by two looks at the price, and HOT by a form after them. */
const WARM = 0.3
const HOT = 0.02

/**
 * As many leads as asked for, within a day and in order of time, each with one visit of two or three events, 2.5 on
 * average. Three in ten look at the price twice and one in fifty sends a form after that, so that by
 * models/default.yaml nearly a third is WARM, two in a hundred are HOT, and both wait for their cooling.
 */
export function* visitsOfAll({ leads, end, secret }: Omit<PopulationOptions, 'events'>) {
  const next = random(11)
  const visits: { lead: PopulationLead; left: number[] }[] = []
  let arrived = 0
  let i = 0
  for (;;) {
    while (visits.length < CONCURRENT && arrived < leads)
      visits.push({ lead: leadOf(arrived++, next() < KNOWN, secret), left: visit(next()) })
    if (visits.length === 0) return
    const chosen = Math.floor(next() * visits.length)
    const { lead, left } = visits[chosen] as (typeof visits)[number]
    const at = Math.floor(end - (1 - arrived / leads) * DAY)
    yield { key: lead.key, value: activity(i++, at, lead, left.shift() as number) }
    if (left.length === 0) visits.splice(chosen, 1)
  }
}

/** What each event of a visit is, as `activity` takes it. */
function visit(chance: number): number[] {
  if (chance < HOT) return [PRICING, PRICING, FORM]
  if (chance < HOT + WARM) return [PRICING, PRICING]
  const page = () => 0.06 + ((chance * 7919) % 1) * 0.94
  return chance < 0.5 ? [page(), 0.05] : [page(), 0.04, 0.9]
}

interface PopulationLead {
  key: string
  email: string | undefined
  n: number
}

function leadOf(n: number, known: boolean, secret: string): PopulationLead {
  const email = known ? `person-${n}@example.org` : undefined
  const subject = email ? leadSubject(secret, { email }) : visitorSubject(uuidOf('visitor', n))
  return { key: keyOf('demo', subject), email, n }
}

const PRICING = 0.01
const FORM = 0.025

/** @param what 0 to 1: below 0.02 a look at the price, below 0.03 a form, below 0.06 a video, else a page */
function activity(i: number, at: number, { email, n: lead }: PopulationLead, what: number): Activity {
  const path = what < 0.02 ? '/pricing' : what < 0.03 ? '/contact' : pick(PAGES, Math.floor(what * 9973))
  const name = what < 0.02 ? '' : what < 0.03 ? 'Form Submitted' : what < 0.06 ? 'Video Played' : ''
  const title = `Example ${path}`
  const url = `https://${HOST}${path}`
  return {
    ...NO_ACTIVITY,
    kind: 'event',
    event: {
      id: uuidOf('event', i),
      type: name === '' ? 'page' : 'track',
      name: name === '' ? path : name,
      at,
      timestamp: at,
      sentAt: at,
      receivedAt: at,
      anonymousId: uuidOf('visitor', lead),
      userId: null,
      page: { host: HOST, path, search: '', referrer: 'https://www.google.com/', title },
      properties: name === '' ? { url, path, title, referrer: '' } : { form: 'contact', position: i % 100 },
      traits:
        email === undefined ? {} : { email, company: `Company ${lead % 997}`, title: 'Head of Operations' },
      context: {
        'library.name': 'analytics.js',
        'library.version': '2.11.1',
        locale: 'en-GB',
        timezone: 'Europe/Berlin',
      },
      ip: '203.0.113.0',
      userAgent: pick(AGENTS, lead),
      source: 'demo',
      signed: false,
      flags: [],
    },
  }
}
