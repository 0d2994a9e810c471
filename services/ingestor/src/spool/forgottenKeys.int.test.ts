import { openCodecs, type Score, schemaText } from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { loadConfig } from '@hotlead/service'
import { redisKeys } from '@hotlead/stream'
import { until } from '@hotlead/testkit'
import { Stage } from '../../test/stage.ts'
import { ingestorConfig } from '../config.ts'
import { ForgottenKeys } from './forgottenKeys.ts'

/** States as the scorer keeps them, on a real Redis and registry. */
let stage: Stage
let redis: RedisClient
const opened: ForgottenKeys[] = []
beforeAll(async () => {
  stage = await Stage.open()
  redis = openRedis(stage.env.HOTLEAD_REDIS as string)
}, 240_000)
afterEach(() => {
  for (const keys of opened.splice(0)) keys.close()
})
afterAll(async () => {
  redis?.disconnect()
  await stage?.close()
})

function forgottenKeys(more: Record<string, string> = {}): ForgottenKeys {
  const keys = new ForgottenKeys(loadConfig(ingestorConfig, { ...stage.env, ...more }))
  opened.push(keys)
  return keys
}
const once = async (keys: ForgottenKeys, ...of: string[]) =>
  new Map([...(await keys.among(new Set(of)))].map(([key, { until }]) => [key, until]))
/** The same, as soon as it can tell. */
async function among(keys: ForgottenKeys, ...of: string[]): Promise<Map<string, number>> {
  const told = await until(
    () => once(keys, ...of).catch(() => undefined),
    told => told !== undefined,
  )
  return told as Map<string, number>
}
async function put(key: string, state: Buffer): Promise<void> {
  const { HOTLEAD_REDIS_PREFIX: prefix, HOTLEAD_PARTITIONS: partitions } = stage.env
  await redis.hset(
    redisKeys(prefix as string, 'scorer', partitionOf(key, Number(partitions))).state,
    key,
    state,
  )
}
const score = (until?: number): Score => ({
  offset: 1,
  clock: 2,
  model: 'm',
  cause: 'activity',
  millipoints: 3,
  contributions: [],
  lead: null,
  models: null,
  recounts: null,
  forgotten: until === undefined ? null : { until, id: 'f', recounts: ['r'] },
})

test('those that were forgotten, of many in every partition', async () => {
  const { scores } = await openCodecs(
    stage.env.HOTLEAD_REGISTRY as string,
    stage.env.HOTLEAD_TOPIC_PREFIX as string,
  )
  const all = Array.from({ length: 40 }, (_, i) => `demo/v:${i}`)
  for (const [i, key] of all.entries())
    if (i % 3 > 0) await put(key, scores.encode(score(i % 3 === 1 ? i : undefined)))
  const gone = all.flatMap((key, i): [string, number][] => (i % 3 === 1 ? [[key, i]] : []))
  const keys = forgottenKeys()
  expect(await among(keys, ...all)).toEqual(new Map(gone))
  expect(await among(keys, 'demo/v:1')).toEqual(new Map([['demo/v:1', 1]]))
  expect(await among(keys)).toEqual(new Map())
})

test('a state that a scorer of another version has written since', async () => {
  const keys = forgottenKeys()
  expect(await among(keys, 'demo/v:1')).toEqual(new Map([['demo/v:1', 1]]))
  const schema = JSON.parse(schemaText('scores'))
  schema.fields.unshift({ name: 'more', type: 'string', default: '' })
  const answer = await fetch(
    `${stage.env.HOTLEAD_REGISTRY}/subjects/${stage.env.HOTLEAD_TOPIC_PREFIX}scores-value/versions`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(schema) }),
    },
  )
  const { id } = (await answer.json()) as { id: number }
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  const { scores } = await openCodecs(
    stage.env.HOTLEAD_REGISTRY as string,
    stage.env.HOTLEAD_TOPIC_PREFIX as string,
  )
  // The field more, of one character, before all others.
  await put('demo/v:new', Buffer.concat([head, Buffer.from('\x02x'), scores.encode(score(7)).subarray(5)]))
  expect(await among(keys, 'demo/v:1', 'demo/v:new')).toEqual(
    new Map([
      ['demo/v:1', 1],
      ['demo/v:new', 7],
    ]),
  )
})

test('bytes that are no state are nobody’s, and hide nobody else', async () => {
  await put('demo/v:torn', Buffer.from('torn'))
  expect(await among(forgottenKeys(), 'demo/v:torn', 'demo/v:1')).toEqual(new Map([['demo/v:1', 1]]))
})

test('what cannot be told is no “nobody”: Redis away, the registry away, a state that is being filled again', async () => {
  const nobody = '127.0.0.1:1'
  await expect(once(forgottenKeys({ HOTLEAD_REDIS: `redis://${nobody}` }), 'demo/v:1')).rejects.toThrow()
  const unread = forgottenKeys({ HOTLEAD_REGISTRY: `http://${nobody}` })
  expect(await among(unread, 'demo/v:unknown')).toEqual(new Map())
  const began = performance.now()
  await expect(once(unread, 'demo/v:1')).rejects.toThrow(/schema registry/)
  expect(performance.now() - began).toBeLessThan(1_000)

  const keys = forgottenKeys()
  expect((await among(keys, 'demo/v:1')).size).toBe(1)
  const { HOTLEAD_REDIS_PREFIX: prefix, HOTLEAD_PARTITIONS: partitions } = stage.env
  const { pos } = redisKeys(prefix as string, 'scorer', partitionOf('demo/v:1', Number(partitions)))
  await redis.hset(pos, { stamp: 'a/1' })
  await expect(once(keys, 'demo/v:1')).rejects.toThrow(/filled again/)
})
