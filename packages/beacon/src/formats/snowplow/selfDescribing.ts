import { isObject, type JsonObject } from '../json.ts'
import type { Fields } from './fields.ts'

/** JSON that names its own schema: `{"schema":"iglu:com.acme/viewed_product/jsonschema/1-0-0","data":{…}}`. */
export interface SelfDescribing {
  schema: string
  vendor: string
  name: string
  data: JsonObject
}

const SCHEMA = /^iglu:([\w.-]+)\/([\w-]+)\/[\w-]+\/\d+-\d+-\d+$/
const SELF_DESCRIBING = 'must be {"schema":"iglu:vendor/name/format/1-0-0","data":{…}}'

/** What a self-describing event (`e=ue`) says: the inner of the two, since the outer one only wraps it. */
export function unstruct(fields: Fields): SelfDescribing | undefined {
  const found = fields.json('ue_pr', 'ue_px')
  if (found === undefined) {
    if (fields.problems.length === 0) fields.wrong('ue_pr, ue_px', 'one must say what happened', undefined)
    return undefined
  }
  return read(fields, `${found.name}.data`, isObject(found.value) ? found.value.data : undefined)
}

/** The entities that an event carries along (its contexts). */
export function entities(fields: Fields): SelfDescribing[] {
  const found = fields.json('co', 'cx')
  if (found === undefined) return []
  const list = isObject(found.value) ? found.value.data : undefined
  if (!Array.isArray(list)) {
    fields.wrong(`${found.name}.data`, 'must be a list of entities', list)
    return []
  }
  return list.flatMap((entity, i) => read(fields, `${found.name}.data[${i}]`, entity) ?? [])
}

function read(fields: Fields, path: string, value: unknown): SelfDescribing | undefined {
  if (!isObject(value)) return fields.wrong(path, SELF_DESCRIBING, value)
  const { schema, data } = value
  const [, vendor, name] = (typeof schema === 'string' && SCHEMA.exec(schema)) || []
  if (vendor === undefined || name === undefined)
    return fields.wrong(`${path}.schema`, 'must be iglu:vendor/name/format/1-0-0', schema)
  if (!isObject(data)) return fields.wrong(`${path}.data`, 'must be an object', data)
  return { schema: schema as string, vendor, name, data }
}
