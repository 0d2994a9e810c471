import { randomUUID } from 'node:crypto'
import { ensureTopics, kafkaClient, PartitionReader } from '@hotlead/kafka'
import { openRedis } from '@hotlead/redis'
import { add, counter, counterTopology, lamp, lampTopology } from '../test/toys.ts'
import { type Running, redisKeys, runProcessor } from './index.ts'

/** The kernel on a real Kafka and a real Redis, with processors small enough to be sure of the right answer. */

const kafka = kafkaClient({ brokers: [process.env.HOTLEAD_TEST_KAFKA as string], clientId: 'stream-test' })
const redis = openRedis(process.env.HOTLEAD_TEST_REDIS as string)
const PARTITIONS = 2
const silent = { debug() {}, info() {}, warn() {}, error() {} }

async function setting() {
  const prefix = `t${randomUUID().slice(0, 8)}-`
  const names = {
    adds: `${prefix}adds`,
    counts: `${prefix}counts`,
    switches: `${prefix}switches`,
    lit: `${prefix}lit`,
  }
  const stamped = { 'message.timestamp.type': 'LogAppendTime' }
  const topics = Object.entries(names).map(([name, full]) => ({
    name: full,
    partitions: PARTITIONS,
    config: name === 'adds' ? stamped : {},
  }))
  expect(
    await ensureTopics(
      kafka,
      [...topics, { name: `${prefix}dead`, partitions: PARTITIONS, config: {} }],
      true,
    ),
  ).toEqual([])
  const common = {
    kafka,
    redis,
    redisPrefix: prefix,
    deadLetter: `${prefix}dead`,
    partitions: PARTITIONS,
    compactionLag: 1e9,
    log: silent,
  }
  const running: Running[] = []
  const fatal: Error[] = []
  const onFatal = (error: Error) => void fatal.push(error)
  return {
    prefix,
    names,
    fatal,
    async startCounter() {
      const topology = { ...counterTopology, source: names.adds, changelog: names.counts }
      const r = await runProcessor({
        ...common,
        processor: counter,
        topology,
        groupId: `${prefix}counter`,
        sessionTimeout: 10_000,
        onFatal,
      })
      running.push(r)
      return r
    },
    async startLamp() {
      const projection = {
        ...(lampTopology.projection as NonNullable<typeof lampTopology.projection>),
        topic: names.lit,
      }
      const topology = { ...lampTopology, source: names.counts, changelog: names.switches, projection }
      const r = await runProcessor({
        ...common,
        processor: lamp,
        topology,
        groupId: `${prefix}lamp`,
        sessionTimeout: 10_000,
        onFatal,
      })
      running.push(r)
      return r
    },
    async stop() {
      await Promise.all(running.map(r => r.stop()))
    },
    async states(): Promise<Record<string, { sum: number }>> {
      const all: Record<string, { sum: number }> = {}
      for (let p = 0; p < PARTITIONS; p++) {
        for (const [key, value] of Object.entries(await redis.hgetall(redisKeys(prefix, 'counter', p).state)))
          if (key !== '#') all[key] = JSON.parse(value)
      }
      return all
    },
    async read(topic: string) {
      const reader = new PartitionReader(kafka)
      const found: { key: string; value: Record<string, unknown> }[] = []
      for (let p = 0; p < PARTITIONS; p++) {
        const end = (await reader.offsets(topic, [p], 'end')).get(p) as number
        for await (const chunk of reader.read(topic, p, 0, end))
          for (const r of chunk) found.push({ key: r.key, value: JSON.parse(String(r.value)) })
      }
      await reader.close()
      return found
    },
  }
}

/** Polls until it holds; the time limit is the test's own. */
async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function feed(topic: string, keys: number, rounds: number): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  for (let i = 0; i < rounds; i++)
    await producer.send({
      topic,
      acks: -1,
      messages: Array.from({ length: keys }, (_, k) => add(`k${k}`, 1)),
    })
  await producer.disconnect()
}

const sums = (states: Record<string, { sum: number }>) => Object.values(states).map(s => s.sum)

afterAll(() => redis.disconnect())

