import { random } from '@hotlead/bench/random'
import type { Request } from './request.ts'

/** Leads that get mails, so few that several mails of one are on their way at a time. */
const READERS = 150
/** Of the requests, those that tell of mails. */
const SHARE = 0.06
/** Stories that are told at a time. */
const TOLD_AT_ONCE = 40

const SECOND = 1_000
const MINUTE = 60 * SECOND

type What = 'Email Delivered' | 'Email Opened' | 'Email Link Clicked'
interface Told {
  what: What
  /** ms after the mail was sent. */
  at: number
  link?: string
}

/**
 * What becomes of mails, as a provider's webhook tells it: tracks by the secret key, some of them minutes late, some before what
 * came before. Read by people, and by scanners that follow all links at once, one a second, the hidden one, or before the
 * mail has arrived. By numbers of its own, so that the rest of the load is the same with it and without.
 * @returns gives the next request, or undefined where the rest of the load has its turn
 */
export function mails(
  seed: number,
  round: number,
  emailOf: (lead: number) => string,
): (now: number) => Request | undefined {
  const next = random((seed * 1_000_033 + round * 7 + 1) >>> 0)
  const whole = (below: number) => Math.floor(next() * below)
  const pick = <T>(list: readonly T[]) => list[whole(list.length)] as T
  const chance = (p: number) => next() < p
  let n = 0
  /** What is still to be told, request by request. */
  const waiting: Record<string, unknown>[][] = []

  function opened(at: number): Told {
    return { what: 'Email Opened', at }
  }
  function clicked(at: number, link: string): Told {
    return { what: 'Email Link Clicked', at, link }
  }
  function sweep(from: number, apart: number): Told[] {
    return Array.from({ length: 2 + whole(8) }, (_, i) => clicked(from + i * apart, `/mail/${i}`))
  }

  /** What is done with a mail that arrives a second after it was sent. */
  function story(): Told[] {
    const late = 30 * SECOND + whole(5 * MINUTE)
    switch (pick(['reader', 'reader', 'sweep', 'slow', 'hidden', 'soon', 'early'] as const)) {
      case 'reader':
        return [opened(late), clicked(late + 15 * SECOND, '/mail/0')]
      case 'sweep':
        return [opened(late - 5 * SECOND), ...sweep(late, 100)]
      case 'slow':
        return sweep(late, SECOND + whole(4 * SECOND))
      case 'hidden':
        return [opened(late), clicked(late + whole(MINUTE), '/?hotlead=honeypot'), clicked(late, '/mail/3')]
      case 'soon':
        return [opened(2 * SECOND), clicked(whole(20 * SECOND), '/mail/1')]
      case 'early':
        return [clicked(whole(SECOND), '/mail/2')]
    }
  }

  /** The webhooks that tell of one mail: each event under an id of its own, the delivery first or last. */
  function webhooks(now: number): Record<string, unknown>[][] {
    const mail = `s${seed}-r${round}-mail-${n++}`
    const email = emailOf(whole(READERS))
    // Some within the hour in which a verdict may come, some at its end, some long after it.
    const sent = now - pick([0, MINUTE, 5 * MINUTE, 59 * MINUTE, 90 * MINUTE])
    const delivery: Told = { what: 'Email Delivered', at: SECOND }
    const rest = story()
    const all = chance(0.4) ? [...rest, delivery] : [delivery, ...rest]
    const events = all.map(({ what, at, link }, i) => ({
      type: 'track',
      event: what,
      messageId: `${mail}-${i}`,
      timestamp: new Date(sent + at).toISOString(),
      properties: {
        provider: 'chaos',
        email_id: mail,
        ...(link && { link_url: `https://www.example.com${link}` }),
      },
      context: { traits: { email } },
    }))
    const cut = whole(events.length + 1)
    return [events.slice(0, cut), events.slice(cut)].filter(part => part.length > 0)
  }

  return function tell(now) {
    if (!chance(SHARE)) return undefined
    while (waiting.length < TOLD_AT_ONCE) waiting.push(...webhooks(now))
    // What belongs together comes in its order, with others' between; now and then it is told again.
    const events = (chance(0.05) ? waiting[0] : waiting.splice(pick([0, 0, 1]), 1)[0]) ?? []
    return {
      path: '/v1/batch',
      key: 'sk_demo',
      userAgent: 'chaos',
      ids: events.map(e => e.messageId as string),
      invalid: [],
      body: sentAt => JSON.stringify({ batch: events, sentAt: new Date(sentAt).toISOString() }),
    }
  }
}
