import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { anyText, listText, objectText } from '../../test/jsonText.ts'
import { isObject } from '../formats/json.ts'
import * as published from '../index.ts'
import {
  type Admitted,
  activitiesOf,
  admittedOf,
  type Beacon,
  deny,
  EVENT_TYPES,
  FORMATS,
  type Format,
  flag,
  formatNamed,
  heed,
  identify,
  type Letter,
  letterOf,
  mailLoaded,
  PRIVACY,
  redact,
  refuse,
  type Source,
  skew,
  validate,
} from '../index.ts'

/**
 * A dead letter holds the very bytes of its event, or none of what must not be written; and a retry takes the event as the
 * edge took it: laws over all formats. A format that is missing here, or in the table of them, has no proof of either, so it turns this red.
 */

/** A body, and the bytes of each of its events. */
interface Sent {
  body: string
  events: string[]
}

const NOW = Date.UTC(2026, 10, 24)
const json = (value: unknown) => JSON.stringify(value)
const LEAD = `l:${'A'.repeat(22)}`
const gap = fc.constantFrom('', ' ', '\r\n\t')

const time = fc.oneof(
  fc.constantFrom('"2026-11-23T22:00:00Z"', '"2026-11-01"', '"soon"', '0', 'null'),
  fc.integer({ min: NOW - 2e8, max: NOW + 1e6 }).map(json),
)
const id = fc.constantFrom('"ann"', '"ann@example.com"', '"null"', '7', '"\\u0061nn"', 'null')
const field = fc.oneof(
  fc.tuple(fc.constantFrom('"type"', '"t\\u0079pe"'), fc.constantFrom(...EVENT_TYPES.map(json), '7')),
  fc.tuple(fc.constantFrom('"timestamp"', '"sentAt"', '"originalTimestamp"'), time),
  fc.tuple(fc.constantFrom('"anonymousId"', '"userId"', '"messageId"', '"groupId"', '"previousId"'), id),
  fc.tuple(fc.constantFrom('"event"', '"name"'), fc.constantFrom('"hs_form_submit"', '"Seen"', '""', '7')),
  fc.tuple(fc.constantFrom('"properties"', '"traits"', '"context"', '"x"'), anyText),
  fc.tuple(
    fc.constantFrom('"properties"', '"traits"'),
    fc.constantFrom('{"plan":"team","pass_word":"Xyzzy-1"}', '{"phone":"Xyzzy-2","plan":"team"}'),
  ),
  fc.tuple(
    fc.constant('"context"'),
    fc.constantFrom(
      '{"ip":"203.0.113.9","userAgent":"Googlebot/2.1","page":{"path":"/a"}}',
      '{"traits":{"email":"ann@example.com"}}',
      '{"consent":{"categoryPreferences":{"ads":false}}}',
    ),
  ),
)
const always: [string, string][] = [
  ['"type"', '"page"'],
  ['"event"', '"Seen"'],
  ['"anonymousId"', '"ann"'],
  ['"userId"', '"u7"'],
  ['"previousId"', '"ann"'],
  ['"groupId"', '"acme"'],
]
const eventText = objectText(
  fc
    .tuple(fc.shuffledSubarray(always, { minLength: always.length - 1 }), fc.array(field, { maxLength: 6 }))
    .map(([a, b]) => [...a, ...b]),
)

const sharedText = objectText(
  fc.subarray<[string, string]>([
    ['"sentAt"', '"2026-11-24T00:10:00Z"'],
    [
      '"context"',
      '{"ip":"198.51.100.7", "campaign":{"name":"\\u00e9t\\u00e9"},"n":1e999, "__proto__":{"a":1}}',
    ],
  ]),
)

/** Segment's, and whoever has a list of events in a field. */
const listed = (field: string, event = eventText) => {
  const first = `"\\u${field.charCodeAt(0).toString(16).padStart(4, '0')}${field.slice(1)}"`
  const name = fc.constantFrom(json(field), first)
  return fc
    .tuple(name, fc.array(fc.oneof(event, anyText), { maxLength: 4 }), sharedText, gap)
    .map(([name, events, shared, blank]): Sent => {
      const rest = shared.slice(1)
      return {
        body: `{${name} :${listText(events, blank)}${/^\s*\}$/.test(rest) ? '' : ','}${rest}`,
        events,
      }
    })
}
const single = eventText.map((event): Sent => ({ body: event, events: [event] }))

