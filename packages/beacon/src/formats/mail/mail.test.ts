import { readFileSync } from 'node:fs'
import type { Event } from '@hotlead/contracts'
import fc from 'fast-check'
import { activitiesOf } from '../../activities.ts'
import type { Admitted } from '../../beacon.ts'
import type { Outcome } from '../../outcome.ts'
import { PRIVACY } from '../../privacy/policy.ts'
import { flag } from '../../steps/flag.ts'
import { identify } from '../../steps/identify.ts'
import { skew } from '../../steps/skew.ts'
import { validate } from '../../steps/validate.ts'
import type { Format } from '../format.ts'
import { MAILGUN } from './mailgun.ts'
import { POSTMARK } from './postmark.ts'
import { SENDGRID } from './sendgrid.ts'
import { SES } from './ses.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const source = { workspace: 'w', name: 'news', secret: true, origins: new Set<string>(), names: new Map() }

type Payloads = Record<string, Record<string, unknown>>
const payloads = (provider: string): Payloads =>
  JSON.parse(
    readFileSync(new URL(`../../../../../testdata/webhooks/${provider}.json`, import.meta.url), 'utf8'),
  )
const sendgrid = payloads('sendgrid')
const mailgun = payloads('mailgun')
const postmark = payloads('postmark')
const ses = payloads('ses')

/** How each provider puts an event into a body. */
const PROVIDERS: [Format, Payloads, (event: unknown) => unknown][] = [
  [SENDGRID, sendgrid, event => [event]],
  [MAILGUN, mailgun, event => ({ signature: {}, 'event-data': event })],
  [POSTMARK, postmark, event => event],
  [SES, ses, event => ({ Type: 'Notification', Message: JSON.stringify(event) })],
]

function admitted(format: Format, body: Buffer): Admitted {
  const split = format.split(body)
  if (split.kind !== 'ok') throw new Error(split.problems.join())
  const { key, ...taken } = split.value
  const request = { key, origin: undefined, userAgent: 'SendGrid', address: '192.0.2.1', encoding: undefined }
  return {
    beacon: { format, ...request, body, receivedAt: NOW },
    source: { ...source, key: '', limits: { key: undefined, workspace: undefined }, privacy: PRIVACY },
    ...taken,
  }
}

/** The events of a body as the pipeline makes them, or the problems. */
function events(format: Format, said: unknown): { events: (Event | string[])[]; ignored: number } {
  const all = admitted(format, Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)))
  const steps = [validate(), skew(), flag(), identify('secret')] as ((v: unknown) => Outcome<unknown>)[]
  return {
    ignored: all.ignored ?? 0,
    events: all.events.map((_, index) => {
      let value: unknown = { admitted: all, index }
      for (const step of steps) {
        const outcome = step(value)
        if (outcome.kind !== 'ok') return outcome.problems
        value = outcome.value
      }
      return activitiesOf(value as never).event.value.event as Event
    }),
  }
}

const NAMES = {
  delivered: 'Email Delivered',
  opened: 'Email Opened',
  clicked: 'Email Link Clicked',
  bounced: 'Email Bounced',
  complained: 'Email Marked as Spam',
  unsubscribed: 'Unsubscribed',
} as const

const rows = PROVIDERS.flatMap(([format, all, wrap]) =>
  Object.entries(all).map(([name, event]) => [`${format.name}: ${name}`, format, name, wrap(event)] as const),
)

