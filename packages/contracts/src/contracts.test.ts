import { readFileSync } from 'node:fs'
import avro from 'avsc'
import fc from 'fast-check'
import {
  Codec,
  hashId,
  isPlaceholder,
  keyOf,
  leadSubject,
  schemaText,
  splitKey,
  standingCodec,
  types,
  UndecodableError,
} from './index.ts'
import { typescriptOf } from './typescript.ts'

test('generated/types.ts is what the schemas give: run `npx pnpm generate` where this fails', () => {
  const file = readFileSync(new URL('generated/types.ts', `file://${__filename}`), 'utf8')
  expect(file).toBe(typescriptOf(types))
})

test.each(Object.keys(types) as (keyof typeof types)[])('the schema of %s stands alone', name => {
  expect(() => avro.Type.forSchema(JSON.parse(schemaText(name)))).not.toThrow()
})

test.each(Object.keys(types) as (keyof typeof types)[])('any %s survives the wire', name => {
  const codec = new Codec(name, 7)
  for (let i = 0; i < 50; i++) {
    const value = types[name].random()
    expect(types[name].toString(codec.decode(codec.encode(value as never)))).toBe(types[name].toString(value))
  }
})

test('bytes that are not framed, or by an unknown schema, say so', () => {
  const codec = new Codec('tiers', 7)
  expect(() => codec.decode(Buffer.from('{"a":1}'))).toThrow(/not in the Confluent wire format/)
  const other = new Codec('tiers', 9).encode(types.tiers.random() as never)
  const error = catching(() => codec.decode(other))
  expect(error).toBeInstanceOf(UndecodableError)
  expect(error).toMatchObject({ schemaId: 9 })
  expect(() => codec.decode(Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from([1, 2])]))).toThrow(
    UndecodableError,
  )
})

test('a record of an older schema is read with the new fields’ defaults', () => {
  const older = JSON.parse(schemaText('activity'))
  older.fields = older.fields.filter((f: { name: string }) => f.name !== 'tick')
  const writer = avro.Type.forSchema(older)
  const body = writer.toBuffer({
    kind: 'link',
    via: null,
    event: null,
    link: { lead: 'l:x', at: 1 },
    merge: null,
    followUp: null,
    control: null,
  })
  const codec = new Codec('activity', 2)
  codec.learn(1, JSON.stringify(older))
  expect(codec.decode(Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body]))).toMatchObject({
    kind: 'link',
    tick: null,
    link: { lead: 'l:x' },
  })
})

test('a schema that cannot be read as ours is learned as such: its records say why they are bad', () => {
  const codec = new Codec('activity', 2)
  expect(codec.learn(1, '"string"')).toBe(false)
  expect(codec.learn(3, 'no schema')).toBe(false)
  const error = catching(() => codec.decode(Buffer.from([0, 0, 0, 0, 1, 0])))
  expect(error).toMatchObject({ code: 'undecodable', schemaId: undefined })
  expect(String(error)).toMatch(/activity: schema id 1 cannot be read as ours: ./)
})

test('the schema of standing has its id; where this fails, do as standing.ts says, then put the new id here', () => {
  expect(standingCodec([]).id).toBe(0x2b141be8)
})

test('a standing of an earlier schema is read with the new fields’ defaults, and misread by nobody who does not know it', () => {
  const older = JSON.parse(schemaText('standing'))
  older.fields = older.fields.filter((f: { name: string }) => f.name !== 'wakeAt')
  const earlier = JSON.stringify(older)
  const writer = avro.Type.forSchema(older)
  const head = Buffer.concat([Buffer.from([0]), writer.fingerprint('md5').subarray(0, 4)])
  const state = { offset: 5, source: 4, tier: 'HOT', number: 2, since: 1, left: [], snapshot: null }
  const bytes = Buffer.concat([head, writer.toBuffer(state)])
  expect(standingCodec([earlier]).decode(bytes)).toMatchObject({ ...state, wakeAt: null })
  expect(() => standingCodec([]).decode(bytes)).toThrow(UndecodableError)
})

test.each(['', ' ', '0', 'NULL', 'Undefined', 'NaN', '[object Object]', ' anonymous ', 'Guest'])(
  '%p names nobody',
  id => {
    expect(isPlaceholder(id)).toBe(true)
  },
)

test.each(['u-1', '10', 'ann@example.com'])('%p names somebody', id => {
  expect(isPlaceholder(id)).toBe(false)
})

test('a lead is the same under any spelling of its address, another under another secret, and shows no address', () => {
  const a = leadSubject('secret', { email: 'Ann@Example.com ' })
  expect(a).toBe(leadSubject('secret', { email: 'ann@example.com' }))
  expect(a).not.toBe(leadSubject('other', { email: 'ann@example.com' }))
  expect(a).not.toBe(leadSubject('secret', { userId: 'ann@example.com' }))
  expect(a).toMatch(/^l:[\w-]{22}$/)
})

test('a key splits where it was joined, whatever the subject holds', () => {
  fc.assert(
    fc.property(fc.string(), subject => {
      expect(splitKey(keyOf('demo', subject))).toEqual({ workspace: 'demo', subject })
    }),
  )
})

test('ids hash to 53 bits without collisions among 100,000', () => {
  const seen = new Set<number>()
  for (let i = 0; i < 100_000; i++) seen.add(hashId(`id-${i}`))
  expect(seen.size).toBe(100_000)
  expect(Math.max(...[...seen].slice(0, 1000))).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
})

function catching(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('standings that Redis holds from before forgetting are read', () => {
  const { fields, ...rest } = JSON.parse(schemaText('standing'))
  const before = { ...rest, fields: fields.filter((f: { name: string }) => f.name !== 'forgotten') }
  const writer = avro.Type.forSchema(before)
  const head = Buffer.concat([Buffer.from([0]), writer.fingerprint('md5').subarray(0, 4)])
  const state = {
    offset: 5,
    source: 4,
    tier: 'HOT',
    number: 2,
    since: 1,
    left: [],
    wakeAt: null,
    snapshot: null,
  }
  expect(standingCodec().decode(Buffer.concat([head, writer.toBuffer(state)]))).toEqual({
    ...state,
    forgotten: null,
  })
})