type Payloads = Record<string, { bounce?: { bouncedRecipients: object[] } }>
const payloads = (provider: string): Payloads =>
  JSON.parse(readFileSync(new URL(`../../../../testdata/webhooks/${provider}.json`, import.meta.url), 'utf8'))
/** What a provider tells of a mail that somebody had, as JSON in any layout. */
const mail = (provider: string) => {
  const told = Object.entries(payloads(provider)).filter(([kind]) => /^(opened|clicked|bounced)/.test(kind))
  return fc
    .tuple(fc.constantFrom(...told), fc.constantFrom(0, 1, '\t'))
    .map(([[, event], i]) => JSON.stringify(event, null, i))
}
const asOne = (texts: fc.Arbitrary<string>) => texts.map((body): Sent => ({ body, events: [body] }))
/** A query as it stood in the URL: in any of its escapes, with names that are there twice. */
const query = asOne(
  fc
    .array(
      fc.constantFrom(
        'anonymousId=ann',
        'anonymousId=%22ann%22',
        'event=Seen',
        'event=hs_form_submit',
        'event=Se%65n+again',
        'userId=u7',
        'messageId=m%2D1',
        'timestamp=2026-11-23T22:00:00Z',
        'properties.plan=pro&properties.plan=basic',
        'context.page.url=https%3A%2F%2Fwww.example.com%2Fa',
        '__proto__.x=1',
        'a=%',
        '=',
      ),
      { maxLength: 8 },
    )
    .map(pairs => ['event=Seen', 'anonymousId=ann'].concat(pairs).join('&')),
)
/** Snowplow's own names, each as its trackers write it and as nobody does. */
const snowplow = fc
  .tuple(
    fc.constantFrom<[string, unknown][]>(
      [
        ['e', 'pv'],
        ['url', 'https://www.example.com/a'],
      ],
      [
        ['e', 'se'],
        ['se_ca', 'form'],
        ['se_ac', 'Seen'],
      ],
      [['e', '?']],
    ),
    fc.subarray<[string, unknown]>([
      ['duid', 'ann'],
      ['uid', 'u7'],
      ['eid', '0f9ad8b5-8a0c-4d53-9f4c-6a1f1e7c0a11'],
      ['dtm', String(NOW - 5_000)],
      ['stm', String(NOW)],
      ['aid', 'wk'],
      ['duid', 7],
      ['dtm', 'soon'],
    ]),
  )
  .map(([what, more]) => Object.fromEntries([...what, ...more]))
const snowplowQuery = asOne(
  snowplow.map(event => new URLSearchParams(event as Record<string, string>).toString()),
)
/** Nothing that was signed is refused: a body that nobody can read is one event. */
const broken = asOne(fc.constantFrom('', '{', '7', '[]', '{"Message":7}', '"\\ud800"'))
/** What a mail's pixel and links tell; whom, the signature says beside it. */
const loads = fc
  .tuple(
    fc.constantFrom(undefined, { link: 'price', target: 'https://www.example.com/pricing' }),
    fc.constantFrom(undefined, 'Mozilla/5.0'),
  )
  .map(([click, agent]) =>
    json(mailLoaded({ workspace: 'demo', lead: LEAD, message: 'spring-1', click }, 'm-1', agent)),
  )
/** Of a bounce of several, each recipient's event has the bytes of the whole envelope. */
function envelope([text, several, blank]: [string, number, string]): Sent {
  const event = JSON.parse(text) as Payloads[string]
  const recipients = Array.from({ length: several }, (_, i) => ({ emailAddress: `r${i}@example.com` }))
  if (event.bounce) event.bounce.bouncedRecipients = recipients
  const body = `{${blank}"Type":"Notification" ,"Message":${JSON.stringify(JSON.stringify(event))}}`
  return { body, events: Array.from({ length: event.bounce ? several : 1 }, () => body) }
}

