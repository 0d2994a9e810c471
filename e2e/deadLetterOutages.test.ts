import { Codec, NO_ACTIVITY, schemaText, topicNames } from '@hotlead/contracts'
import { kafkaClient } from '@hotlead/kafka'
import { factsOf } from '@hotlead/model'
import { parsePosition, redisKeys } from '@hotlead/stream'
import { Installation, type RunningService, until } from '@hotlead/testkit'
import { FaultProxy } from '../chaos/src/faultProxy.ts'

/**
 * A server that is away is no bad event, and a bad event that cannot be put aside is not passed over: the partition waits
 * before it, and goes on where it was.
 */

let hot: Installation
let registry: FaultProxy
let redis: FaultProxy
let scorer: RunningService

beforeAll(async () => {
  hot = await Installation.open({ HOTLEAD_PARTITIONS: '1' })
  const [registryUrl, redisUrl] = [hot.env.HOTLEAD_REGISTRY, hot.env.HOTLEAD_REDIS].map(
    url => new URL(url as string),
  )
  registry = await FaultProxy.open(Number(registryUrl?.port))
  redis = await FaultProxy.open(Number(redisUrl?.port))
  const through = (url: URL | undefined, { port }: FaultProxy) => {
    const proxied = new URL(url as URL)
    proxied.port = String(port)
    return proxied.href.replace(/\/$/, '')
  }
  const more = {
    HOTLEAD_REGISTRY: through(registryUrl, registry),
    HOTLEAD_REDIS: through(redisUrl, redis),
  }
  scorer = await hot.launch('scorer', more)
  await Promise.all([scorer.ready(), hot.start('ingestor')])
})
afterAll(async () => {
  await hot?.close()
  await Promise.all([registry?.close(), redis?.close()])
})

let events = 0
/** A page view of a visitor of its own. */
function view(id: number) {
  const event = {
    id: `e${++events}`,
    type: 'page',
    name: '',
    at: Date.now(),
    timestamp: null,
    sentAt: null,
    receivedAt: Date.now(),
    anonymousId: `later-${events}`,
    userId: null,
    page: null,
    properties: {},
    traits: {},
    context: {},
    ip: null,
    userAgent: null,
    signed: true,
    source: 's',
    flags: [],
  }
  const value = new Codec('activity', id).encode({ ...NO_ACTIVITY, kind: 'event', event } as never)
  return { key: `demo/v:later-${events}`, value }
}

/** The same as a later release might write it: with a field more, which is null. */
function laterRelease(id: number) {
  const { key, value } = view(id)
  return { key, value: Buffer.concat([value, Buffer.from([0])]) }
}

/** Registers a schema that this release has not. */
async function register(field: string): Promise<number> {
  const newer = JSON.parse(schemaText('activity'))
  newer.fields.push({ name: field, type: ['null', 'string'], default: null })
  const answer = await fetch(
    `${hot.env.HOTLEAD_REGISTRY}/subjects/${hot.env.HOTLEAD_TOPIC_PREFIX}activity-value/versions`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(newer) }),
    },
  )
  return ((await answer.json()) as { id: number }).id
}

const losses = () => scorer.log().match(/partition lost, acquiring it again/g)?.length ?? 0
/** Until the partition was lost so often, or a letter shows that it was not. */
async function lostOrBuried(times: number): Promise<void> {
  await until(
    async () => losses() >= times || (await letters()).length > 0,
    is => is,
  )
}
async function next(): Promise<number> {
  const { pos } = redisKeys(hot.env.HOTLEAD_REDIS_PREFIX as string, 'scorer', 0)
  return parsePosition(await hot.redis.hgetall(pos))?.next ?? 0
}
const counted = async (key: string) =>
  (await hot.read('scores')).some(r => r.key === key && r.decoded.lead !== null)
/** Page views that count, by the hour. */
async function views(key: string): Promise<number[] | undefined> {
  const lead = (await hot.read('scores')).filter(r => r.key === key).at(-1)?.decoded.lead
  return lead ? factsOf(lead, 'page-view')?.buckets.map(b => b.count) : undefined
}
const placeOf = async (key: string) =>
  (await hot.readBytes('activity')).find(r => r.key === key)?.offset as number
