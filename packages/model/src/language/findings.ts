import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { type Finding, kindOf, type Path, pathText, valueAt } from './problem.ts'

const EXPECTED: Record<string, string> = {
  object: 'a group of settings',
  record: 'a group of settings',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

type Issue = z.core.$ZodIssue
/** The settings that are words at a place. */
export type Known = (path: Path) => string[]

/** So many problems are told of a file. */
export const MOST_PROBLEMS = 100

/** A misspelt key is the whole story: what it leaves out ("exactly one of", “is missing”) is not told as well. */
export function findingsOf(
  issues: readonly Issue[],
  content: unknown,
  knownAt: Known,
  prefix: Path = [],
): Finding[] {
  const misspelt = new Set<string>()
  for (const i of issues)
    if (i.code === 'unrecognized_keys') {
      misspelt.add(pathText(i.path))
      const known = knownAt([...prefix, ...i.path])
      for (const key of i.keys.slice(0, MOST_PROBLEMS))
        misspelt.add(pathText([...i.path, nearest(key, known) ?? '']))
    }
  return issues
    .filter(i => !misspelt.has(pathText(i.path)) || (i.code !== 'custom' && !isMissing(i, content, prefix)))
    .flatMap(i => sentences(i, content, knownAt, prefix))
}

function isMissing(issue: Issue, content: unknown, prefix: Path): boolean {
  return valueAt(content, [...prefix, ...issue.path]) === undefined
}

function sentences(issue: Issue, content: unknown, knownAt: Known, prefix: Path): Finding[] {
  const path = [...prefix, ...issue.path]
  const value = valueAt(content, path)
  const expected = (what: string): Finding[] => [
    {
      path,
      message:
        value === undefined
          ? `“${String(path.at(-1))}” is missing: expected ${what}`
          : `expected ${what}, found ${kindOf(value)}`,
    },
  ]
  switch (issue.code) {
    case 'unrecognized_keys': {
      // A file with more is wrong in one way a hundred times, and each is held against every word.
      const known = knownAt(path)
      return issue.keys.slice(0, MOST_PROBLEMS).map(key => ({
        path: [...path, key],
        message: `“${key}” is not a setting here; ${instead(key, known)}`,
      }))
    }
    case 'invalid_type':
      return expected(isOwn(issue.message) ? issue.message : (EXPECTED[issue.expected] ?? issue.message))
    case 'invalid_union':
      return (
        ofUnion(issue, content, knownAt, path) ??
        expected(isOwn(issue.message) ? issue.message : 'something else')
      )
    case 'invalid_key':
      return [{ path, message: `“${String(path.at(-1))}”: expected ${issue.issues[0]?.message}` }]
    case 'invalid_value': {
      const [{ message }] = expected(
        issue.values.length > 1 ? `one of ${issue.values.join(', ')}` : String(issue.values[0]),
      ) as [Finding]
      return [{ path, message: `${message}${didYouMean(value, issue.values.map(String))}` }]
    }
    case 'too_small':
    case 'too_big':
      return [{ path, message: ofSize(issue, value) }]
    default:
      // What a group or a list lacks is told by what it has.
      return [{ path, message: `expected ${issue.message}, found ${contentsOf(value)}` }]
  }
}

/** Whether a sentence is the schema's, not the library's. */
function isOwn(message: string): boolean {
  return !message.startsWith('Invalid input')
}

function instead(key: string, known: readonly string[]): string {
  if (/^\d+$/.test(key)) return 'a decimal has a point, as in 1.5'
  const near = nearest(key, known)
  return near ? `did you mean “${near}”?` : `there are ${known.join(', ')}`
}

function didYouMean(value: unknown, words: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value, words) : undefined
  return near ? `; did you mean “${near}”?` : ''
}

/** The branch that went furthest into the value is the one that was meant; undefined where none went into it. */
function ofUnion(
  issue: Issue & { code: 'invalid_union' },
  content: unknown,
  knownAt: Known,
  path: Path,
): Finding[] | undefined {
  const value = valueAt(content, path)
  const told = (branch: unknown) => findingsOf(branch as Issue[], content, knownAt, path)
  const [best] = issue.errors.map(told).sort((a, b) => depth(b) - depth(a) || a.length - b.length)
  if (best && value !== undefined && (depth(best) > path.length || best.some(b => b.message.startsWith('“'))))
    return best
  if (value === '') return [{ path, message: 'expected a text that is not empty' }]
  const words = issue.errors.flat().flatMap(i => (i.code === 'invalid_value' ? i.values.map(String) : []))
  const near = didYouMean(value, words)
  if (near !== '' && isOwn(issue.message))
    return [{ path, message: `expected ${issue.message}, found ${kindOf(value)}${near}` }]
  // What is wrong with the value says more than that it is of no other kind, and of a group more than what else it could be.
  const ofItsKind = issue.errors.filter(
    branch => !branch.some(i => i.path.length === 0 && isOfKind(i, value)),
  )
  const wrong = ofItsKind.flatMap(told)[0]
  return wrong && (!isOwn(issue.message) || typeof value === 'object') ? [wrong] : undefined
}

/** Whether an issue says only that a value is of another kind. */
function isOfKind({ code }: { code?: string | undefined }, value: unknown): boolean {
  return (
    code === 'invalid_type' ||
    code === 'invalid_union' ||
    (code === 'invalid_value' && typeof value !== 'string')
  )
}

function ofSize(issue: Issue & { code: 'too_small' | 'too_big' }, value: unknown): string {
  const small = issue.code === 'too_small'
  const bound = small ? issue.minimum : issue.maximum
  if (issue.origin === 'string' && small) return 'expected a text that is not empty'
  if (issue.origin === 'string')
    return `expected at most ${bound} characters, found ${(value as string).length}`
  const word = small ? 'at least' : 'at most'
  if (issue.origin === 'array')
    return `expected ${word} ${bound} ${Number(bound) === 1 ? 'entry' : 'entries'}, found ${(value as unknown[]).length}`
  return `expected ${issue.inclusive === false ? (small ? 'above' : 'below') : word} ${bound}, found ${kindOf(value)}`
}

/** So many settings of a group are named. */
const NAMED = 6

function contentsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return kindOf(value)
  const entries = Object.entries(value)
  if (entries.length === 0) return 'nothing in it'
  const named = entries
    .slice(0, NAMED)
    .map(([k, v]) => (typeof v === 'object' ? k : `${k}: ${String(v).slice(0, 40)}`))
  return `${named.join(', ')}${entries.length > NAMED ? ' …' : ''}`
}

function depth(list: { path: Path }[]): number {
  return Math.max(0, ...list.map(x => x.path.length))
}
