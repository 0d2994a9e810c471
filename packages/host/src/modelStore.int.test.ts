import { randomUUID } from 'node:crypto'
import { Codec, keyOf, openCodecs, type PublishedModel, registerSchemas, types } from '@hotlead/contracts'
import { ensureTopics, FencedProducer, kafkaClient } from '@hotlead/kafka'
import { RefusedError } from '@hotlead/stream'
import { ModelStore, recoverRecord, UnknownModelError } from './index.ts'

const SOURCE = `name: a
signals: { view: { type: page } }
rules: [{ signal: view, points: 1 }]
tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 1 } } }]
`

/** A store on a `models` topic of its own, and what writes into it. */
async function open() {
  const registry = process.env.HOTLEAD_TEST_REGISTRY as string
  const prefix = `t${randomUUID().slice(0, 8)}-`
  const topic = `${prefix}models`
  const kafka = kafkaClient({
    brokers: [process.env.HOTLEAD_TEST_KAFKA as string],
    clientId: 'model-store-test',
  })
  await ensureTopics(kafka, [{ name: topic, partitions: 1, config: {} }], true)
  await registerSchemas(registry, prefix)
  const codecs = await openCodecs(registry, prefix)
  const store = new ModelStore({ kafka, topic, codec: codecs.models, registry })
  const producer = await FencedProducer.fence(kafka, prefix, [{ topic, partition: 0 }])
  const write = (version: string, value: Buffer) =>
    producer.send({ topic, partition: 0, records: [{ key: keyOf('demo', version), value }] })
  return {
    store,
    registry,
    topic,
    write,
    publish: (version: string, source: string) =>
      write(version, codecs.models.encode(published(version, source))),
    recover: recoverRecord({
      registry,
      topic: `${prefix}activity`,
      codec: codecs.activity as never,
      models: store,
    }),
    close: () => Promise.all([store.close(), producer.close()]),
  }
}
const published = (version: string, source: string): PublishedModel => ({
  workspace: 'demo',
  version,
  name: 'a',
  source,
  publishedAt: 1,
  activations: [1],
  recounts: [],
})

test('a model that was published after the start is found when a record names it; one that never was is bad data', async () => {
  const t = await open()
  await t.store.refresh()
  await t.publish('v1', SOURCE)
  expect(() => t.store.need('v1')).toThrow(UnknownModelError)
  expect(await t.recover(new UnknownModelError('v1'))).toBe(true)
  expect(t.store.need('v1').name).toBe('a')
  expect(await t.recover(new UnknownModelError('never'))).toBe(false)
  await t.close()
})

test('a published model that this version cannot read stops the process, and only once something names it', async () => {
  const t = await open()
  await t.publish('v2', `${SOURCE}future: true\n`)
  await t.write('v3', Buffer.from('no Avro'))
  await t.publish('v1', SOURCE)
  await t.store.refresh()
  expect(t.store.get('v1')).toBeDefined()
  const sentence =
    /^model version v2 is in the topic \S+models, but .* cannot read it \(.*future.*\): upgrade/
  for (const ask of [() => t.store.get('v2'), () => t.store.need('v2')]) {
    expect(ask).toThrow(RefusedError)
    expect(ask).toThrow(sentence)
  }
  expect(() => t.store.get('v3')).toThrow(RefusedError)
  await expect(t.recover(new UnknownModelError('v2'))).rejects.toThrow(RefusedError)
  await expect(t.recover(new RefusedError('as decode threw it'))).rejects.toThrow('as decode threw it')
  await t.close()
})

test('published again, a damaged model is read', async () => {
  const t = await open()
  await t.write('v1', Buffer.from('no Avro'))
  await t.store.refresh()
  expect(() => t.store.get('v1')).toThrow(RefusedError)
  await t.publish('v1', SOURCE)
  await t.store.refresh()
  expect(t.store.get('v1')).toBeDefined()
  await t.close()
})

test('a model under a schema that was registered after the start is read', async () => {
  const t = await open()
  const schema = types.models.schema({ exportAttrs: true }) as { fields: object[] }
  schema.fields.push({ name: 'more', type: ['null', 'string'], default: null })
  const answer = await fetch(`${t.registry}/subjects/${t.topic}-value/versions`, {
    method: 'POST',
    body: JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(schema) }),
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
  })
  const { id } = (await answer.json()) as { id: number }
  const value = new Codec<PublishedModel>('models', id).encode(published('v1', SOURCE))
  await t.write('v1', Buffer.concat([value, Buffer.from([0])]))
  await t.store.refresh()
  expect(t.store.get('v1')).toBeDefined()
  await t.close()
})