const letters = async () => (await hot.readBytes('dead-letter')).filter(r => r.key !== PROBE)
const PROBE = 'probe'

test('the registry is away when a record names a schema that is new: it waits, is counted, and is never a dead letter', async () => {
  const record = laterRelease(await register('more'))
  registry.refuse(true)
  registry.cut()
  const before = losses()
  await hot.produce('activity', record)
  // Twice: having lost the partition it comes to the record again, and again it is no bad event.
  await lostOrBuried(before + 2)
  expect(await next()).toBeLessThanOrEqual(await placeOf(record.key))
  expect(await letters()).toEqual([])
  registry.heal()
  await until(
    () => counted(record.key),
    is => is,
  )
  expect(await letters()).toEqual([])
})

test('the registry hangs: the same', async () => {
  const record = laterRelease(await register('again'))
  registry.hold({ up: true, down: true })
  const before = losses()
  await hot.produce('activity', record)
  await lostOrBuried(before + 1)
  expect(await next()).toBeLessThanOrEqual(await placeOf(record.key))
  expect(await letters()).toEqual([])
  registry.heal()
  await until(
    () => counted(record.key),
    is => is,
  )
  expect(await letters()).toEqual([])
})

test('Redis is away: nothing is put aside, and all is counted when it is back', async () => {
  redis.refuse(true)
  redis.cut()
  const batch = Array.from({ length: 50 }, (_, i) => ({ type: 'page', anonymousId: `away-${i}` }))
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
  await until(
    () => fetch(`${scorer.url}/readyz`),
    answer => answer.status === 503,
  )
  expect(await letters()).toEqual([])
  redis.heal()
  await until(
    async () => (await hot.read('scores')).filter(r => r.key.startsWith('demo/v:away-')).length,
    n => n >= 50,
  )
  expect(await letters()).toEqual([])
})

describe('where a dead letter cannot be written', () => {
  const kafka = () => kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'settings' })
  /** Bytes of a batch that `dead-letter` takes. */
  async function takes(bytes: number): Promise<void> {
    const admin = kafka().admin()
    await admin.connect()
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          // A topic.
          type: 2,
          name: topicNames(hot.env.HOTLEAD_TOPIC_PREFIX)['dead-letter'],
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'max.message.bytes', value: String(bytes) },
          ],
        },
      ],
    })
    await admin.disconnect()
  }
  beforeEach(async () => {
    await takes(10)
    // The broker follows a little later.
    await until(
      () =>
        hot.produce('dead-letter', { key: PROBE, value: Buffer.alloc(100) }).then(
          () => false,
          () => true,
        ),
      refused => refused,
    )
  })
  afterEach(() => takes(2_097_152))

  test('the record waits, and what comes after it: no offset is passed over', async () => {
    const before = losses()
    const poison = { key: 'demo/v:poison', value: Buffer.from('poison') }
    await hot.produce('activity', poison)
    const { key: after, value } = view(hot.codecs.activity.id)
    await hot.produce('activity', { key: after, value })
    await until(losses, n => n >= before + 2)
    expect(await next()).toBeLessThanOrEqual(await placeOf(poison.key))
    expect(await letters()).toEqual([])
    await takes(2_097_152)
    const last = await placeOf(after)
    await until(next, n => n > last)
    expect(await views(after)).toEqual([1])
    expect((await letters()).map(l => [l.key, String(l.value)])).toEqual([['demo/v:poison', 'poison']])
  })

  test('a batch is not answered 200, and its good events count once when it is sent again', async () => {
    const good = { type: 'page', anonymousId: 'good', messageId: 'good-1' }
    const batch = [good, { type: 'track', anonymousId: 'bad', event: 7 }]
    expect(await hot.post('/v1/batch', { batch })).toBe(503)
    await takes(2_097_152)
    await until(
      () => hot.post('/v1/batch', { batch }),
      status => status === 200,
    )
    await until(
      async () => (await letters()).filter(l => l.key === 'demo/v:bad').length,
      n => n === 1,
    )
    await until(
      () => counted('demo/v:good'),
      is => is,
    )
    expect(await views('demo/v:good')).toEqual([1])
  })
})