test.each(rows)('%s', (_row, format, name, body) => {
  const found = events(format, body)
  if (name.startsWith('ignored')) return expect(found).toEqual({ ignored: 1, events: [] })
  expect(found.ignored).toBe(0)
  const [event] = found.events as Event[]
  const [kind] = name.split(/[ ,]/) as [keyof typeof NAMES]
  expect(event).toMatchObject({
    type: 'track',
    name: NAMES[kind],
    traits: { email: 'mia@example.com' },
    source: 'news',
  })
  expect(event?.properties).toMatchObject({ provider: format.name, email_id: expect.any(String) })
  expect(event?.at).toBeGreaterThan(Date.parse('2026-11-24T09:00:00Z') - 1)
  expect(event?.at).toBeLessThan(NOW)
  // Only what the recipient did has the recipient's address and browser.
  const acts = ['opened', 'clicked', 'unsubscribed'].includes(kind)
  expect([event?.ip, event?.userAgent].every(v => v === null) || acts).toBe(true)
  if (kind === 'clicked') expect(event?.properties.link_url).toBe('https://www.acme.example/pricing?plan=pro')
  const isMachine = name.includes('machine')
  expect(event?.flags.filter(f => f.startsWith('machine'))).toEqual(
    isMachine ? [{ opened: 'machine_open', clicked: 'machine_click' }[kind as 'opened']] : [],
  )
  expect(event?.properties.machine === undefined).toBe(!isMachine)
})

test('each provider has one of each kind, each under an id of its own, which is the same when sent again', () => {
  for (const [format, all, wrap] of PROVIDERS) {
    const ids = () =>
      Object.values(all).flatMap(e => (events(format, wrap(e)).events as Event[]).map(found => found.id))
    expect(new Set(ids()).size).toBe(ids().length)
    expect(ids()).toEqual(ids())
    const kinds = Object.keys(all).map(name => name.split(/[ ,:]/)[0])
    expect(kinds).toEqual(expect.arrayContaining([...Object.keys(NAMES), 'ignored']))
    // No address can be read from an id.
    expect(ids().join().toLowerCase()).not.toContain('mia')
  }
})

describe('what is kept beside the name', () => {
  const only = (format: Format, body: unknown) => events(format, body).events[0] as Event
  const [, , inMailgun] = PROVIDERS[1] as (typeof PROVIDERS)[0]
  const [, , inSns] = PROVIDERS[3] as (typeof PROVIDERS)[0]
  test.each<[string, Format, unknown, object]>([
    [
      'sendgrid',
      SENDGRID,
      [sendgrid['opened by a machine']],
      {
        id: 'c2VuZGdyaWQtZXZlbnQt0003',
        at: 1795511203000,
        userAgent: 'Mozilla/5.0',
        ip: '198.51.100.0',
        properties: {
          campaign_id: 'c-4711',
          campaign_name: 'Autumn prices',
          'tags.0': 'newsletter',
          'tags.1': 'autumn',
          machine: 'sg_machine_open',
        },
        flags: ['bot', 'machine_open'],
      },
    ],
    [
      'mailgun',
      MAILGUN,
      inMailgun(mailgun['clicked by a machine']),
      {
        id: 'Mx05Qn2ySvW7rj0',
        at: 1795511205250,
        ip: '203.0.113.0',
        properties: { machine: 'generic', 'tags.0': 'newsletter' },
        flags: ['machine_click'],
      },
    ],
    [
      'postmark',
      POSTMARK,
      postmark.opened,
      {
        id: expect.stringMatching(/^7c1f0b6e-6d1f-4a52-9f3f-2f1a9d0e4b11:Open:[0-9a-f]{24}$/),
        at: Date.parse('2026-11-24T09:07:02.123Z'),
        ip: '203.0.113.0',
        properties: { 'tags.0': 'newsletter' },
        flags: [],
      },
    ],
    [
      'ses',
      SES,
      inSns(ses.bounced),
      {
        at: Date.parse('2026-11-24T09:00:02.669Z'),
        properties: {
          bounce_type: 'Permanent',
          email_subject: 'Autumn prices',
          campaign_name: 'Autumn prices',
          'tags.segment': 'trial',
        },
        flags: [],
      },
    ],
  ])('%s', (_name, format, body, expected) => {
    expect(only(format, body)).toMatchObject(expected)
  })

  test('a mailbox that fetches pictures when its owner opens a mail is no crawler', () => {
    const useragent =
      'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
    expect(only(SENDGRID, [{ ...sendgrid.opened, useragent }]).flags).toEqual([])
  })
})

