import type avro from 'avsc'

type Node =
  | string
  | Node[]
  | {
      type: string
      name?: string
      items?: Node
      values?: Node
      symbols?: string[]
      fields?: Field[]
      doc?: string
    }
type Field = { name: string; type: Node; doc?: string }

const PRIMITIVES: Record<string, string> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
}

/** TypeScript text of all records and enums that the given types mention, each once, in the order met. */
export function typescriptOf(all: Record<string, avro.Type>): string {
  const done = new Map<string, string>()
  const short = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  const doc = (text: string | undefined, indent = '') => (text ? `${indent}/** ${text} */\n` : '')
  function text(node: Node): string {
    if (typeof node === 'string') return PRIMITIVES[node] ?? short(node)
    if (Array.isArray(node)) return node.map(text).join(' | ')
    if (node.type === 'array') return list(text(node.items as Node))
    if (node.type === 'map') return `Record<string, ${text(node.values as Node)}>`
    if (node.type === 'enum')
      return named(
        node,
        () =>
          `export type ${short(node.name as string)} = ${(node.symbols as string[]).map(s => `'${s}'`).join(' | ')}\n`,
      )
    if (node.type === 'record') {
      return named(node, () => {
        const fields = (node.fields as Field[])
          .map(f => `${doc(f.doc, '  ')}  ${f.name}: ${text(f.type)}\n`)
          .join('')
        return `export interface ${short(node.name as string)} {\n${fields}}\n`
      })
    }
    return text(node.type)
  }
  function list(item: string) {
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`
  }
  function named(node: { name?: string; doc?: string }, body: () => string): string {
    const name = node.name as string
    if (!done.has(name)) {
      done.set(name, '')
      done.set(name, doc(node.doc) + body())
    }
    return short(name)
  }
  for (const type of Object.values(all)) text(type.schema({ exportAttrs: true }) as Node)
  return `// Generated from schemas/ by \`pnpm generate\`. Do not edit.\n\n${[...done.values()].join('\n')}`
}
