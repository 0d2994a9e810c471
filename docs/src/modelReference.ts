import { modelJsonSchema } from '@hotlead/model'
import { code, GENERATED, table } from './table.ts'

interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  required?: string[]
}

/** Parts of the model file that have settings of their own: a heading, and the way to them from the top. */
const SECTIONS: readonly [heading: string, path: string][] = [
  ['The file', ''],
  ['A signal: `signals.NAME`', 'signals.*'],
  ['What a signal adds up to: `count`', 'signals.*.count'],
  ['A test of a value', 'signals.*.title'],
  ['A rule: `rules[]`, `scores.NAME.rules[]`', 'rules.[]'],
  ['A cap', 'rules.[].cap'],
  ['A decay', 'decay'],
  ['A limit', 'limit'],
  ['Another score: `scores.NAME`', 'scores.*'],
  ['A rule of the fit: `fit.rules[]`', 'fit.rules.[]'],
  ['The grid', 'grid'],
  ['A phase: `phases[]`', 'phases.[]'],
  ['A suppression: `suppress[]`', 'suppress.[]'],
  ['A tier: `tiers[]`', 'tiers.[]'],
  ['A condition: `enter`, `exit`, `when`, `segments.NAME`', 'tiers.[].enter'],
  ['Within a condition: `count`', 'tiers.[].enter.count'],
  ['Within a condition: `recency`', 'tiers.[].enter.recency'],
]

/** Every setting of the model file, from the schema that reads it. */
export function modelReferencePage(): string {
  const root = modelJsonSchema() as Schema
  const sections = SECTIONS.map(([heading, path]) => {
    const nodes = path
      .split('.')
      .filter(Boolean)
      .reduce((at, part) => step(root, at, part), opened(root, root))
    const settings = nodes.flatMap(n => Object.entries(n.properties ?? {}))
    const required = new Set(nodes.flatMap(n => n.required ?? []))
    const rows = settings.map(([name, schema]) => [
      code(name) + (required.has(name) ? ' (needed)' : ''),
      valueText(root, schema),
      description(root, schema),
    ])
    return `## ${heading}\n\n${table(['setting', 'value', 'what it says'], rows)}`
  })
  return `${GENERATED}
# Settings of a model file

What each means together with the others is in [the guide](model.md) and, with every rule of arithmetic, in
[packages/model](../packages/model/README.md). Editors know all of this page from
[schemas/model.schema.json](../schemas/model.schema.json): with the YAML extension of VS Code or a JetBrains IDE, a first
line \`# yaml-language-server: $schema=../schemas/model.schema.json\` gives completion and these texts while typing.

${sections.join('\n')}`
}

/** The schemas that a value may be of, with references and alternatives opened. */
function opened(root: Schema, schema: Schema | undefined): Schema[] {
  if (!schema) return []
  if (schema.$ref) return opened(root, root.$defs?.[schema.$ref.split('/').at(-1) as string])
  const alternatives = schema.anyOf ?? schema.allOf
  return alternatives ? alternatives.flatMap(s => opened(root, s)) : [schema]
}

function step(root: Schema, nodes: readonly Schema[], part: string): Schema[] {
  return nodes.flatMap(n => {
    if (part === '[]') return opened(root, n.items)
    if (part === '*')
      return typeof n.additionalProperties === 'object' ? opened(root, n.additionalProperties) : []
    return opened(root, n.properties?.[part])
  })
}

/** The nearest words on the way from a setting to what it may be. */
function description(root: Schema, schema: Schema): string {
  if (schema.description) return schema.description
  return schema.$ref ? description(root, root.$defs?.[schema.$ref.split('/').at(-1) as string] ?? {}) : ''
}

function valueText(root: Schema, schema: Schema): string {
  const texts = opened(root, schema).map(s => {
    if (s.const !== undefined) return code(String(s.const))
    if (s.enum) return s.enum.map(e => code(String(e))).join(', ')
    if (s.type === 'array') return listText(valueText(root, s.items ?? {}))
    if (s.type === 'object') return s.properties ? 'a group' : 'a group by name'
    return s.type === undefined ? '' : (WORDS[s.type] ?? s.type)
  })
  return [...new Set(texts.filter(Boolean))].join(', or ')
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
}

/** Alternatives or words to choose from stay as they are: “a list of texts”, but “a list, each a text, or a number”. */
function listText(item: string): string {
  if (/, /.test(item)) return `a list, each ${item}`
  return `a list of ${plural(item)}`
}

function plural(text: string): string {
  return text
    .replace(/^a text/, 'texts')
    .replace(/^a group$/, 'groups')
    .replace(/^a whole number$/, 'whole numbers')
}
