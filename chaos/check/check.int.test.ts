import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Decoded, Installation } from '@hotlead/testkit'
import { Kafka, logLevel } from 'kafkajs'
import { FIRST, loadModel } from '../src/load/model.ts'

/** The checker on a real installation: it finds nothing where nothing is wrong, and each thing that is made wrong. */

const ROOT = `${__dirname}/../..`
const HOUR = 3_600_000

interface Verdict {
  ok: boolean
  violations: { statement: string; detail: string }[]
  counts: Record<string, number>
  seconds: number
  error?: string
}

/** The resident program. */
class Checker {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(file: string, config: object) {
    writeFileSync(file, JSON.stringify(config))
    this.#child = spawn(
      join(ROOT, 'node_modules/node/bin/node'),
      [`${ROOT}/chaos/check/main.mjs`, '--config', file],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]()
  }

  async check(): Promise<Verdict> {
    this.#child.stdin?.write('{"check":true}\n')
    return JSON.parse((await this.#lines.next()).value) as Verdict
  }

  close(): void {
    this.#child.kill()
  }
}

let hot: Installation
let checker: Checker
let acked: string
let n = 0

beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-check-'))
  acked = join(folder, 'acked.jsonl')
  checker = new Checker(join(folder, 'config.json'), {
    kafka: hot.env.HOTLEAD_KAFKA,
    redis: hot.env.HOTLEAD_REDIS,
    registry: hot.env.HOTLEAD_REGISTRY,
    topicPrefix: hot.env.HOTLEAD_TOPIC_PREFIX,
    redisPrefix: hot.env.HOTLEAD_REDIS_PREFIX,
    partitions: 4,
    acked,
    explain: 1,
  })
}, 240_000)
afterAll(async () => {
  checker?.close()
  await hot?.close()
})

async function send(batch: object[]): Promise<void> {
  const named = batch.map(e => ({ messageId: `m${n++}`, timestamp: new Date().toISOString(), ...e }))
  expect(await hot.post('/v1/batch', { batch: named })).toBe(200)
  appendFileSync(acked, named.map(e => `${JSON.stringify({ id: e.messageId, sent: 1 })}\n`).join(''))
}

const page = (anonymousId: string, path: string, more: object = {}) => ({
  type: 'page',
  anonymousId,
  properties: { path, url: `https://www.example.com${path}` },
  ...more,
})
const form = (anonymousId: string, email?: string) => ({
  type: 'track',
  event: 'Form Submitted',
  anonymousId,
  properties: email ? { email } : {},
})

const order = (anonymousId: string, total: number) => ({
  type: 'track',
  event: 'Order Completed',
  anonymousId,
  properties: { total, plan: 'enterprise' },
})

async function mixture(round: number): Promise<void> {
  for (let i = 0; i < 12; i++) {
    const v = `r${round}v${i}`
    const email = `lead${i % 5}@example.org`
    await send([page(v, '/'), page(v, '/pricing'), page(v, '/docs/x'), page(v, '/careers/a')])
    await send([page(v, '/pricing', { timestamp: new Date(Date.now() - (i + 1) * HOUR).toISOString() })])
    if (i % 3 === 0) await send([form(v, email)])
    if (i % 4 === 1)
      await send([
        { type: 'identify', anonymousId: v, traits: { email, industry: 'software', employees: i * 9 } },
      ])
    if (i % 4 === 2)
      await send([page(v, '/products/a'), page(v, '/Products/A/'), order(v, i * 30.7), order(v, i)])
    if (i % 6 === 2) await send([form(v)])
    await send([page(v, '/pricing'), page(v, '/blog/a'), page(v, '/files/x.pdf')])
    // The same event again.
    await send([page(v, '/twice', { messageId: `r${round}twice${i}` })])
    await send([page(v, '/twice', { messageId: `r${round}twice${i}` })])
  }
  const id = `f${round}`
  const status = await hot.post('/v1/leads/lead0@example.org/follow-ups', {
    id,
    channel: 'phone',
    who: 'Eve',
    result: 'continue',
  })
  expect(status).toBe(200)
  appendFileSync(acked, `${id}\n`)
}

