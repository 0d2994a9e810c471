import { random } from '@hotlead/bench/random'
import { HOST } from '@hotlead/bench/site'
import type { Request } from './request.ts'

/** Of the requests, those that are a flood. */
const SHARE = 0.01
/** Pages of one: an ingestor takes half of them for a person's. Fewer than the ids that a lead is known to have sent. */
const PAGES = 24
/** ms between two of them. */
const APART = 50

/** What an ingestor of the load lets pass: more than its busiest visitor opens, 8 pages a second of a thousand events. */
export const FLOOD_LIMIT = { HOTLEAD_PAGES_RATE: '20', HOTLEAD_PAGES_BURST: String(PAGES / 2) }

/**
 * A machine that opens one page after the other, as a visitor or as a lead: the first of them look like a person's, and are
 * taken back. By numbers of its own, as mails are.
 * @returns gives the next request, or undefined where the rest of the load has its turn
 */
export function floods(seed: number, round: number): (now: number) => Request | undefined {
  const next = random((seed * 1_000_039 + round * 7 + 2) >>> 0)
  let n = 0
  return function flood(now) {
    if (next() >= SHARE) return undefined
    const machine = `s${seed}-r${round}-machine-${n++}`
    const traits = next() < 0.5 ? { traits: { email: `${machine}@example.org` } } : {}
    const events = Array.from({ length: PAGES }, (_, i) => ({
      type: 'page',
      messageId: `${machine}-${i}`,
      anonymousId: machine,
      timestamp: new Date(now - (PAGES - i) * APART).toISOString(),
      properties: { path: '/pricing', url: `https://${HOST}/pricing` },
      context: traits,
    }))
    return {
      path: '/v1/batch',
      key: 'wk_demo',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      ids: events.map(e => e.messageId),
      invalid: [],
      body: sentAt => JSON.stringify({ batch: events, sentAt: new Date(sentAt).toISOString() }),
    }
  }
}
