import { type Activity, Codec, type Forgotten, leadSubject } from '@hotlead/contracts'
import { type MemoryEdge, memoryEdge } from '../../test/memoryEdge.ts'
import type { NewRecord, Sent } from '../sink.ts'
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
  const state = { keys, kafka: 'acked' as Sent }
  const log: NewRecord[] = []
  const unforgotten = new Unforgotten({
    keys: {
      async among(some) {
        asked.push([...some])
        if (state.keys instanceof Error) throw state.keys
        const known = Object.entries(state.keys).filter(([key]) => some.has(key))
        return new Map(
          known.map(([key, until]): [string, Forgotten] => [key, { until, id: 'f', recounts: [] }]),
        )
      },
      close() {},
    },
    async submit(records) {
      if (state.kafka === 'acked') log.push(...records)
      return state.kafka
    },
    codec,
    deadLetter: 'dead-letter',
    secret: SECRET,
    observe: {
      replayed: n => told.push(`${n} replayed`),
      erased: n => n > 0 && told.push(`${n} erased`),
      blind: error => told.push(error.message),
      seeing: () => told.push('seeing'),
    },
  })
  return { send: (records: NewRecord[]) => unforgotten.send(records), told, asked, state, log }
}
/** What goes to Kafka while these are forgotten. */
async function left(keys: Record<string, number>, records: NewRecord[]): Promise<NewRecord[]> {
  const { send, log } = unforgotten(keys)
  expect(await send(records)).toBe(log.length > 0 ? 'acked' : 'erased')
  return log
}

const page = { type: 'page', anonymousId: 'a' }
test('where nobody was forgotten, all of them, as they are; who is in several is asked for once', async () => {
  const [records] = await written('/v1/batch', { batch: [page, page, { ...page, anonymousId: 'b' }] })
  const { send, asked, log, told } = unforgotten({})
  expect(await send(records)).toBe('acked')
  expect([asked, log, told]).toEqual([[['demo/v:a', 'demo/v:b']], records, ['3 replayed']])
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
    expect(await left({ [ANN]: at }, records)).toEqual(records.filter(r => r !== own[0]))
    expect(await left({ [ANN]: at - 1 }, records)).toEqual(records)
    expect(await left({ [ANN.replace('demo', 'other')]: at }, records)).toEqual(records)
  },
)

test('what is no record of ours, or no event, stays', async () => {
  const [requests, at] = await written('/v1/outcomes', { lead: 'ann@example.com', outcome: 'won' })
  const records = [...requests, { topic: 'activity', key: ANN, value: Buffer.from([9]) }]
  expect(records.map(r => r.key)).toEqual([ANN, ANN])
  expect(await left({ [ANN]: at }, records)).toEqual(records)
})

const bad = { ...byAnn, event: 7 }
test.each<[string, string, object | string]>([
  ['about the lead', '/v1/batch', { batch: [bad] }],
  ['that the lead has sent', '/v1/batch', { batch: [{ ...bad, properties: { email: 'bob@example.com' } }] }],
])('a dead letter %s', async (_, path, body) => {
  const [records, at] = await written(path, body)
  expect(records.map(r => [r.topic, r.key])).toEqual([['dead-letter', 'demo/v:z']])
  expect(await left({ [ANN]: at }, records)).toEqual([])
  expect(await left({ [ANN]: at - 1 }, records)).toEqual(records)
  expect(await left({ [ANN.replace('demo', 'other')]: at }, records)).toEqual(records)
})

test('a dead letter that has the address somewhere in its bytes, and one about nobody', async () => {
  const [[record], at] = await written('/v1/batch', { batch: [{ ...bad, anonymousId: undefined }] })
  const torn = (value: string) => ({ ...record, key: 'demo/?', value: Buffer.from(value) }) as NewRecord
  const records = [torn('{"to":ann@example.com'), torn('{')]
  expect(await left({ [ANN]: at }, records)).toEqual([records[1]])
})

