import { keyOf, visitorSubject } from '@hotlead/contracts'
import { random, uuidOf } from './random.ts'
import { AGENTS, HOST, PAGES, pick } from './site.ts'

/** An HTTP request of the load: its bytes, and how many events it carries. */
export interface Request {
  bytes: string
  events: number
}

/** The n-th request of a load. Called once, at the moment it is sent. */
export type Traffic = (n: number) => Request

const KEY = 'wk_demo'
const PATHS = { track: '/v1/t', page: '/v1/p', batch: '/v1/b' } as const

/** Everything is ASCII, so that characters are bytes. */
function post(type: keyof typeof PATHS, body: string, n: number): string {
  return (
    `POST ${PATHS[type]} HTTP/1.1\r\nHost: ${HOST}\r\nX-Write-Key: ${KEY}\r\n` +
    `Content-Type: application/json\r\nUser-Agent: ${pick(AGENTS, n)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

/** An event as a Segment-style SDK writes it, some 600 bytes. */
function event(
  kind: 'page' | 'track',
  run: string,
  id: number,
  visitor: string,
  path: string,
  more = '',
): string {
  const time = new Date().toISOString()
  const url = `https://${HOST}${path}`
  const what =
    kind === 'page'
      ? `"type":"page","name":"${path}","properties":{"url":"${url}","path":"${path}","title":"Example ${path}","referrer":""}`
      : `"type":"track","event":"${more === '' ? 'Video Played' : 'Form Submitted'}","properties":{"form":"contact","position":${id % 100}${more}}`
  return (
    `{${what},"messageId":"${uuidOf(run, id)}","anonymousId":"${visitor}","timestamp":"${time}","sentAt":"${time}",` +
    `"context":{"library":{"name":"analytics.js","version":"2.11.1"},"locale":"en-GB","timezone":"Europe/Berlin",` +
    `"page":{"url":"${url}","path":"${path}","search":"","title":"Example ${path}","referrer":"https://www.google.com/"}}}`
  )
}

/** Events over many visitors that make nobody HOT: one a request by POST /v1/t, or `batch` of them by POST /v1/b. */
export function ingestTraffic(run: string, batch: number, visitors: number): Traffic {
  const next = random(1)
  const visitor = () => `${run}-visitor-${Math.floor(next() * visitors)}`
  const path = () => pick(PAGES, Math.floor(next() * PAGES.length))
  if (batch === 1)
    return n => ({ bytes: post('track', event('track', run, n, visitor(), path()), n), events: 1 })
  return n => {
    const events: string[] = []
    for (let i = 0; i < batch; i++) events.push(event('page', run, n * batch + i, visitor(), path()))
    return {
      bytes: post('batch', `{"batch":[${events.join(',')}],"sentAt":"${new Date().toISOString()}"}`, n),
      events: batch,
    }
  }
}

export interface HotPlan {
  /** Beacons a second. */
  rate: number
  /** Visitors a second that become HOT, each by one decisive beacon. */
  hotPerSecond: number
}

/** Of the seconds between a visitor's two looks at the price and its decisive beacon. */
const AHEAD_SECONDS = 2

/** Beacons between two decisive ones, and how many visitors are under way at one time. */
export function hotSlots({ rate, hotPerSecond }: HotPlan): { period: number; ahead: number } {
  return {
    // Three different slots are needed in each period.
    period: Math.max(3, Math.round(rate / hotPerSecond)),
    ahead: Math.ceil(AHEAD_SECONDS * hotPerSecond),
  }
}

/** What beacon n is for: the k-th visitor's decisive one, one of the two looks at the price before it, or background. */
export function roleOf(
  plan: HotPlan,
  n: number,
): { role: 'decisive' | 'pricing'; visitor: number } | undefined {
  const { period, ahead } = hotSlots(plan)
  const k = Math.floor(n / period)
  const slot = n % period
  if (slot === 0) return k < ahead ? undefined : { role: 'decisive', visitor: k }
  return slot <= 2 ? { role: 'pricing', visitor: k + ahead } : undefined
}

/** The beacon that makes visitor k HOT. */
function decisiveBeacon(plan: HotPlan, k: number): number {
  return k * hotSlots(plan).period
}

function hotVisitor(run: string, k: number): string {
  return `${run}-hot-${k}`
}

/** Monotonic ms at which each decisive beacon of the seconds that count was due, by its visitor's subject. */
export function decisiveDue(
  plan: HotPlan,
  start: number,
  first: number,
  end: number,
  run: string,
): Map<string, number> {
  const due = new Map<string, number>()
  for (let k = 0; decisiveBeacon(plan, k) < end; k++) {
    const n = decisiveBeacon(plan, k)
    if (n >= first && roleOf(plan, n)?.role === 'decisive')
      due.set(visitorSubject(hotVisitor(run, k)), start + (n * 1000) / plan.rate)
  }
  return due
}

/**
 * Page views of many visitors, among them those that become HOT by models/default.yaml: two looks at /pricing (8 points
 * and a page view each) and, two seconds later, a form (30): 48 points, and only the form lifts them over 40. Nobody
 * else reaches 40: page views, products and documents are capped at 30 points a day together.
 *
 * @param withEmail the form carries an address: the visitor becomes a lead, whose facts go through a merge first
 */
export function hotTraffic(run: string, plan: HotPlan, visitors: number, withEmail: boolean): Traffic {
  const next = random(2)
  return n => {
    const role = roleOf(plan, n)
    const visitor = role ? hotVisitor(run, role.visitor) : `${run}-visitor-${Math.floor(next() * visitors)}`
    if (role?.role === 'decisive') {
      const form = withEmail ? `,"email":"${visitor}@example.org"` : ',"company":"Example"'
      return { bytes: post('track', event('track', run, n, visitor, '/contact', form), n), events: 1 }
    }
    const path = role ? '/pricing' : pick(PAGES, Math.floor(next() * PAGES.length))
    return { bytes: post('page', event('page', run, n, visitor, path), n), events: 1 }
  }
}

/** Page views of each visitor in the first requests of a load, by key. */
export function viewsSent(traffic: Traffic, requests: number): Map<string, number> {
  const views = new Map<string, number>()
  for (let n = 0; n < requests; n++) {
    const { bytes } = traffic(n)
    const visitor = /"anonymousId":"([^"]+)"/.exec(bytes)?.[1]
    if (!bytes.startsWith(`POST ${PATHS.page} `) || visitor === undefined) continue
    const key = keyOf('demo', visitorSubject(visitor))
    views.set(key, (views.get(key) ?? 0) + 1)
  }
  return views
}
