import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_ACTIVITY, PARTITION_KEY, topicNames } from '@hotlead/contracts'
import { kafkaClient } from '@hotlead/kafka'
import { factsOf } from '@hotlead/model'
import { Installation, type RunningService, until } from '@hotlead/testkit'

/** `model publish --replay` on the real services: the past counts by the new model, and the old numbers serve meanwhile. */

const folder = mkdtempSync(join(tmpdir(), 'hotlead-recount-'))
let hot: Installation
let scorer: RunningService

const model = (pricing: string) => `
name: prices
signals:
  page-view: { type: page }
  pricing: { type: page, path: ${pricing} }
rules:
  - { signal: pricing, points: 10 }
tiers:
  - name: COLD
  - { name: HOT, announce: true, enter: { score: { atLeast: 30 } } }
`

beforeAll(async () => {
  hot = await Installation.open()
  expect((await publish('/pricing')).code).toBe(0)
  ;[scorer] = await Promise.all([hot.start('scorer'), hot.start('ingestor'), hot.start('tiering')])
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

function publish(pricing: string, ...options: string[]) {
  const file = join(folder, 'model.yaml')
  writeFileSync(file, model(pricing))
  return hot.hotlead('model', 'publish', file, ...options)
}

async function page(anonymousId: string, ...paths: string[]): Promise<void> {
  const batch = paths.map(path => ({
    type: 'page',
    anonymousId,
    properties: { url: `https://www.example.com${path}` },
  }))
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
}

async function become(anonymousId: string, email: string): Promise<void> {
  expect(await hot.post('/v1/identify', { anonymousId, traits: { email } })).toBe(200)
}

/** How often the price was looked at, of all time, by the latest snapshot of a visitor or of whoever has the address. */
async function counted(who: string): Promise<number | undefined> {
  await hot.folded()
  const snapshot = (await hot.read('scores')).findLast(({ key, decoded: { lead } }) =>
    who.includes('@') ? lead?.attributes.some(a => a.value === who) : key === `demo/${who}`,
  )
  const lead = snapshot?.decoded.lead
  const facts = lead ? factsOf(lead, 'pricing') : undefined
  return facts && facts.older + facts.buckets.reduce((sum, b) => sum + b.count, 0)
}

test('a signal that matches something else counts the past too; nobody is told of it', async () => {
  await page('ann', '/offer', '/pricing', '/offer')
  await become('ann', 'ann@example.com')
  await page('ann', '/offer')
  await page('bob', '/offer', '/a')
  await hot.folded()
  const before = new Date().toISOString()
  const done = await publish('/offer', '--replay', '--json')
  expect(done).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(done.out)).toMatchObject({
    partitions: 4,
    recount: { facts: ['pricing'], subjects: 2, gone: 0, since: expect.any(Number) },
  })
  expect([await counted('ann@example.com'), await counted('v:bob')]).toEqual([3, 1])
  const moves = (await hot.read('tiers')).map(({ decoded: t }) => [t.to, t.cause, t.announce])
  expect([moves, await hot.read('hot-leads')]).toEqual([[['HOT', 'model', false]], []])
  const gaps = async (at: string) =>
    JSON.parse((await hot.hotlead('explain', 'ann@example.com', '--at', at, '--json')).out).gaps
  expect(await gaps(before)).toContainEqual({
    kind: 'recounted',
    signal: 'pricing',
    since: expect.any(Number),
  })
  expect(await gaps(new Date().toISOString())).toEqual([])
  // From now on it counts by itself.
  await page('bob', '/offer', '/pricing')
  expect(await counted('v:bob')).toBe(2)
})

test('under load no event is lost or counted twice, whoever becomes a lead meanwhile', async () => {
  let rounds = 0
  let isDone = false
  const load = (async () => {
    for (; !isDone || rounds < 20; rounds++) {
      for (let v = 0; v < 6; v++) await page(`load-${v}`, '/a', '/pricing')
      if (rounds % 10 === 5) await become(`load-${rounds % 6}`, `load-${rounds % 6}@example.com`)
    }
  })()
  const done = await publish('/pricing', '--replay')
  isDone = true
  await load
  expect(done).toMatchObject({ code: 0, err: '' })
  let all = 0
  for (let v = 0; v < 6; v++)
    all += ((await counted(`load-${v}@example.com`)) ?? (await counted(`v:load-${v}`))) as number
  expect(all).toBe(6 * rounds)
  expect(await counted('ann@example.com')).toBe(1)
})

test('once more, for whoever forgot it the first time: the same numbers', async () => {
  expect((await publish('/offer')).code).toBe(0)
  expect(await counted('ann@example.com')).toBe(1)
  expect(await publish('/offer', '--replay')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Counted anew: [\d,]+ records of the log, which reaches back to 20/),
  })
  expect(await counted('ann@example.com')).toBe(3)
})