const BODIES: Readonly<Record<string, fc.Arbitrary<Sent>>> = {
  ...Object.fromEntries(EVENT_TYPES.map(type => [type, single])),
  batch: listed('batch'),
  ...Object.fromEntries([...EVENT_TYPES, 'event'].map(type => [`jitsu-${type}`, single])),
  'pixel-track': query,
  'pixel-page': query,
  sendgrid: fc.tuple(fc.array(fc.oneof(mail('sendgrid'), anyText)), gap).map(([events, blank]) => ({
    body: listText(events, blank),
    events,
  })),
  mailgun: fc.oneof(broken, asOne(mail('mailgun').map(event => `{"signature":{}, "event-data":${event} }`))),
  postmark: fc.oneof(broken, asOne(mail('postmark'))),
  ses: fc.oneof(broken, fc.tuple(mail('ses'), fc.integer({ min: 1, max: 3 }), gap).map(envelope)),
  mail: fc.oneof(single, asOne(loads)),
  snowplow: listed('data', snowplow.map(json)),
  snowplow_pixel: snowplowQuery,
  own: fc.oneof(
    single,
    asOne(fc.constant('{"type":"track","event":"A","flags":["machine_open","none"],"userId":"u"}')),
  ),
}

/** What the edge can be given to read bodies by, whoever exports it. */
function exported(): Format[] {
  const isFormat = (value: unknown): value is Format => isObject(value) && 'split' in value && 'name' in value
  const { FORMATS: _table, ...others } = published
  return Object.values<unknown>(others).flatMap(value => {
    if (isFormat(value)) return [value]
    return isObject(value) ? Object.values(value).filter(isFormat) : []
  })
}

test('every format is in the table by which letters are read again', () => {
  const names = (formats: readonly Format[]) => formats.map(f => f.name).toSorted()
  expect(names(FORMATS)).toEqual(names(exported()))
})

test('formats are found by their names, and each has bodies here', () => {
  expect(FORMATS.map(f => f.name).sort()).toEqual(Object.keys(BODIES).sort())
  for (const format of FORMATS) expect(formatNamed(format.name)).toBe(format)
})

const privacy = fc.constantFrom<Source['privacy']>(
  PRIVACY,
  { ...PRIVACY, gpc: 'ignore', dnt: 'flag', consent: { category: 'ads', missing: 'flag' } },
  { ...PRIVACY, consent: { category: 'ads', missing: 'count' } },
  { ...PRIVACY, deny: deny(['properties.phone', 'traits.*', 'context.page', 'query.a']) },
)
const source = fc.record({
  workspace: fc.constantFrom('demo', 'acme'),
  name: fc.constantFrom('web', 'été'),
  secret: fc.boolean(),
  origins: fc.constant(new Set<string>()),
  names: fc.constantFrom(new Map(), new Map([['hs_form_submit', 'Form Submitted']])),
  key: fc.constant(''),
  limits: fc.constant({ key: undefined, workspace: undefined }),
  privacy,
}) satisfies fc.Arbitrary<Source>
const AGENTS = [undefined, 'curl/8', 'Mozilla/5.0 Firefox/140.0', 'Googlebot/2.1', `é ${'x'.repeat(600)} bot`]
const arrival = fc.record(
  {
    origin: fc.constantFrom(undefined, 'https://www.example.com'),
    userAgent: fc.constantFrom(...AGENTS),
    lead: fc.constant(LEAD),
    gpc: fc.boolean(),
    dnt: fc.boolean(),
    address: fc.constantFrom('203.0.113.9', '::ffff:203.0.113.9', '2001:db8:1:2::3', '::1', 'proxy', ''),
  },
  { requiredKeys: ['origin', 'userAgent', 'address'] },
)

function admitted(format: Format, sent: Sent, source: Source, arrival: Partial<Beacon>): Admitted {
  const body = Buffer.from(sent.body)
  const split = format.split(body)
  if (split.kind !== 'ok') throw new Error(`${format.name}: ${split.problems.join()}: ${sent.body}`)
  const beacon = { format, key: undefined, encoding: undefined, body, receivedAt: NOW, ...arrival } as Beacon
  const { key: _key, ...taken } = split.value
  return { beacon, source, ...taken }
}

/** What becomes of an event, by the edge's own steps. */
function taken(admitted: Admitted, index: number) {
  const [check, clean, when, mark] = [validate(), redact(), skew(), flag()]
  const [consent, who] = [heed(), identify('s')]
  const valid = check({ admitted, index })
  if (valid.kind !== 'ok') return { reason: valid.reason }
  const redacted = clean(valid.value)
  if (redacted.kind !== 'ok') return { reason: redacted.reason }
  const timed = when(redacted.value)
  if (timed.kind !== 'ok') return { reason: timed.reason }
  const flagged = mark(timed.value)
  if (flagged.kind !== 'ok') return { reason: flagged.reason }
  const heeded = consent(flagged.value)
  if (heeded.kind !== 'ok') return { reason: heeded.reason }
  const identified = who(heeded.value)
  return identified.kind === 'ok'
    ? activitiesOf(identified.value, () => 'new')
    : { reason: identified.reason }
}