test('a run of what may stand in an address, as long as a batch, takes no time', async () => {
  const [[record], at] = await written('/v1/batch', { batch: [{ ...bad, anonymousId: undefined }] })
  for (const run of ['a', '~', 'ä', '.', '%61', '@', 'a@']) {
    const value = Buffer.from(`{${run.repeat(500_000 / run.length)}`)
    const began = performance.now()
    await left({ [ANN]: at }, [{ ...record, key: 'demo/?', value } as NewRecord])
    expect(performance.now() - began).toBeLessThan(1_000)
  }
})

test('of several some go: both are counted; what Kafka does not take is counted as neither', async () => {
  const [records, at] = await written('/v1/batch', { batch: [page, { ...page, anonymousId: 'b' }] })
  const { send, told, state } = unforgotten({ 'demo/v:a': at })
  state.kafka = 'unavailable'
  expect([await send(records), told]).toEqual(['unavailable', []])
  state.kafka = 'acked'
  expect([await send(records), told]).toEqual(['acked', ['1 replayed', '1 erased']])
})

describe('nobody can tell', () => {
  const away = new Error('away')
  let records: NewRecord[]
  let at: number
  let now: number
  beforeAll(async () => {
    ;[records, at] = await written('/v1/page', page)
  })
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 })
    now = 0
  })
  afterEach(() => jest.useRealTimers())
  const second = (seconds: number) => {
    jest.advanceTimersByTime((seconds - now) * 1_000)
    now = seconds
  }

  test('records wait, and are looked at once it does', async () => {
    const { send, state, told, log } = unforgotten(away)
    expect(await send(records)).toBe('unavailable')
    state.keys = { 'demo/v:a': at }
    expect(await send(records)).toBe('erased')
    expect([told, log]).toEqual([['1 erased'], []])
    state.keys = away
    second(11)
    expect(await send(records)).toBe('unavailable')
  })

  test('for ten seconds: they go without a look, which is told once', async () => {
    const { send, state, told } = unforgotten(away)
    expect(await send(records)).toBe('unavailable')
    second(9)
    expect(await send(records)).toBe('unavailable')
    second(10)
    for (let n = 0; n < 3; n++) expect(await send(records)).toBe('acked')
    expect(told.splice(0)).toEqual(['1 replayed', 'away', '1 replayed', '1 replayed'])
    state.keys = { 'demo/v:a': at }
    expect(await send(records)).toBe('erased')
    expect(told.splice(0)).toEqual(['1 erased'])
    // It comes and goes: they do not wait again and again.
    state.keys = away
    second(15)
    expect(await send(records)).toBe('acked')
    state.keys = {}
    second(45)
    expect(await send(records)).toBe('acked')
    expect(told).toEqual(['1 replayed', 'seeing', '1 replayed'])
    state.keys = away
    expect(await send(records)).toBe('unavailable')
  })

  test('of the ten seconds none is spent while Kafka takes nothing itself', async () => {
    const { send, state, told, log } = unforgotten(away)
    state.kafka = 'unavailable'
    for (let n = 0; n < 60; n++) {
      second(n)
      expect(await send(records)).toBe('unavailable')
    }
    state.kafka = 'acked'
    expect(await send(records)).toBe('unavailable')
    state.keys = { 'demo/v:a': at }
    expect(await send(records)).toBe('erased')
    expect(log).toEqual([])
    state.keys = away
    second(90)
    expect(await send(records)).toBe('unavailable')
    expect(told).toEqual(['1 erased'])
  })

  test('what names nobody does not ask, and says nothing of it', async () => {
    const { send, asked, told } = unforgotten(away)
    const [[letter]] = await written('/v1/batch', { batch: [{ ...page, anonymousId: undefined }] })
    jest.useFakeTimers({ now: 0 })
    expect(letter?.key).toBe('demo/?')
    expect(await send(records)).toBe('unavailable')
    second(10)
    expect(await send([letter as NewRecord])).toBe('acked')
    expect(await send(records)).toBe('acked')
    expect([asked.length, told]).toEqual([2, ['1 replayed', '1 replayed', 'away']])
  })
})