test('nothing is wrong with a mixture of everything', async () => {
  await mixture(1)
  const first = await checker.check()
  expect(first).toMatchObject({ ok: true, violations: [] })
  await mixture(2)
  const file = join(mkdtempSync(join(tmpdir(), 'hotlead-check-')), 'model.yaml')
  writeFileSync(file, loadModel(FIRST))
  expect((await hot.hotlead('model', 'publish', file)).code).toBe(0)
  await mixture(3)
  const second = await checker.check()
  expect(second).toMatchObject({ ok: true, violations: [] })
}, 240_000)

/** What the next check says, statement by statement. */
async function statements(): Promise<string[]> {
  const { violations, error } = await checker.check()
  expect(error).toBeUndefined()
  return violations.map(v => `${v.statement} | ${v.detail}`)
}

const keyOf = (partition: number, processor: string, what: string) =>
  `${hot.env.HOTLEAD_REDIS_PREFIX}{${partition}}:${processor}:${what}`

/** A lead that waits for a timer. */
async function waiting(): Promise<{ key: string; partition: number; due: string }> {
  for (let partition = 0; partition < 4; partition++) {
    const [key, due] = (
      await hot.redis.zrange(keyOf(partition, 'tiering', 'timers'), 0, '0', 'WITHSCORES')
    ).flat()
    if (key !== undefined) return { key, partition, due: String(due) }
  }
  throw new Error('nobody waits')
}

describe('what is changed in Redis is named until it is put right', () => {
  let lead: Awaited<ReturnType<typeof waiting>>
  let state: string
  beforeAll(async () => {
    lead = await waiting()
    state = keyOf(lead.partition, 'scorer', 'state')
  })
  afterEach(async () => expect(await statements()).toEqual([]))

  /** What is said while a field of a hash holds other bytes (null: is not there); they are put back whatever comes. */
  async function saidWith(hash: string, field: string, bytes: Buffer | null): Promise<string[]> {
    const good = await hot.redis.hgetBuffer(hash, field)
    const put = (value: Buffer | null) =>
      value ? hot.redis.hset(hash, field, value) : hot.redis.hdel(hash, field)
    await put(bytes)
    try {
      return await statements()
    } finally {
      await put(good)
    }
  }

  test('another lead’s bytes', async () => {
    const others = Object.entries(await hot.redis.hgetallBuffer(state))
    const [, other] = others.find(([key]) => key !== lead.key && key !== '#') as [string, Buffer]
    const [said, ...more] = await saidWith(state, lead.key, other)
    expect(said).toMatch(/^G2 .*at rest, Redis equals the pure fold/)
    expect(said).toContain(lead.key)
    // The command line explains what Redis holds, if this lead is its sample.
    expect(more.every(s => s.startsWith('explanations'))).toBe(true)
  })

  test('a lead that is gone', async () => {
    const said = await saidWith(state, lead.key, null)
    expect(said[0]).toMatch(/^G2 .*expected in Redis, not found/)
  })

  test('a lead that never was', async () => {
    const bytes = await hot.redis.hgetBuffer(state, lead.key)
    const said = await saidWith(state, 'demo/v:ghost', bytes)
    expect(said[0]).toMatch(/^G2 .*the log knows nothing of it/)
  })

  test('a timer that is gone', async () => {
    const timers = keyOf(lead.partition, 'tiering', 'timers')
    await hot.redis.zrem(timers, lead.key)
    const said = await statements().finally(() => hot.redis.zadd(timers, lead.due, lead.key))
    expect(said).toEqual([expect.stringMatching(/^G2 .*its timer is missing/)])
  })

  test('a standing that is gone, and its place in the list', async () => {
    const said = await saidWith(keyOf(lead.partition, 'tiering', 'state'), lead.key, null)
    expect(said[0]).toMatch(/^G2 .*Redis has nothing of it/)
  })
})

