import { type Flag, MAIL_EVENTS } from '@hotlead/contracts'
import { isbot } from 'isbot'
import { isHoneypot } from '../honeypot.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Timed } from './skew.ts'

export interface Flagged extends Timed {
  userAgent: string | null
  flags: Flag[]
}

/** Characters that are looked at, and kept. */
export const MAX_USER_AGENT = 512

/** HTTP clients that servers send from. Without an Origin such a name is the sender's own, not a visitor's. */
const CLIENT =
  /^(curl|wget|node|undici|axios|got|python|go-http-client|okhttp|java|apache-httpclient|postmanruntime|insomnia|analytics-)/i

/**
 * Gmail and Yahoo load a mail's images for the person who looks at it, under these names; isbot takes them for crawlers. Of
 * links they ask by themselves. Apple's relay loads images whoever looks: it says no more than `Mozilla/5.0`, a bot to isbot.
 * https://wordtothewise.com/2024/08/prefetches-and-proxies
 */
const IMAGE_PROXY = /GoogleImageProxy|YahooMailProxy/

/**
 * Marks crawlers by their user agent (isbot), and what its format says a machine did: the event is kept and scores 0.
 * What a secret key or an HTTP library sends is a server speaking for a visitor: there only context.userAgent counts.
 */
export function flag() {
  const known = new Map<string, boolean>()
  function isBot(userAgent: string): boolean {
    const seen = known.get(userAgent)
    if (seen !== undefined) return seen
    // isbot's expression takes 2 µs to 20 µs; browsers repeat. 2,000 agents of at most 512 characters: 1 MB.
    if (known.size >= 2_000) known.clear()
    const bot = isbot(userAgent)
    known.set(userAgent, bot)
    return bot
  }
  return function flag(timed: Timed): Outcome<Flagged> {
    const { index, admitted } = timed
    const { beacon, source, events } = admitted
    const own = timed.message.context?.userAgent
    const header = beacon.userAgent
    const server =
      source.secret || (beacon.origin === undefined && header !== undefined && CLIENT.test(header))
    const agent = typeof own === 'string' && own !== '' ? own : server ? undefined : header
    const userAgent = agent?.slice(0, MAX_USER_AGENT) ?? null
    const isReader = timed.message.event === MAIL_EVENTS.opened && IMAGE_PROXY.test(userAgent ?? '')
    const flags: Flag[] = userAgent !== null && !isReader && isBot(userAgent) ? ['bot'] : []
    const marks = beacon.format.marks?.(events[index]) ?? []
    if (isHoneypot(timed.message.event, timed.message.properties)) flags.push('honeypot')
    return ok({ ...timed, userAgent, flags: [...flags, ...marks] })
  }
}
