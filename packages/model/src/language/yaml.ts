import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
} from 'yaml'
import type { Path, Problem } from './problem.ts'
import { pathText } from './problem.ts'
import { yamlWords } from './yamlWords.ts'

/** Levels of lists and groups in each other: thirty `any` in `any` are 60. The parser itself gives up at some 800. */
const DEEPEST = 64
export const TOO_DEEP = `nested too deeply: at most ${DEEPEST} levels of lists and groups in each other`

/** A file's content, and where each part of it stands. */
export interface Content {
  value: unknown
  problem(path: Path, message: string): Problem
}

/** Reads YAML. What is wrong is a list of problems. @throws RangeError where it has no bottom */
export function readYaml(source: string, file: string): Content | { problems: Problem[] } {
  const lines = new LineCounter()
  // Unique keys are looked for below: the parser compares each with each, 20 s for 1 MB of signals.
  const doc = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const problemAt = (offset: number, message: string, path = ''): Problem => {
    const { line, col: column } = lines.linePos(offset)
    return { file, line, column, path, message }
  }
  const tooDeep = doc.errors.find(e => e.message.includes('call stack'))
  if (tooDeep) return { problems: [problemAt(tooDeep.pos[0], TOO_DEEP)] }
  if (doc.errors.length > 0)
    return { problems: doc.errors.map(e => problemAt(e.pos[0], `not YAML: ${yamlWords(e)}`)) }
  const wrong = wrongNodes(doc)
  if (wrong.length > 0) return { problems: wrong.map(w => problemAt(w.offset, w.message)) }
  try {
    const value: unknown = doc.toJS({ maxAliasCount: 50 })
    return {
      value,
      problem: (path, message) => problemAt(place(doc.contents, path), message, pathText(path)),
    }
  } catch (error) {
    if (error instanceof RangeError) throw error
    return { problems: [problemAt(0, `not YAML that can be read: ${(error as Error).message}`)] }
  }
}

const twice = (key: string) => `“${key}” is there twice in this group: the one or the other`

/** Keys that are there twice, references to nothing, and what is nested too deeply, in the file's order. */
function wrongNodes(doc: Document): { offset: number; message: string }[] {
  const wrong: { offset: number; message: string }[] = []
  const anchors = new Set<string>()
  const aliases: { name: string; offset: number }[] = []
  const offsetOf = (node: unknown) => (node as { range?: [number] } | null)?.range?.[0] ?? 0
  const left: { node: unknown; depth: number }[] = [{ node: doc.contents, depth: 1 }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { node, depth } = next
    if (isAlias(node)) aliases.push({ name: node.source, offset: offsetOf(node) })
    if (isScalar(node) && node.anchor) anchors.add(node.anchor)
    if (!isCollection(node)) continue
    if (node.anchor) anchors.add(node.anchor)
    if (depth > DEEPEST) return [{ offset: offsetOf(node), message: TOO_DEEP }]
    const keys = new Set<string>()
    for (const item of node.items) {
      if (!isPair(item)) {
        left.push({ node: item, depth: depth + 1 })
        continue
      }
      left.push({ node: item.key, depth: depth + 1 }, { node: item.value, depth: depth + 1 })
      if (!isScalar(item.key)) continue
      // 1 and "1" are two keys to YAML, and one to all that reads the settings.
      const key = String(item.key.value ?? '')
      if (keys.has(key)) wrong.push({ offset: offsetOf(item.key), message: twice(key) })
      keys.add(key)
    }
  }
  for (const { name, offset } of aliases)
    if (!anchors.has(name))
      wrong.push({
        offset,
        message: `not YAML: there is no part called &${name} that *${name} could stand for; a text that begins with * goes in quotes`,
      })
  return wrong.sort((a, b) => a.offset - b.offset)
}

/** Offset of the node that a path leads to, or of the deepest one that is there. */
function place(node: unknown, path: Path): number {
  let offset = (node as { range?: [number] } | null)?.range?.[0] ?? 0
  let current: unknown = node
  for (const part of path) {
    if (isMap(current)) {
      const pair = current.items.find(
        i => isPair(i) && String((i.key as { value?: unknown }).value ?? i.key) === String(part),
      )
      if (!pair) return offset
      offset = (pair.key as { range?: [number] }).range?.[0] ?? offset
      current = pair.value
    } else {
      current = (current as { items?: unknown[] } | null)?.items?.[Number(part)]
      offset = (current as { range?: [number] } | undefined)?.range?.[0] ?? offset
    }
    if (current === undefined || current === null) return offset
  }
  return offset
}