test('folds, publishes and switches off by ticks when nothing more comes', async () => {
  const s = await setting()
  await s.startCounter()
  await s.startLamp()
  await feed(s.names.adds, 5, 12)
  const counted = await until(s.states, x => Object.keys(x).length === 5 && sums(x).every(n => n === 12))
  expect(sums(counted)).toEqual([12, 12, 12, 12, 12])
  const switched = await until(
    () => s.read(s.names.switches),
    x => x.filter(v => !v.value.on).length === 5,
  )
  const numbers = switched.filter(v => v.key === 'k0').map(v => [v.value.number, v.value.on])
  expect(numbers).toEqual([
    [1, true],
    [2, false],
  ])
  expect((await s.read(s.names.lit)).map(v => v.key).sort()).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
  expect(s.fatal).toEqual([])
  await s.stop()
})

test('members that come and go lose nothing and count nothing twice', async () => {
  const s = await setting()
  const first = await s.startCounter()
  await s.startLamp()
  const feeding = feed(s.names.adds, 20, 150)
  const second = await s.startCounter()
  await until(
    async () => second.notReady(),
    reason => reason === undefined,
  )
  await first.stop()
  const third = await s.startCounter()
  await until(
    async () => third.notReady(),
    reason => reason === undefined,
  )
  await feeding
  await until(s.states, x => Object.keys(x).length === 20 && sums(x).every(n => n >= 150))
  expect(new Set(sums(await s.states()))).toEqual(new Set([150]))
  const lit = await s.read(s.names.lit)
  expect(new Set(lit.map(v => `${v.key}#${v.value.number}`)).size).toBe(lit.length)
  await s.stop()
})

test('a Redis that comes back empty under load heals to the same sums, and nobody is told twice', async () => {
  const s = await setting()
  await s.startCounter()
  await s.startLamp()
  await feed(s.names.adds, 20, 40)
  await until(s.states, x => Object.keys(x).length === 20 && sums(x).every(n => n === 40))
  const feeding = feed(s.names.adds, 20, 60)
  const keys = await redis.keys(`${s.prefix}*`)
  await redis.unlink(...keys)
  await feeding
  await until(s.states, x => Object.keys(x).length === 20 && sums(x).every(n => n >= 100))
  expect(new Set(sums(await s.states()))).toEqual(new Set([100]))
  const lit = await s.read(s.names.lit)
  expect(new Set(lit.map(v => `${v.key}#${v.value.number}`)).size).toBe(lit.length)
  const perKey = Object.groupBy(await s.read(s.names.switches), v => v.key)
  for (const list of Object.values(perKey))
    expect(list?.map(v => v.value.number)).toEqual(list?.map((_, i) => i + 1))
  await s.stop()
})

test('poison goes to dead-letter byte for byte, and what follows it is folded', async () => {
  const s = await setting()
  await s.startCounter()
  const producer = kafka.producer()
  await producer.connect()
  const bytes = Buffer.from([0xff, 0x00, 0x7b])
  const headers = { mine: ['yes', Buffer.from([0xfe]), ''] }
  // No text, text with the very character that decoding puts for what is none, and no key at all.
  const keys = [Buffer.from([0x6b, 0xff]), Buffer.from('k\ufffd'), null]
  const poison = keys.map(key => ({ key, value: bytes, headers, partition: 0 }))
  await producer.send({ topic: s.names.adds, messages: [...poison, { ...add('k0', 1), partition: 0 }] })
  await producer.disconnect()
  await until(s.states, x => x.k0?.sum === 1)
  const reader = new PartitionReader(kafka)
  const dead = []
  for (let p = 0; p < PARTITIONS; p++) {
    const end = (await reader.offsets(`${s.prefix}dead`, [p], 'end')).get(p) as number
    for await (const chunk of reader.read(`${s.prefix}dead`, p, 0, end)) dead.push(...chunk)
  }
  expect(dead.map(r => r.keyBytes)).toEqual(keys)
  for (const [i, { value, headers }] of dead.entries()) {
    expect(value).toEqual(bytes)
    expect(headers).toEqual({
      mine: [Buffer.from('yes'), Buffer.from([0xfe]), Buffer.from('')],
      'dlq-reason': Buffer.from('undecodable'),
      'dlq-detail': Buffer.from('Unexpected token \'\ufffd\', "\ufffd\u0000{" is not valid JSON'),
      'dlq-step': Buffer.from('counter.decode'),
      'dlq-timestamp': expect.any(Buffer),
      'dlq-topic': Buffer.from(s.names.adds),
      'dlq-partition': Buffer.from('0'),
      'dlq-offset': Buffer.from(String(i)),
    })
  }
  await reader.close()
  await s.stop()
})
