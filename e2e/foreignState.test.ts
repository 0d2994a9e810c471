import { topicNames } from '@hotlead/contracts'
import { hotlead, Installation, type PlainKafka, plainKafka } from '@hotlead/testkit'
import { kafkaTools, startOver } from './test/startOver.ts'
import { visit, visits } from './test/visits.ts'

/** States and logs that do not belong together: refused, left as they are, and the way out of the runbook works. */

// Servers of its own start and stop here.
jest.setTimeout(400_000)

const VISITORS = ['ann', 'bob', 'cem', 'dan', 'eve', 'fay']
let hot: Installation
let other: PlainKafka | undefined
afterEach(async () => {
  await hot.close()
  await other?.remove()
  other = undefined
})

const startAll = () => Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])

/** All that Redis holds of the installation, but for who owns it now. */
async function stateInRedis(): Promise<Map<string, unknown>> {
  const all = new Map<string, unknown>()
  for (const key of await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*`)) {
    if (!key.endsWith(':pos')) all.set(key, await hot.redis.dumpBuffer(key))
    else all.set(key, { ...(await hot.redis.hgetall(key)), stamp: '' })
  }
  return all
}

async function expectAll(count: number): Promise<void> {
  expect(await visits(hot)).toEqual(Object.fromEntries(VISITORS.map(v => [v, count])))
}

test('another Kafka, and this Redis: refused, and the owner from the right Kafka does not even notice', async () => {
  other = await plainKafka()
  hot = await Installation.open()
  const [, scorer] = await startAll()
  await visit(hot, ...VISITORS)
  await expectAll(1)
  const elsewhere = { HOTLEAD_KAFKA: other.address }
  const right = { HOTLEAD_KAFKA: hot.env.HOTLEAD_KAFKA as string }
  const apart = { ...hot.env, ...elsewhere, HOTLEAD_REDIS_PREFIX: `${hot.env.HOTLEAD_REDIS_PREFIX}b:` }
  expect(await hotlead(apart, ['setup'])).toMatchObject({ err: '', code: 0 })
  const before = await hot.redis.hgetall(`${hot.env.HOTLEAD_REDIS_PREFIX}{0}:scorer:pos`)

  Object.assign(hot.env, elsewhere)
  const sentence =
    /the state of \S+\/\d in Redis was folded from Kafka cluster \S{22}, and HOTLEAD_KAFKA leads to cluster \S{22}: .*docs\/runbook\/foreign-state\.md/
  for (const name of ['scorer', 'tiering'] as const) {
    const failure = await hot.start(name).catch(error => String(error))
    expect(failure).toMatch(/ended with 1 while starting/)
    expect(failure).toMatch(sentence)
  }
  expect((await hot.hotlead('status')).out).toMatch(/scorer .*was folded from Kafka cluster/)

  Object.assign(hot.env, right)
  const { stamp, ...kept } = await hot.redis.hgetall(`${hot.env.HOTLEAD_REDIS_PREFIX}{0}:scorer:pos`)
  expect(String(stamp).split('/')[0]).toBe(String(before.stamp).split('/')[0])
  expect(kept.cluster).toBe(before.cluster)
  await visit(hot, ...VISITORS)
  await expectAll(2)
  expect(scorer.log()).not.toContain('partition lost')
})

test('activity is deleted and created anew under running services: they stop, nothing is touched, and starting over works', async () => {
  hot = await Installation.open()
  const [ingestor, scorer, tiering] = await startAll()
  await visit(hot, ...VISITORS, ...VISITORS)
  await expectAll(2)
  const tools = await kafkaTools(hot)
  await tools.deleteTopics(topicNames(hot.env.HOTLEAD_TOPIC_PREFIX).activity)
  await tools.close()
  expect(await hot.hotlead('setup')).toMatchObject({ code: 0 })
  for (const service of [ingestor, scorer]) {
    expect(await service.exited).toBe(1)
    expect(service.log()).toMatch(/"fatal".*topic \S*activity (is gone|was deleted and created anew)/)
  }
  await tiering.exited
  const before = await stateInRedis()

  const sentence =
    /topic \S*activity was deleted and created anew \(its id was \S{22}, and is \S{22}\): .*foreign-state\.md#a-topic-was-created-anew/
  const again = await hot.start('ingestor')
  // So many that the new log is longer than the old one was.
  for (let i = 0; i < 20; i++) await visit(hot, ...VISITORS)
  await expect(hot.start('scorer')).rejects.toThrow(sentence)
  expect(await stateInRedis()).toEqual(before)
  expect(await again.stop()).toBe(0)
  // Nor does it help to empty Redis alone: snapshots name offsets of the old topic.
  const prefix = hot.env.HOTLEAD_REDIS_PREFIX as string
  hot.env.HOTLEAD_REDIS_PREFIX = `${prefix}empty:`
  await expect(hot.start('scorer')).rejects.toThrow(
    /scores\/\d was made from the topic \S*activity with id \S{22}, and \S*activity has id \S{22}/,
  )
  hot.env.HOTLEAD_REDIS_PREFIX = prefix

  await startOver(hot)
  await startAll()
  await expectAll(20)
})

test('Kafka comes back from an older disk: records that it had acknowledged are gone, and starting over works', async () => {
  other = await plainKafka()
  hot = await Installation.open({ HOTLEAD_KAFKA: other.address })
  const first = await startAll()
  await visit(hot, ...VISITORS)
  await expectAll(1)
  expect(await Promise.all(first.map(s => s.stop()))).toEqual([0, 0, 0])
  await other.stop()
  const restore = other.backup()
  await other.start()
  const second = await startAll()
  await visit(hot, ...VISITORS, ...VISITORS)
  await expectAll(3)
  expect(await Promise.all(second.map(s => s.stop()))).toEqual([0, 0, 0])
  const before = await stateInRedis()
  await other.stop()
  restore()
  await other.start()

  // Partitions refuse at once, and the first is told: of one to which nobody came, only the fence's markers are lost.
  const sentence =
    /(activity\/\d ends at \d+, but the state has folded|scores\/\d ends at \d+, but the state knows it) up to \d+.*: Kafka lost records.*docs\/runbook\/log-lost-its-end\.md/
  const failure = await hot.start('scorer').catch(error => String(error))
  expect(failure).toMatch(/ended with 1 while starting/)
  expect(failure).toMatch(sentence)
  expect((await hot.hotlead('status')).out).toMatch(/scorer .*Kafka lost records/)
  expect(await stateInRedis()).toEqual(before)

  await startOver(hot)
  await startAll()
  await expectAll(1)
  await visit(hot, ...VISITORS)
  await expectAll(2)
})
