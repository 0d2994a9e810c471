import { usage } from './exit.ts'
import { quoted } from './terminal.ts'

export const BEACON_TYPES = ['page', 'track', 'identify'] as const
export type BeaconType = (typeof BEACON_TYPES)[number]

/** What a person says of one beacon on the command line. */
export interface BeaconWords {
  type: string
  anonymousId?: string | undefined
  userId?: string | undefined
  email?: string | undefined
  url?: string | undefined
  event?: string | undefined
  /** `name=value` each. */
  properties: readonly string[]
  traits: readonly string[]
  messageId: string
  /** ms since 1970; undefined: the time of arrival */
  at?: number | undefined
}

/** The path and the body of a beacon in the Segment shape. @throws CliError (usage) naming what is missing or wrong */
export function beaconOf(words: BeaconWords): { path: string; body: Record<string, unknown> } {
  const { type, anonymousId, userId, email, url, event } = words
  if (!isType(type))
    throw usage(
      `${quoted(type)} is no beacon that hotlead send knows.`,
      `Take one of ${BEACON_TYPES.join(', ')}.`,
    )
  if (anonymousId === undefined && userId === undefined && email === undefined)
    throw usage(
      'Nobody is named: who did it?',
      'Add --anonymous-id (a visitor), --email or --user-id (a known lead), or two of them to link both.',
    )
  if (type === 'page' && url === undefined)
    throw usage('A page beacon needs --url.', 'For instance --url https://www.example.com/pricing.')
  if (type === 'track' && event === undefined)
    throw usage('A track beacon needs --event.', 'For instance --event "Form Submitted".')
  if (type !== 'track' && event !== undefined)
    throw usage('--event belongs to a track beacon.', 'Write `hotlead send track --event …`.')
  if (url !== undefined && !URL.canParse(url))
    throw usage(
      `--url is ${quoted(url)} and must be a whole URL.`,
      'For instance https://www.example.com/pricing.',
    )
  const traits = pairs('trait', words.traits)
  if (email !== undefined) traits.email = email
  const properties = pairs('property', words.properties)
  if (type === 'page') properties.url = url
  const hasTraits = Object.keys(traits).length > 0
  const context = {
    ...(type !== 'page' && url !== undefined ? { page: { url } } : {}),
    ...(type !== 'identify' && hasTraits ? { traits } : {}),
  }
  return {
    path: `/v1/${type}`,
    body: {
      messageId: words.messageId,
      ...(anonymousId === undefined ? {} : { anonymousId }),
      ...(userId === undefined ? {} : { userId }),
      ...(event === undefined ? {} : { event }),
      ...(words.at === undefined ? {} : { timestamp: new Date(words.at).toISOString() }),
      ...(type === 'identify' ? { traits } : { properties }),
      ...(Object.keys(context).length > 0 ? { context } : {}),
    },
  }
}

function isType(type: string): type is BeaconType {
  return (BEACON_TYPES as readonly string[]).includes(type)
}

/** Numbers, true and false are such; put "quotes inside" to send them as text. */
function pairs(option: string, given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    given.map(pair => {
      const equals = pair.indexOf('=')
      if (equals < 1)
        throw usage(
          `--${option} is ${quoted(pair)} and must be name=value.`,
          `For instance --${option} plan=pro or --${option} seats=25.`,
        )
      return [pair.slice(0, equals), typed(pair.slice(equals + 1))]
    }),
  )
}

function typed(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text)
  const quoted = /^"(.*)"$/s.exec(text)
  return quoted ? (quoted[1] as string) : text
}
