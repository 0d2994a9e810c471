import type { Model } from '../model.ts'
import { build } from './build.ts'
import { type Files, readCombined } from './combine.ts'
import { findingsOf, MOST_PROBLEMS } from './findings.ts'
import { settingsAt } from './known.ts'
import type { Finding, Path, Problem } from './problem.ts'
import { valueAt } from './problem.ts'
import { wrongReferences } from './references.ts'
import { modelSchema } from './schema/model.ts'
import { TOO_DEEP } from './yaml.ts'

/** Each is a set of patterns that every event is held against. */
const MOST_SIGNALS = 500

export interface ParseOptions {
  /** What the text's file is called in problems; `model` where it is not said. */
  file?: string
  /** Reads what the model extends; without it, it can extend nothing. */
  files?: Files
}

export type Parsed =
  | { ok: true; model: Model; content: unknown /** Files that it extends. */; extended: string[] }
  | { ok: false; problems: Problem[] }

/**
 * Reads a model file. At most 100 problems at once, each with its place, what was expected and what was found.
 * Never throws. Takes time in proportion to the file's length.
 */
export function parseModel(source: string, options: ParseOptions = {}): Parsed {
  try {
    return parse(source, options)
  } catch (error) {
    // An alias that stands within itself has no bottom.
    if (!(error instanceof RangeError)) throw error
    return {
      ok: false,
      problems: [{ file: options.file ?? FILE, line: 1, column: 1, path: '', message: TOO_DEEP }],
    }
  }
}

const FILE = 'model'

function parse(source: string, options: ParseOptions): Parsed {
  const { file = FILE, files = () => undefined } = options
  const content = readCombined(source, file, files)
  if ('problems' in content) return { ok: false, problems: content.problems.slice(0, MOST_PROBLEMS) }
  const { value } = content
  const wrong = (findings: readonly Finding[]): Parsed => ({
    ok: false,
    problems: sorted(findings.slice(0, MOST_PROBLEMS).map(f => content.problem(f.path, f.message))),
  })
  const signals = Object.keys(Object(valueAt(value, ['signals']))).length
  if (signals > MOST_SIGNALS)
    return wrong([
      { path: ['signals'], message: `expected at most ${MOST_SIGNALS} signals, found ${signals}` },
    ])
  const parsed = modelSchema.safeParse(value)
  if (!parsed.success) return wrong(findingsOf(parsed.error.issues, value, knownAt))
  const references = wrongReferences(parsed.data)
  if (references.length > 0) return wrong(references)
  return { ok: true, model: build(parsed.data, value), content: value, extended: content.extended }
}

/** Settings that are words here. A model's conditions cannot ask for the tier, so that is not what was meant. */
function knownAt(path: Path): string[] {
  const known = settingsAt(modelSchema, path)
  return known.includes('all') ? known.filter(k => k !== 'tier') : known
}

/** Each once, in the file's order. */
function sorted(problems: Problem[]): Problem[] {
  const seen = new Set<string>()
  const files = [...new Set(problems.map(p => p.file))]
  return problems
    .filter(
      p => !seen.has(`${p.file} ${p.path} ${p.message}`) && seen.add(`${p.file} ${p.path} ${p.message}`),
    )
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
}