describe('several in one', () => {
  test('sendgrid: each event by its place in the list, with its own bytes', () => {
    const list = `[ ${JSON.stringify(sendgrid['ignored: processed'])},\r\n{ "event":"open" , "email":"" },7,${JSON.stringify(sendgrid.opened)}]\r\n`
    const found = events(SENDGRID, list)
    expect(found.ignored).toBe(1)
    expect(found.events.slice(0, 2)).toEqual([
      ['[1].email: must be an e-mail address, is empty text'],
      ['[2]: must be an object, is a number'],
    ])
    expect(found.events).toHaveLength(3)
    const split = admitted(SENDGRID, Buffer.from(list))
    const bytes = [0, 1, 2].map(i => split.bytesOf(i).toString())
    expect(bytes).toEqual(['{ "event":"open" , "email":"" }', '7', JSON.stringify(sendgrid.opened)])
    // As they lie in dead-letter, from where they are sent again.
    expect(events(SENDGRID, bytes[2]).events).toEqual([found.events[2]])
    expect(events(SENDGRID, bytes[0]).events).toEqual([['email: must be an e-mail address, is empty text']])
  })

  test('ses: a bounce for two is two events; who of two opened nobody knows', () => {
    const bounce = structuredClone(ses.bounced) as { bounce: { bouncedRecipients: object[] } }
    bounce.bounce.bouncedRecipients.push({ emailAddress: 'tom@example.com' })
    const both = events(SES, { Message: JSON.stringify(bounce) }).events as Event[]
    expect(both.map(e => e.traits.email)).toEqual(['mia@example.com', 'tom@example.com'])
    expect(new Set(both.map(e => e.id)).size).toBe(2)
    const opened = structuredClone(ses.opened) as { mail: { destination: string[] } }
    opened.mail.destination.push('tom@example.com')
    expect(events(SES, { Message: JSON.stringify(opened) }).events).toEqual([
      ['Message.mail.destination: must be one, are 2'],
    ])
    // In dead-letter lies the envelope: with one recipient in it, it can be sent again.
    const lying = admitted(SES, Buffer.from(JSON.stringify({ Message: JSON.stringify(bounce) }))).bytesOf(1)
    expect(lying.toString()).toContain('mia@example.com')
  })

  test('ses: the sentence about a new topic is nobody’s event', () => {
    const Message = 'Successfully validated SNS topic for Amazon SES event publishing.'
    expect(events(SES, { Message })).toEqual({ events: [], ignored: 0 })
  })
})

describe('nothing that was signed is refused for its shape', () => {
  test.each(PROVIDERS.map(([format]) => [format.name, format] as const))('%s', (_name, format) => {
    for (const body of ['', '{', '7', '"x"', 'null', '{}', '[[]]', '[{"event":7}]', '{"Message":7}'])
      for (const event of events(format, body).events) expect(event).toEqual([expect.any(String)])
    expect(events(format, '{').events).toEqual([['body: must be an object, is missing']])
    expect(events(format, '{}').events).toHaveLength(1)
  })

  // Each field of each payload, however deep, replaced by anything.
  const any = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(1e300, -1, '', '9'.repeat(400), 'mia@example.com'),
  )
  test.each(PROVIDERS.map(p => [p[0].name, p] as const))(
    '%s, whatever is in a field',
    (_name, [format, all, wrap]) => {
      const paths = Object.values(all).flatMap(event => pathsOf(event).map(path => [event, path] as const))
      fc.assert(
        fc.property(fc.constantFrom(...paths), any, ([event, path], value) => {
          const body = wrap(replaced(event, path, value))
          const found = events(format, body)
          for (const one of found.events)
            if (Array.isArray(one)) expect(one.join()).toMatch(/: must be|: is|is missing/)
            else expect(one.traits.email).toMatch(/@/)
        }),
        { numRuns: 500 },
      )
    },
  )
})

function pathsOf(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, child]) => pathsOf(child, [...at, name]))].filter(
    path => path.length > 0,
  )
}

function replaced(event: unknown, path: string[], value: unknown): unknown {
  const copy = structuredClone(event) as Record<string, unknown>
  let at = copy
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>
  at[path.at(-1) as string] = value
  return copy
}
