import { ConfigError } from '@hotlead/service'
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { checkedSettings, type Settings } from '../settings.ts'

/**
 * Settings from the text of a YAML or JSON file.
 * @throws ConfigError with every problem
 */
export function parseSettings(text: string, path: string): Settings {
  // The reader of YAML takes 0.3 ms a key, that of JSON 2 µs.
  const json = jsonOf(text)
  if (json !== undefined) return checkedSettings(json, path)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  // Only the first line of what the parser says: the others show the file itself.
  if (document.errors.length > 0)
    throw new ConfigError(
      document.errors.map(e => `${path}: ${e.message.split('\n', 1)[0]?.replace(/:$/, '')}`),
    )
  let content: unknown
  try {
    content = document.toJS()
  } catch (error) {
    // An alias without its anchor, or a thousand of them.
    throw new ConfigError([`${path}: ${(error as Error).message.split('\n', 1)[0]}`])
  }
  return checkedSettings(content, path, at => lines.linePos(offsetOf(document, at)).line)
}

const HEAD = `# Workspaces, their sources and keys: docs/keys.md. Of a key only its digest is kept.\n`

/** The text with these settings in it. What did not change stays as it was, comments and order included. */
export function editedText(text: string, settings: Settings): string {
  if (jsonOf(text) !== undefined) return `${JSON.stringify(settings, null, 2)}\n`
  const document = parseDocument(text.trim() === '' ? HEAD : text)
  document.contents = edited(document, document.contents, settings) as typeof document.contents
  return document.toString({ lineWidth: 0 })
}

/** What a text says that is JSON; all else is for the reader of YAML, of which JSON is a part. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where in the text that is which a path leads to, or the last of it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = document.contents?.range?.[0] ?? 0
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(i => isScalar(i.key) && i.key.value === step) : undefined
    const next = pair?.key ?? (isSeq(node) ? node.items[Number(step)] : undefined)
    const range = (next as Node | undefined)?.range
    if (!range) break
    offset = range[0]
    node = pair ? pair.value : next
  }
  return offset
}

/** The node where it says `value` already, changed to say so as far as it does not. */
function edited(document: Document, node: unknown, value: unknown): unknown {
  if (isMap(node) && isPlain(value)) return editedMap(document, node, value)
  if (isSeq(node) && Array.isArray(value)) return editedList(document, node, value)
  if (isScalar(node) && node.value === value) return node
  return document.createNode(value)
}

function editedMap(document: Document, map: YAMLMap, value: Record<string, unknown>): YAMLMap {
  for (const { key } of [...map.items])
    if (value[String(isScalar(key) ? key.value : key)] === undefined) map.delete(key)
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined) continue
    const now = map.get(name, true)
    const next = edited(document, now, one)
    if (next !== now) map.set(name, next)
  }
  return map
}

/** Items of a list are known again by their name or digest, texts by themselves. */
function editedList(document: Document, list: YAMLSeq, values: readonly unknown[]): YAMLSeq {
  const before = new Map(list.items.map(item => [identity((item as Node).toJS(document)), item]))
  list.items = values.map(value => edited(document, before.get(identity(value)), value))
  return list
}

function identity(value: unknown): unknown {
  return isPlain(value) ? (value.digest ?? value.name) : value
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
