import { BATCH, type Limit, NOTHING_DENIED, SINGLE } from '@hotlead/beacon'
import { type Activity, Codec } from '@hotlead/contracts'
import fc from 'fast-check'
import { cleaned } from '../../../packages/beacon/src/privacy/cleaned.ts'
import { Links } from './links.ts'
import { pipeline } from './pipeline.ts'
import type { NewRecord } from './sink.ts'
import { demoSources } from './sources.ts'

/** The steps together, with a log that takes everything. */
const sources = demoSources()
const codec = new Codec<Activity>('activity', 1)
const NOW = Date.UTC(2026, 10, 24)

function opened(hotKey?: Limit) {
  const written: NewRecord[] = []
  const ingest = pipeline({
    sources,
    secret: 's',
    codec,
    topics: { activity: 'activity', deadLetter: 'dead-letter' },
    sink: {
      submit: async records => {
        written.push(...records)
        return 'acked'
      },
      unhealthy: () => undefined,
      bytes: 0,
    },
    links: new Links(),
    quotas: { take: () => 0 },
    hotKey,
    pages: undefined,
    count: {
      accepted() {},
      ignored() {},
      deadLettered() {},
      refused() {},
      hot() {},
      tooFast() {},
      optedOut() {},
      noConsent() {},
    },
  })
  const send = (body: string, key = 'sk_demo', format = BATCH) =>
    ingest({
      format,
      key,
      origin: undefined,
      userAgent: undefined,
      address: '127.0.0.1',
      encoding: undefined,
      body: Buffer.from(body),
      receivedAt: NOW,
    })
  return { written, send }
}

const FIRST = Date.parse('0000-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')
const any = fc.jsonValue({ maxDepth: 2 })
const time = fc.oneof(
  any,
  fc.integer({ min: NOW - 1e9, max: NOW + 1e9 }),
  fc.constantFrom(LAST, FIRST, LAST + 1, FIRST - 1, 8.64e15, -8.64e15, 0, -1, '2026-11-24'),
)
const id = fc.oneof(any, fc.string(), fc.constantFrom('null', 'ann@example.com', '\ud800'))
const event = fc.record(
  {
    type: fc.oneof(any, fc.constantFrom('track', 'page', 'screen', 'identify', 'group', 'alias')),
    event: fc.oneof(any, fc.string()),
    name: fc.oneof(any, fc.string()),
    category: any,
    messageId: id,
    anonymousId: id,
    userId: id,
    previousId: id,
    groupId: id,
    timestamp: time,
    originalTimestamp: time,
    sentAt: time,
    properties: fc.oneof(any, fc.dictionary(fc.string(), any)),
    traits: fc.oneof(any, fc.dictionary(fc.string(), any)),
    context: fc.oneof(any, fc.record({ page: any, traits: any, userAgent: any, ip: any, campaign: any })),
  },
  { requiredKeys: ['type'] },
)

test.each(['wk_demo', 'sk_demo'])(
  'whatever JSON comes by %s, each event becomes one activity that reads back, or one dead letter of what of its bytes may be written',
  async key => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 5 }), async batch => {
        const { written, send } = opened()
        const outcome = await send(JSON.stringify({ batch }), key)
        if (outcome.kind !== 'ok') throw new Error(`${outcome.kind}: ${outcome.problems.join()}`)
        const activities = written.filter(r => r.topic === 'activity').map(r => codec.decode(r.value))
        const letters = written.filter(r => r.topic === 'dead-letter').map(r => r.value.toString())
        expect(activities.filter(a => a.event)).toHaveLength(outcome.value.accepted)
        expect(letters).toHaveLength(outcome.value.buried)
        expect(outcome.value.accepted + outcome.value.buried).toBe(batch.length)
        // Addresses are cut, and secrets are gone, also from what is put aside.
        const sent = batch.flatMap(e => {
          const text = JSON.stringify(e)
          return [text, JSON.stringify(cleaned(JSON.parse(text), NOTHING_DENIED).message)]
        })
        for (const letter of letters) expect(sent).toContain(letter)
        for (const { key } of written) expect(key).toMatch(/^demo\/(v:|l:|\?)/)
      }),
      { numRuns: 300 },
    )
  },
)

test('clocks from the first and the last time there is: too old for a write key, kept for a secret one', async () => {
  const body = JSON.stringify({ anonymousId: 'a', timestamp: FIRST, sentAt: LAST })
  const open = opened()
  expect((await open.send(body, 'wk_demo', SINGLE.page)).kind).toBe('ok')
  expect(open.written.map(r => [r.topic, r.headers?.['dlq-reason']])).toEqual([['dead-letter', 'too_old']])
  const secret = opened()
  expect((await secret.send(body, 'sk_demo', SINGLE.page)).kind).toBe('ok')
  const [event] = secret.written.map(r => codec.decode(r.value).event)
  expect([event?.timestamp, event?.sentAt]).toEqual([FIRST, LAST])
  expect(Math.abs((event?.at ?? 0) - (FIRST - (LAST - NOW)))).toBeLessThanOrEqual(150_000)
})

test('many visitors that are one lead take from the bucket of that lead', async () => {
  const { written, send } = opened({ rate: 1, burst: 20 })
  for (const anonymousId of ['a', 'b', 'c']) {
    const traits = { email: 'ann@example.com' }
    await send(JSON.stringify({ anonymousId, traits }), 'wk_demo', SINGLE.identify)
    for (let i = 0; i < 10; i++) await send(JSON.stringify({ anonymousId }), 'wk_demo', SINGLE.page)
  }
  const flags = written.flatMap(r => codec.decode(r.value).event?.flags ?? [])
  expect(flags).toHaveLength(33 - 20)
})

test.each([
  ['wk_demo', false],
  ['sk_demo', true],
])('what comes by %s is signed: %p', async (key, signed) => {
  const { written, send } = opened()
  await send(JSON.stringify({ anonymousId: 'a', event: 'Email Delivered' }), key, SINGLE.track)
  expect(written.map(r => codec.decode(r.value).event?.signed)).toEqual([signed])
})

test.each([LAST + 1, FIRST - 1, 1e300, '12026-01-01', '2026-13-01', true])(
  '%p is no time',
  async timestamp => {
    const { send } = opened()
    expect(await send(JSON.stringify({ anonymousId: 'a', timestamp }), 'sk_demo', SINGLE.page)).toMatchObject(
      {
        kind: 'refuse',
        problems: [expect.stringMatching(/^timestamp: must be an ISO 8601 time or ms since 1970, is /)],
      },
    )
  },
)