test('where another model is published meanwhile it says so, and not that it is the one', async () => {
  await scorer.stop()
  const late = publish('/late', '--replay')
  const early = late.then(done => {
    throw new Error(`it ended before it had prepared: ${done.err}`)
  })
  const prepared = until(
    async () => (await hot.read('activity')).at(-1)?.decoded.control?.recount?.step,
    step => step === 'prepare',
  )
  await Promise.race([prepared, early])
  early.catch(() => {})
  expect((await publish('/other')).code).toBe(0)
  scorer = await hot.start('scorer')
  expect(await late).toMatchObject({ code: 1, err: expect.stringContaining('nothing was changed') })
})

test('takes that stopped half-way are finished by whoever publishes next', async () => {
  const version = (await hot.read('models')).at(-1)?.decoded.version as string
  const step = async (partition: number, step: 'prepare' | 'take') => {
    const recount = { id: 'half', step, facts: ['pricing'] }
    const control = { workspace: 'demo', model: version, announce: false, recount }
    const value = hot.codecs.activity.encode({ ...NO_ACTIVITY, kind: 'control', control })
    await hot.produce('activity', { key: PARTITION_KEY, value, partition })
  }
  for (const partition of [0, 1, 2, 3]) await step(partition, 'prepare')
  for (const partition of [2, 3]) await step(partition, 'take')
  expect(await hot.hotlead('model', 'publish', join(folder, 'model.yaml'), '--json')).toMatchObject({
    code: 0,
  })
  const taken = (await hot.read('activity')).flatMap(({ partition, decoded: { control } }) =>
    control?.recount?.id === 'half' && control.recount.step === 'take' ? [partition] : [],
  )
  expect(taken).toEqual([0, 1, 2, 3])
})

test('of what the log lost only the rest is counted, and a visitor’s events at its lead alone', async () => {
  await deleteActivity()
  await page('ann', '/offer')
  await page('bob', '/pricing')
  await hot.folded()
  const done = await publish('{ in: [/offer, /pricing] }', '--replay', '--json')
  expect(JSON.parse(done.out).recount.gone).toBeGreaterThan(20)
  expect([await counted('ann@example.com'), await counted('v:bob')]).toEqual([1, 1])
  const { out } = await hot.hotlead(
    'leads',
    '--json',
    '--where',
    '{ count: { signal: pricing, atLeast: 1 } }',
  )
  expect(JSON.parse(out).leads).toHaveLength(2)
  // Who it is comes again, and tells no more than it did: what the log has of ann is her lead's already.
  await become('ann', 'ann@example.com')
  await page('ann', '/pricing')
  expect(await publish('/pricing', '--replay')).toMatchObject({ code: 0 })
  expect(await counted('ann@example.com')).toBe(1)
})

test('where nothing counts otherwise it says so, and the model is published', async () => {
  const file = join(folder, 'model.yaml')
  writeFileSync(file, model('/pricing').replace('points: 10', 'points: 11'))
  const done = await hot.hotlead('model', 'publish', file, '--replay')
  expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/from now on/) })
  expect(done.err).toContain('there is nothing to replay')
})

test('a recount that was given up ends with the next publication, also of the model that is active', async () => {
  const version = (await hot.read('models')).at(-1)?.decoded.version as string
  const recount = { id: 'gone', step: 'prepare' as const, facts: ['pricing'] }
  const control = { workspace: 'demo', model: version, announce: false, recount }
  const value = hot.codecs.activity.encode({ ...NO_ACTIVITY, kind: 'control', control })
  await hot.produce('activity', { key: PARTITION_KEY, value })
  await hot.folded()
  const file = join(folder, 'model.yaml')
  const again = async () => JSON.parse((await hot.hotlead('model', 'publish', file, '--json')).out)
  expect(await again()).toMatchObject({ version, partitions: 1 })
  await hot.folded()
  expect(await again()).toMatchObject({ version, partitions: 0 })
})

/** As retention does. */
async function deleteActivity(): Promise<void> {
  const admin = kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'hotlead-test' }).admin()
  await admin.connect()
  const topic = topicNames(hot.env.HOTLEAD_TOPIC_PREFIX).activity
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({
    topic,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  })
  await admin.disconnect()
}