/** What stands in the bodies here and must not be written, of any source and of one that denies it; and what may be an address. */
const PERSONAL = /203\.0\.113\.9|Xyzzy-1/
const DENIED = /203\.0\.113\.9|Xyzzy-[12]/
const UNCLEAR = /(?:\d{1,3}\.){3}\d{1,3}|:(?::|\\u)|\\u003a|__proto__/
const why = refuse(400, 'invalid', 'a: must be b')
/** Through Kafka: keys and headers are bytes there. */
function stored({ key, value, headers }: Letter): Letter {
  const text = (s: string) => Buffer.from(s).toString()
  return {
    key: text(key),
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, v]) => [name, text(v)])),
  }
}

describe.each(FORMATS.map(f => [f.name, f] as const))('%s', (name, format) => {
  test('a letter has the event as it stood in the body, byte for byte, or nothing that must not be written', () => {
    let exact = 0
    fc.assert(
      fc.property(BODIES[name] as fc.Arbitrary<Sent>, source, (sent, from) => {
        const all = admitted(format, sent, from, { address: '' })
        for (const [i, bytes] of sent.events.entries()) {
          const { value, headers } = letterOf(all, i, 'here', why)
          const isExact = !('dlq-redacted' in headers || 'dlq-left-out' in headers)
          const denies = from.privacy.deny.size > 0
          if (isExact) expect([value.toString(), denies]).toEqual([bytes, false])
          expect(value.toString()).not.toMatch(denies ? DENIED : PERSONAL)
          if (!denies && !PERSONAL.test(bytes) && !UNCLEAR.test(bytes)) expect(isExact).toBe(true)
          if (isExact) exact++
        }
      }),
      { numRuns: 300 },
    )
    expect(exact).toBeGreaterThan(10)
  })

  test('a retry takes the event as the edge took it when it came', () => {
    let scored = 0
    fc.assert(
      fc.property(BODIES[name] as fc.Arbitrary<Sent>, source, arrival, (sent, from, how) => {
        const all = admitted(format, sent, from, how)
        for (const [i, event] of all.events.entries()) {
          const letter = letterOf(all, i, 'here', why)
          const again = admittedOf(stored(letter))
          if (again.kind !== 'ok') {
            // What nobody could read, and so cannot be sent again as it was.
            expect([again.problems, taken(all, i)]).toEqual([
              [expect.stringMatching(/^dlq-left-out: its \d+ bytes were not kept/)],
              { reason: expect.any(String) },
            ])
            continue
          }
          if (stored(letter).headers['dlq-redacted'] === undefined)
            expect(again.value.events).toEqual([event])
          expect(again.value.source).toMatchObject({ workspace: from.workspace, name: from.name })
          const [before, after] = [taken(all, i), taken(again.value, 0)]
          expect(after).toEqual(before)
          if ('event' in before) scored++
        }
      }),
      { numRuns: 300 },
    )
    expect(scored).toBeGreaterThan(10)
  })
})

const bad = (more: Partial<Admitted['shared']> = {}) => {
  const body = '{"batch":[{"type":"track","anonymousId":"ann","event":7}]}'
  const all = admitted(
    formatNamed('batch') as Format,
    { body, events: [] },
    {
      workspace: 'demo',
      name: 'web',
      secret: false,
      origins: new Set(),
      names: new Map(),
      key: '',
      limits: { key: undefined, workspace: undefined },
      privacy: PRIVACY,
    },
    { address: '203.0.113.9', userAgent: 'curl/8' },
  )
  return { ...all, shared: { ...all.shared, ...more } }
}

