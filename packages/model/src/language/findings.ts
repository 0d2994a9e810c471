import type { z } from 'zod'
import { settingsAt } from './known.ts'
import { nearest } from './nearest.ts'
import { type Finding, kindOf, type Path, pathText, valueAt } from './problem.ts'
import { modelSchema } from './schema/model.ts'

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

/** So many problems are told of a file. */
export const MOST_PROBLEMS = 100

/** A misspelt key is the whole story: what it leaves out ("exactly one of") is not told as well. */
export function findingsOf(issues: readonly Issue[], content: unknown, prefix: Path = []): Finding[] {
  const misspelt = new Set(issues.filter(i => i.code === 'unrecognized_keys').map(i => pathText(i.path)))
  return issues
    .filter(i => i.code !== 'custom' || !misspelt.has(pathText(i.path)))
    .flatMap(i => sentences(i, content, prefix))
}

function sentences(issue: Issue, content: unknown, prefix: Path = []): Finding[] {
  const path = [...prefix, ...issue.path]
  const found = kindOf(valueAt(content, path))
  switch (issue.code) {
    case 'unrecognized_keys':
      // A file with more is wrong in one way a hundred times, and each is held against every word.
      return issue.keys.slice(0, MOST_PROBLEMS).map(key => {
        const known = settingsAt(modelSchema, path)
        const near = nearest(key, known)
        return {
          path: [...path, key],
          message: `“${key}” is not a setting here; ${near ? `did you mean “${near}”?` : `there are ${known.join(', ')}`}`,
        }
      })
    case 'invalid_type':
      if (found === 'nothing')
        return [
          {
            path,
            message: `“${String(path.at(-1))}” is missing: expected ${EXPECTED[issue.expected] ?? issue.message}`,
          },
        ]
      return [{ path, message: `expected ${EXPECTED[issue.expected] ?? issue.message}, found ${found}` }]
    case 'invalid_union': {
      // The branch that went furthest into the value is the one that was meant.
      const deepest = issue.errors
        .map(branch => findingsOf(branch as Issue[], content, path))
        .sort((a, b) => depth(b) - depth(a) || a.length - b.length)
      const best = deepest[0]
      if (best && (depth(best) > path.length || best.some(b => b.message.startsWith('“')))) return best
      if (issue.message !== 'Invalid input')
        return [{ path, message: `expected ${issue.message}, found ${found}` }]
      // What is wrong with the value says more than another branch's "expected a list".
      const wrong = deepest
        .flat()
        .find(b => !/^expected (a list|a group of settings|a text|a number|true or false),/.test(b.message))
      return [wrong ?? { path, message: `expected a value or a group of settings, found ${found}` }]
    }
    case 'invalid_key':
      return [{ path, message: `“${String(path.at(-1))}”: expected ${issue.issues[0]?.message}` }]
    case 'invalid_value': {
      const near = nearest(String(valueAt(content, path)), issue.values.map(String))
      return [
        {
          path,
          message: `expected one of ${issue.values.join(', ')}, found ${found}${near ? `; did you mean “${near}”?` : ''}`,
        },
      ]
    }
    case 'too_small':
      return [
        {
          path,
          message:
            issue.origin === 'array'
              ? `expected at least ${issue.minimum} entries, found ${(valueAt(content, path) as unknown[]).length}`
              : issue.origin === 'string'
                ? 'expected a text that is not empty'
                : `expected at least ${issue.minimum}, found ${found}`,
        },
      ]
    case 'too_big':
      return [
        {
          path,
          message: `expected at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}, found ${found}`,
        },
      ]
    default:
      return [{ path, message: `expected ${issue.message}, found ${found}` }]
  }
}

function depth(list: { path: Path }[]): number {
  return Math.max(0, ...list.map(x => x.path.length))
}
