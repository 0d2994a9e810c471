import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import avro from 'avsc'

const folder = new URL('../../../schemas/', import.meta.url)

function read(path: string): avro.Schema | avro.Schema[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL(path, folder)), 'utf8'))
}

/** Named types that several topics share, in the order in which they refer to each other. */
const SHARED = ['types/lead.avsc', 'types/why.avsc']

/** One Avro value type per topic, and tiering's own state, which lives in Redis only. */
export const VALUE_TYPES = {
  activity: 'activity.avsc',
  scores: 'scores.avsc',
  tiers: 'tiers.avsc',
  'hot-leads': 'hot-leads.avsc',
  models: 'models.avsc',
  standing: 'types/standing.avsc',
} as const
export type ValueName = keyof typeof VALUE_TYPES

function load(): Record<ValueName, avro.Type> {
  const registry: Record<string, avro.Type> = {}
  for (const path of SHARED)
    for (const schema of [read(path)].flat()) avro.Type.forSchema(schema as avro.Schema, { registry })
  const types: Partial<Record<ValueName, avro.Type>> = {}
  for (const [name, path] of Object.entries(VALUE_TYPES))
    types[name as ValueName] = avro.Type.forSchema(read(path) as avro.Schema, { registry })
  return types as Record<ValueName, avro.Type>
}

/** The compiled Avro types of `schemas/`. */
export const types = load()

/** Which fields are read, by the name of their record (`Event`, `Score`) and their own. */
export type Reads = (record: string, field: string) => boolean

/** The type of a value of which some fields are not read: what was written with them is passed over. */
export function typeReading(name: ValueName, reads: Reads): avro.Type {
  return avro.Type.forSchema(JSON.parse(schemaText(name)), {
    typeHook(schema) {
      const record = schema as { name?: string; fields?: { name: string }[] }
      const own = record.name?.split('.').at(-1)
      if (record.fields && own !== undefined) record.fields = record.fields.filter(f => reads(own, f.name))
      return undefined
    },
  })
}

/** The schema of a value, self-contained: shared types stand where they are first used, so any client can read it. */
export function schemaText(name: ValueName): string {
  return JSON.stringify(types[name].schema({ exportAttrs: true }))
}
