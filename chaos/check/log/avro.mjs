/**
 * Avro, read the slow and plain way from the specification ("Binary encoding", Avro 1.12): one function that looks at
 * the schema and takes the next bytes. No writer: nothing here ever writes.
 */

/** The types that a schema names, by full name; filled by `resolve`. */
export class Names {
  #types = new Map()

  add(fullName, type) {
    this.#types.set(fullName, type)
  }

  find(name, namespace) {
    return this.#types.get(name) ?? this.#types.get(`${namespace}.${name}`)
  }
}

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']

/**
 * A schema as JSON → the same as a tree of { kind, … } whose names are looked up already.
 * @throws where it refers to a name that is not there
 */
export function resolve(schema, names = new Names(), namespace = '') {
  if (Array.isArray(schema)) return { kind: 'union', branches: schema.map(s => resolve(s, names, namespace)) }
  if (typeof schema === 'string') {
    if (PRIMITIVES.includes(schema)) return { kind: schema }
    const found = names.find(schema, namespace)
    if (!found) throw new Error(`the schema names ${schema}, which it does not define`)
    return found
  }
  switch (schema.type) {
    case 'record': {
      const own =
        schema.namespace ?? (schema.name.includes('.') ? schema.name.replace(/\.[^.]*$/, '') : namespace)
      const full = schema.name.includes('.') || own === '' ? schema.name : `${own}.${schema.name}`
      const type = { kind: 'record', name: full, fields: [] }
      names.add(full, type)
      type.fields = schema.fields.map(f => ({ name: f.name, type: resolve(f.type, names, own) }))
      return type
    }
    case 'enum': {
      const full = schema.name.includes('.') || namespace === '' ? schema.name : `${namespace}.${schema.name}`
      const type = { kind: 'enum', name: full, symbols: schema.symbols }
      names.add(full, type)
      return type
    }
    case 'array':
      return { kind: 'array', items: resolve(schema.items, names, namespace) }
    case 'map':
      return { kind: 'map', values: resolve(schema.values, names, namespace) }
    default:
      return resolve(schema.type, names, namespace)
  }
}

/** @throws where the bytes end early, go on after the value, or are none of this schema */
export function decode(type, bytes) {
  const from = { bytes, at: 0 }
  const value = read(type, from)
  if (from.at !== bytes.length)
    throw new Error(`${bytes.length - from.at} bytes are left over after the value`)
  return value
}

/** The first fields of a record, up to and with `last`: what follows is not looked at. */
export function decodeUpTo(last, type, bytes) {
  const from = { bytes, at: 0 }
  const record = {}
  for (const field of type.fields) {
    record[field.name] = read(field.type, from)
    if (field.name === last) return record
  }
  throw new Error(`${type.name} has no field ${last}`)
}

function read(type, from) {
  switch (type.kind) {
    case 'null':
      return null
    case 'boolean':
      return take(from, 1)[0] !== 0
    case 'int':
    case 'long':
      return readLong(from)
    case 'float':
      return take(from, 4).readFloatLE(0)
    case 'double':
      return take(from, 8).readDoubleLE(0)
    case 'bytes':
      return Buffer.from(take(from, readLong(from)))
    case 'string':
      return take(from, readLong(from)).toString('utf8')
    case 'enum': {
      const symbol = type.symbols[readLong(from)]
      if (symbol === undefined) throw new Error(`no such symbol of ${type.name}`)
      return symbol
    }
    case 'union': {
      const branch = type.branches[readLong(from)]
      if (branch === undefined) throw new Error('no such branch of a union')
      return read(branch, from)
    }
    case 'record': {
      const record = {}
      for (const field of type.fields) record[field.name] = read(field.type, from)
      return record
    }
    case 'array': {
      const items = []
      readBlocks(from, () => items.push(read(type.items, from)))
      return items
    }
    case 'map': {
      const map = Object.create(null)
      readBlocks(from, () => {
        const name = take(from, readLong(from)).toString('utf8')
        map[name] = read(type.values, from)
      })
      return map
    }
    default:
      throw new Error(`a kind of type that this decoder does not know: ${type.kind}`)
  }
}

/** Blocks of a count and so many items, until a count of 0. A count below 0 is followed by the block's size in bytes. */
function readBlocks(from, readItem) {
  for (let count = readLong(from); count !== 0; count = readLong(from)) {
    if (count < 0) {
      count = -count
      readLong(from)
    }
    for (let i = 0; i < count; i++) {
      if (from.at >= from.bytes.length) throw new Error('the bytes end within a list')
      readItem()
    }
  }
}

/** Zigzag, seven bits a byte, the lowest first. Numbers beyond 2^53 are none of ours. */
function readLong(from) {
  let unsigned = 0
  let factor = 1
  for (;;) {
    if (from.at >= from.bytes.length) throw new Error('the bytes end within a number')
    const byte = from.bytes[from.at++]
    unsigned += (byte % 128) * factor
    if (byte < 128) break
    factor *= 128
  }
  const value = unsigned % 2 === 0 ? unsigned / 2 : -(unsigned + 1) / 2
  if (!Number.isSafeInteger(value)) throw new Error('a number beyond 2^53')
  return value
}

function take(from, length) {
  if (length < 0 || from.at + length > from.bytes.length)
    throw new Error(`the bytes end: ${length} wanted, ${from.bytes.length - from.at} left`)
  const taken = from.bytes.subarray(from.at, from.at + length)
  from.at += length
  return taken
}
