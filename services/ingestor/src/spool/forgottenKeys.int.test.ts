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

/** Once it has its connection. */
async function forgottenKeys(more: Record<string, string> = {}): Promise<ForgottenKeys> {
  const keys = new ForgottenKeys(loadConfig(ingestorConfig, { ...stage.env, ...more }))
  opened.push(keys)
  const answers = () =>
    among(keys, 'demo/v:unknown').then(
      () => true,
      () => false,
    )
  await until(answers, is => is)
  return keys
}
const among = async (keys: ForgottenKeys, ...of: string[]) =>
  new Map([...(await keys.among(new Set(of)))].map(([key, { until }]) => [key, until]))
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
  const keys = await forgottenKeys()
  expect(await among(keys, ...all)).toEqual(new Map(gone))
  expect(await among(keys, 'demo/v:1')).toEqual(new Map([['demo/v:1', 1]]))
  expect(await among(keys)).toEqual(new Map())
})

test('a state that a scorer of another version has written since', async () => {
  const keys = await forgottenKeys()
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

test('what cannot be told is no “nobody”: Redis away, the registry away, bytes that are no state', async () => {
  const nobody = '127.0.0.1:1'
  const away = new ForgottenKeys(
    loadConfig(ingestorConfig, { ...stage.env, HOTLEAD_REDIS: `redis://${nobody}` }),
  )
  opened.push(away)
  await expect(among(away, 'demo/v:1')).rejects.toThrow()
  const unread = await forgottenKeys({ HOTLEAD_REGISTRY: `http://${nobody}` })
  await expect(among(unread, 'demo/v:1')).rejects.toThrow(/schema registry/)
  await put('demo/v:torn', Buffer.from('torn'))
  await expect(among(await forgottenKeys(), 'demo/v:torn')).rejects.toThrow(/wire format/)
})
