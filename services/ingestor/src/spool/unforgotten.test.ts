import { type Activity, Codec, type Forgotten, leadSubject } from '@hotlead/contracts'
import { type MemoryEdge, memoryEdge } from '../../test/memoryEdge.ts'
import type { NewRecord } from '../sink.ts'
import { Unforgotten } from './unforgotten.ts'

const SECRET = 'of the workspace'
const ANN = `demo/${leadSubject(SECRET, { email: 'ann@example.com' })}`
const codec = new Codec<Activity>('activity', 1)
let edge: MemoryEdge
beforeAll(async () => {
  edge = await memoryEdge()
})
afterAll(() => edge.close())

/** What the edge writes of a body, all received in one millisecond. @returns it, and that millisecond */
async function written(path: string, body: object | string): Promise<[NewRecord[], number]> {
  edge.records.length = 0
  const at = Date.UTC(2026, 10, 24)
  jest.useFakeTimers({ now: at, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout'] })
  try {
    await fetch(`${edge.url}${path}`, {
      method: 'POST',
      headers: { 'x-write-key': 'sk_demo' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }).then(r => r.text())
  } finally {
    jest.useRealTimers()
  }
  return [[...edge.records], at]
}

/** @param keys who is forgotten until when, or how Redis fails */
function unforgotten(keys: Record<string, number> | Error) {
  const told: string[] = []
  const asked: string[][] = []
  const redis = { keys }
  const filter = new Unforgotten({
    keys: {
      async among(some) {
        asked.push([...some])
        if (redis.keys instanceof Error) throw redis.keys
        const known = Object.entries(redis.keys).filter(([key]) => some.has(key))
        return new Map(
          known.map(([key, until]): [string, Forgotten] => [key, { until, id: 'f', recounts: [] }]),
        )
      },
      close() {},
    },
    codec,
    deadLetter: 'dead-letter',
    secret: SECRET,
    onAway: error => told.push(error.message),
    onBack: () => told.push('back'),
  })
  return { filter, told, asked, redis }
}

const page = { type: 'page', anonymousId: 'a' }
test('where nobody was forgotten, all of them, as they are; who is in several is asked for once', async () => {
  const [records] = await written('/v1/batch', { batch: [page, page, { ...page, anonymousId: 'b' }] })
  const { filter, asked } = unforgotten({})
  expect(await filter.of(records)).toBe(records)
  expect(asked).toEqual([['demo/v:a', 'demo/v:b']])
})

const byAnn = {
  type: 'track',
  event: 'x',
  anonymousId: 'z',
  context: { traits: { email: 'ann@example.com' } },
}
const followUp = { channel: 'mail', result: 'continue' }
test.each<[string, string, object]>([
  ['an event', '/v1/track', byAnn],
  ['a follow-up', '/v1/leads/ann@example.com/follow-ups', followUp],
])(
  '%s of the lead, received by then; one of later, and what else there is of it, stays',
  async (_, path, body) => {
    const [records, at] = await written(path, body)
    const own = records.filter(r => r.key === ANN)
    expect(own).toHaveLength(1)
    expect(await unforgotten({ [ANN]: at }).filter.of(records)).toEqual(records.filter(r => r !== own[0]))
    expect(await unforgotten({ [ANN]: at - 1 }).filter.of(records)).toEqual(records)
    expect(await unforgotten({ [ANN.replace('demo', 'other')]: at }).filter.of(records)).toBe(records)
  },
)

test('what is no record of ours, or no event, stays', async () => {
  const [requests, at] = await written('/v1/outcomes', { lead: 'ann@example.com', outcome: 'won' })
  const records = [...requests, { topic: 'activity', key: ANN, value: Buffer.from([9]) }]
  expect(records.map(r => r.key)).toEqual([ANN, ANN])
  expect(await unforgotten({ [ANN]: at }).filter.of(records)).toEqual(records)
})

const bad = { ...byAnn, event: 7 }
test.each<[string, string, object | string]>([
  ['about the lead', '/v1/batch', { batch: [bad] }],
  ['that the lead has sent', '/v1/batch', { batch: [{ ...bad, properties: { email: 'bob@example.com' } }] }],
])('a dead letter %s', async (_, path, body) => {
  const [records, at] = await written(path, body)
  expect(records.map(r => [r.topic, r.key])).toEqual([['dead-letter', 'demo/v:z']])
  expect(await unforgotten({ [ANN]: at }).filter.of(records)).toEqual([])
  expect(await unforgotten({ [ANN]: at - 1 }).filter.of(records)).toEqual(records)
  expect(await unforgotten({ [ANN.replace('demo', 'other')]: at }).filter.of(records)).toBe(records)
})

test('a dead letter that has the address somewhere in its bytes, and one about nobody', async () => {
  const [[record], at] = await written('/v1/batch', { batch: [{ ...bad, anonymousId: undefined }] })
  const torn = (value: string) => ({ ...record, key: 'demo/?', value: Buffer.from(value) }) as NewRecord
  const records = [torn('{"to":ann@example.com'), torn('{')]
  expect(await unforgotten({ [ANN]: at }).filter.of(records)).toEqual([records[1]])
})

describe('Redis does not answer', () => {
  const away = new Error('away')
  let records: NewRecord[]
  let at: number
  beforeAll(async () => {
    ;[records, at] = await written('/v1/page', page)
  })
  beforeEach(() => jest.useFakeTimers({ now: 0 }))
  afterEach(() => jest.useRealTimers())

  test('records wait, and are looked at once it does', async () => {
    const { filter, redis, told } = unforgotten(away)
    expect(await filter.of(records)).toBe('away')
    redis.keys = { 'demo/v:a': at }
    expect(await filter.of(records)).toEqual([])
    expect(told).toEqual([])
  })

  test('for long: they go without a look; it is told once, and asked now and then', async () => {
    const { filter, redis, told, asked } = unforgotten(away)
    expect(await filter.of(records)).toBe('away')
    jest.advanceTimersByTime(10_000)
    for (let n = 0; n < 3; n++) expect(await filter.of(records)).toBe(records)
    expect([told, asked.length]).toEqual([['away'], 2])
    jest.advanceTimersByTime(5_000)
    expect(await filter.of(records)).toBe(records)
    expect([told, asked.length]).toEqual([['away'], 3])
    redis.keys = { 'demo/v:a': at }
    jest.advanceTimersByTime(5_000)
    expect(await filter.of(records)).toEqual([])
    expect(told).toEqual(['away', 'back'])
    redis.keys = away
    expect(await filter.of(records)).toBe('away')
  })
})