test('the record: who, when, why, and how it came; of the address only what is kept of any', () => {
  expect(letterOf(bad({ sentAt: 'soon' }), 0, 'ingestor.validate', why, 'id-1')).toEqual({
    key: 'demo/v:ann',
    value: Buffer.from('{"type":"track","anonymousId":"ann","event":7}'),
    headers: {
      'dlq-reason': 'invalid',
      'dlq-detail': 'a: must be b',
      'dlq-step': 'ingestor.validate',
      'dlq-timestamp': '2026-11-24T00:00:00.000Z',
      'dlq-source': 'web',
      'dlq-format': 'batch',
      'dlq-id': 'id-1',
      'dlq-key-kind': 'write',
      'dlq-address': '203.0.113.0',
      'dlq-user-agent': 'curl/8',
      'dlq-shared': '{"sentAt":"soon"}',
    },
  })
})

test('headers are bounded whatever came, and a retry is told what was left out', () => {
  const huge = { ...bad({ context: { a: 'x'.repeat(100_000) } }) }
  huge.beacon = { ...huge.beacon, userAgent: 'a'.repeat(10_000), origin: 'o'.repeat(10_000) }
  const letter = letterOf(huge, 0, 's', refuse(400, 'invalid', 'd'.repeat(10_000)))
  expect(Object.entries(letter.headers).reduce((n, [name, v]) => n + name.length + v.length, 0)).toBeLessThan(
    8_000,
  )
  expect(admittedOf(letter)).toMatchObject({
    kind: 'refuse',
    problems: [expect.stringMatching(/^dlq-shared-left-out: .*\(100020 characters\)/)],
  })
  expect(admittedOf(letter, Buffer.from('{}'))).toMatchObject({ kind: 'ok' })
})

test.each<[string, Record<string, string | undefined>]>([
  ['dlq-format: is nobodys, which this version has not', { 'dlq-format': 'nobodys' }],
  ['dlq-format: is missing, which this version has not', { 'dlq-format': undefined }],
  ['dlq-key-kind, dlq-timestamp, dlq-id: must say', { 'dlq-key-kind': undefined }],
  ['dlq-key-kind, dlq-timestamp, dlq-id: must say', { 'dlq-timestamp': 'then' }],
  ['dlq-key-kind, dlq-timestamp, dlq-id: must say', { 'dlq-id': undefined }],
  ['dlq-names, dlq-shared, dlq-privacy: must be JSON objects', { 'dlq-shared': '{' }],
])('%s: %p', (problem, headers) => {
  const letter = letterOf(bad(), 0, 's', why)
  expect(
    admittedOf({ ...letter, headers: { ...letter.headers, ...headers } as Record<string, string> }),
  ).toMatchObject({
    kind: 'refuse',
    problems: [expect.stringContaining(problem)],
  })
})

/** The letter of the only event of a batch, by its text. */
function buried(event: string, more = '', privacy: Source['privacy'] = PRIVACY): Letter {
  const from = { ...bad().source, privacy }
  const sent = { body: `{"batch":[${event}]${more}}`, events: [] }
  return letterOf(admitted(formatNamed('batch') as Format, sent, from, { address: '' }), 0, 's', why)
}

test.each([
  ['["x",{"\\u0070assword":"Xyzzy-1"}]', '["x",{}]'],
  ['["x",{"card":[{"number":"Xyzzy-1"}]}]', '["x",{"card":[{}]}]'],
  ['["x",{"card":[{"brand":"visa"}]} ]', '["x",{"card":[{"brand":"visa"}]} ]'],
])('JSON in nobody’s shape, %s, is kept as %s', (event, kept) =>
  expect(buried(event).value.toString()).toBe(kept),
)

describe('an event over the limit', () => {
  const filled = (more: string) => `{"type":"track","event":"A","a":"${'x y '.repeat(9_000)}",${more}}`
  test.each([
    '"password":"Xyzzy-1"',
    '"\\u0070assword":"Xyzzy-1"',
    '"card":{"n":1,"number":"Xyzzy-1"}',
    '"card" : [ {"n":1,"number":"Xyzzy-1"}]',
    '"url":"/?card[0][number]=Xyzzy-1"',
    '"url":"/?card%5Bnumber%5D=Xyzzy-1"',
    '"json":"{\\"card\\":{\\"n\\":1,\\"number\\":\\"Xyzzy-1\\"}}"',
    '"ip":"203.0.113.9"',
  ])('with %s is left out', more => {
    const { value, headers } = buried(filled(more))
    expect([value.length, headers['dlq-left-out']]).toEqual([0, String(filled(more).length)])
  })

  test('is kept byte for byte where nothing in it looks forbidden, and its source denies nothing', () => {
    const event = filled('"items":[{"number":7}] ')
    expect(buried(event).value.toString()).toBe(event)
    const denying = { ...PRIVACY, deny: deny(['properties.phone']) }
    expect(buried(event, '', denying).headers['dlq-left-out']).toBe(String(event.length))
  })

  test.each(['?', '&', ';', '#', '=', '[', '{', ' ', '%5B', 'c[', '.'])(
    'full of %p takes no time that grows with its square',
    run => {
      const started = process.cpuUsage().user
      const text = `x=1&${run.repeat(480_000 / run.length)}x`
      buried(`{"type":"track","properties":{"a":"${text}"}}`)
      expect(process.cpuUsage().user - started).toBeLessThan(5_000_000)
    },
  )
})

