import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import avro from 'avsc'
import { learnSchema, openCodecs, registerSchemas, schemaText } from './index.ts'

const url = process.env.HOTLEAD_TEST_REGISTRY as string

async function setUp() {
  const prefix = `t${randomUUID().slice(0, 8)}-`
  await registerSchemas(url, prefix)
  return { prefix, subject: `${prefix}activity-value`, codec: (await openCodecs(url, prefix)).activity }
}

/** Registers by plain HTTP, as a release that is not this one would. */
async function register(subject: string, schema: string): Promise<number> {
  const answer = await fetch(`${url}/subjects/${subject}/versions`, {
    method: 'POST',
    body: JSON.stringify({ schemaType: 'AVRO', schema }),
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
  })
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { id: number }).id
}

/** A registry that says the same to everything. */
async function answering(status: number, body: object) {
  const server = createServer((_, answer) => {
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

test('what an earlier release wrote is read at once after an upgrade: its schema is learned at start', async () => {
  const prefix = `t${randomUUID().slice(0, 8)}-`
  const older = JSON.parse(schemaText('activity'))
  older.fields = older.fields.filter((f: { name: string }) => f.name !== 'tick')
  const id = await register(`${prefix}activity-value`, JSON.stringify(older))
  await registerSchemas(url, prefix)
  const { activity } = await openCodecs(url, prefix)
  expect(activity.id).not.toBe(id)
  const value = { kind: 'link', link: { lead: 'l:x', at: 1 } }
  const none = { via: null, event: null, merge: null, followUp: null, control: null }
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  const framed = Buffer.concat([head, avro.Type.forSchema(older).toBuffer({ ...none, ...value })])
  expect(activity.decode(framed)).toMatchObject({ ...value, tick: null })
})

test('a schema that is registered while we run is learned when a record names it', async () => {
  const { subject, codec } = await setUp()
  const newer = JSON.parse(schemaText('activity'))
  newer.fields.push({ name: 'more', type: ['null', 'string'], default: null })
  const id = await register(subject, JSON.stringify(newer))
  expect(await learnSchema(url, subject, codec, id)).toBe(true)
})

test('an id that the registry does not know is bad data, not an outage', async () => {
  const { subject, codec } = await setUp()
  expect(await learnSchema(url, subject, codec, 987_654)).toBe(false)
})

test('so is one whose schema cannot be read as ours', async () => {
  const { prefix, subject, codec } = await setUp()
  const id = await register(`${prefix}other-value`, '"string"')
  expect(await learnSchema(url, subject, codec, id)).toBe(false)
})

test.each([
  ['does not know our own schema either: it was emptied', 404, { error_code: 40403, message: 'not found' }],
  ['is none, but a proxy or a wrong address', 404, {}],
  ['refuses us', 401, { error_code: 401, message: 'who are you' }],
])('an outage is never bad data: the registry %s', async (_, status, body) => {
  const { subject, codec } = await setUp()
  const registry = await answering(status, body)
  try {
    await expect(learnSchema(registry.url, subject, codec, 987_654)).rejects.toThrow(/Error code/)
  } finally {
    registry.close()
  }
})