describe('what is added to the topics is named by the check that reads it', () => {
  const kafka = () =>
    new Kafka({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'tamper', logLevel: logLevel.NOTHING })
  const topic = (name: string) => `${hot.env.HOTLEAD_TOPIC_PREFIX}${name}`

  async function append(
    name: string,
    partition: number,
    record: { key: string; value: Buffer; headers?: object },
  ): Promise<void> {
    const producer = kafka().producer()
    await producer.connect()
    await producer.send({ topic: topic(name), messages: [{ ...record, partition } as never] })
    await producer.disconnect()
  }

  /** A move more than the latest of some lead. */
  async function oneMore(): Promise<{ partition: number; key: string; value: Buffer; headers: object }> {
    const moves = await hot.read('tiers')
    const { decoded: last, key, partition, headers } = moves.at(-1) as Decoded<'tiers'>
    const number = last.number + 1
    const next = { ...last, number, from: last.to, to: last.from, announce: false, cause: 'model' as const }
    return {
      partition,
      key,
      value: hot.codecs.tiers.encode(next),
      headers: { ...headers, ce_id: `${key}#${number}` },
    }
  }

  let events: Decoded<'activity'>[]
  beforeAll(async () => {
    // Before the poison, which nobody could read here.
    events = await hot.read('activity')
  })

  test('a poison is a dead letter, and nothing is wrong with that', async () => {
    await append('activity', 1, { key: 'demo/v:r1v1', value: Buffer.from('not Avro') })
    const verdict = await checker.check()
    expect(verdict.violations).toEqual([])
    expect(verdict.counts).toMatchObject({ poison: 1, deadLetters: 1 })
  })

  test('a dead letter of a good record', async () => {
    await append('dead-letter', 0, {
      key: 'x',
      value: Buffer.from('x'),
      headers: {
        'dlq-step': 'scorer.decode',
        'dlq-topic': topic('activity'),
        'dlq-partition': '0',
        'dlq-offset': '1',
      },
    })
    expect(await statements()).toEqual([
      expect.stringMatching(/^a poison record .*a record that can be read/),
    ])
  })

  test('an announcement that is there twice', async () => {
    const events = await hot.read('hot-leads')
    const { partition, key, value, headers } = events.at(-1) as Decoded<'hot-leads'>
    await append('hot-leads', partition, { key, value: value as Buffer, headers: headers as object })
    const said = await statements()
    expect(said).toEqual([
      expect.stringMatching(/^G4 every HOT event .*read .*committed.*it is there already/),
      expect.stringMatching(/^G4 every HOT event .*read .*committed.*it is there already/),
    ])
  })

  test('a transition in a transaction that was aborted: only some readers see it', async () => {
    const { partition, ...record } = await oneMore()
    const producer = kafka().producer({
      transactionalId: topic('tamper'),
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    const transaction = await producer.transaction()
    const twice = { ...record, headers: { ...record.headers, ce_id: 'other' } }
    await transaction.send({ topic: topic('tiers'), messages: [{ ...twice, partition } as never] })
    await transaction.abort()
    await producer.disconnect()
    const said = await statements()
    expect(said).toContainEqual(expect.stringMatching(/^readers of both isolation levels/))
    expect(said).toContainEqual(expect.stringMatching(/^G4 per lead.*read uncommitted.*its ce_id is other/))
    expect(said.some(s => s.includes('(read committed)'))).toBe(false)
  })

  test('a transition that repeats one', async () => {
    const moves = await hot.read('tiers')
    const { partition, key, value, headers } = moves.at(0) as Decoded<'tiers'>
    await append('tiers', partition, { key, value: value as Buffer, headers: headers as object })
    const said = await statements()
    for (const reader of ['read committed', 'read uncommitted'])
      expect(said).toContainEqual(
        expect.stringMatching(new RegExp(`^G4 per lead.*${reader}.*it is there already`)),
      )
  })

  test('a record that no visitor sent on', async () => {
    const some = events.find(e => e.decoded.event && e.key.startsWith('demo/l:')) as Decoded<'activity'>
    const value = hot.codecs.activity.encode({
      ...some.decoded,
      event: { ...(some.decoded.event as NonNullable<typeof some.decoded.event>), id: 'forged' },
      via: { visitor: 'v:nobody', offset: 1 },
    })
    await append('activity', some.partition, { key: some.key, value })
    expect(await statements()).toContainEqual(
      expect.stringMatching(/^merges and what visitors send on.*it never did/),
    )
  })

  test('an acknowledged event that never arrived', async () => {
    appendFileSync(acked, `${JSON.stringify({ id: 'lost', sent: 1 })}\n`)
    expect(await statements()).toContainEqual(expect.stringMatching(/^G1 .*the event lost was acknowledged/))
  })
})