describe('what a request says for all of its events', () => {
  const context = `{${Array.from({ length: 3_000 }, (_, i) => `"k${i}":1`).join(',')},"ip":"203.0.113.9"}`

  test('is looked at once, however many they are', () => {
    const body = `{"batch":[${Array(200).fill('7').join()}],"context":${context}}`
    const all = admitted(formatNamed('batch') as Format, { body, events: [] }, bad().source, { address: '' })
    let looks = 0
    const said = all.shared.context as object
    const watched = new Proxy(said, {
      ownKeys(of) {
        looks++
        return Reflect.ownKeys(of)
      },
    })
    const one = { ...all, shared: { sentAt: undefined, context: watched } }
    for (let i = 0; i < 20; i++) letterOf(one, i, 's', why)
    const once = looks
    for (let i = 20; i < 200; i++) letterOf(one, i, 's', why)
    const clean = redact()
    const message = { anonymousId: 'ann' }
    for (let index = 0; index < 200; index++) {
      const outcome = clean({ admitted: one, index, type: 'track', message })
      if (index === 0)
        expect(outcome).toMatchObject({ value: { message: { context: { ip: '203.0.113.0', k0: 1 } } } })
    }
    expect([once > 0, looks]).toEqual([true, once])
  })

  test('is refused over 32 KB, with all of them', () => {
    const split = (length: number) =>
      (formatNamed('batch') as Format).split(
        Buffer.from(`{"context":{"a":"${'x'.repeat(length)}"} ,"batch":[7],"z":"${'z'.repeat(20)}"}`),
      )
    expect(split(32_768 - 8).kind).toBe('ok')
    expect(split(32_768 - 7)).toEqual(
      refuse(400, 'too_large', 'context: must be at most 32768 bytes, is 32769'),
    )
  })

  test('is refused over 8 MB in all of its events together: 1.3 KB of gzip would become 155 MB', () => {
    const split = (events: number) =>
      (formatNamed('batch') as Format).split(
        Buffer.from(`{"batch":[${Array(events).fill(7)}],"context":{"a":"${'x'.repeat(4_096 - 8)}"}}`),
      )
    expect(split(2_048).kind).toBe('ok')
    expect(split(2_049)).toEqual(
      refuse(
        400,
        'too_large',
        'context: 4096 bytes in each of 2049 events are more than 8388608 bytes; send at most 2048 events with it',
      ),
    )
  })
})

test('what is denied is not written from another field either', () => {
  const denying = {
    ...bad().source,
    privacy: { ...PRIVACY, deny: deny(['traits.email', 'properties.category', 'traits.company.id']) },
  }
  const event = (sent: object, from: Source) => {
    const body = json({ batch: [sent] })
    return taken(admitted(formatNamed('batch') as Format, { body, events: [] }, from, { address: '' }), 0)
  }
  for (const sent of [
    { type: 'page', userId: 'ann@example.com', category: 'medical' },
    { type: 'track', event: 'A', anonymousId: 'ann', properties: { email: 'ann@example.com' } },
    { type: 'group', userId: 'ann@example.com', groupId: 'acme' },
  ]) {
    const [usual, left] = [event(sent, bad().source), event(sent, denying)]
    expect(json(usual)).toMatch(/"traits":\{[^}]*"email":"ann@example.com"/)
    expect(left).toMatchObject({ event: { value: { event: { traits: {} } } } })
    expect(json(left)).not.toMatch(/"traits":\{[^}]*(email|company.id)|medical/)
  }
})
