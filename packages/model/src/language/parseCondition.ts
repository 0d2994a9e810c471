import { FOLLOW_UP } from '../facts/lead.ts'
import type { Condition, Model } from '../model.ts'
import { cellsOf } from '../score/grid.ts'
import { ConditionReferences, type Words } from './conditionReferences.ts'
import { toCondition } from './conditions.ts'
import { findingsOf } from './findings.ts'
import { settingsAt } from './known.ts'
import type { Finding, Problem } from './problem.ts'
import { type ConditionSource, condition } from './schema/condition.ts'
import { Told } from './told.ts'
import { readYaml, TOO_DEEP } from './yaml.ts'

/**
 * A question about leads in the model's language, such as `all: [{ tier: WARM }, { count: { signal: pricing, within: 7d,
 * atLeast: 2 } }]`. Beside what tiers ask it may ask for the tier. Never throws.
 */
export function parseCondition(
  source: string,
  model: Model,
): { ok: true; condition: Condition } | { ok: false; problems: Problem[] } {
  try {
    return parse(source, model)
  } catch (error) {
    // An alias that stands within itself has no bottom.
    if (!(error instanceof RangeError)) throw error
    return { ok: false, problems: [{ file: FILE, line: 1, column: 1, path: '', message: TOO_DEEP }] }
  }
}

const FILE = 'condition'

function parse(source: string, model: Model): ReturnType<typeof parseCondition> {
  const content = readYaml(source, FILE)
  if ('problems' in content) return { ok: false, problems: content.problems }
  const parsed = condition.safeParse(content.value)
  const findings = parsed.success
    ? wrongReferences(parsed.data, model)
    : findingsOf(parsed.error.issues, content.value, path => settingsAt(condition, path))
  if (findings.length > 0 || !parsed.success)
    return { ok: false, problems: findings.map(f => content.problem(f.path, f.message)) }
  const perUnit = new Map(model.signals.map(s => [s.name, s.perUnit]))
  const terms = {
    perUnitOf: (signal: string) => perUnit.get(signal) ?? 1,
    segment: (name: string) => model.segments.get(name) as Condition,
    phases: model.phases.map(p => p.name),
  }
  return { ok: true, condition: toCondition(terms, parsed.data) }
}

function wrongReferences(c: ConditionSource, model: Model): Finding[] {
  const told = new Told()
  new ConditionReferences(wordsOf(model), () => undefined, told).look(c, [], 'nothing')
  return told.findings
}

function wordsOf(model: Model): Words {
  return {
    signals: [...model.signals.map(s => s.name), FOLLOW_UP],
    scores: model.scores.map(s => s.name),
    hasFit: model.fit !== undefined,
    cells: model.grid && cellsOf(model.grid),
    phases: model.phases.map(p => p.name),
    segments: [...model.segments.keys()],
    tiers: model.tiers.map(t => t.name),
  }
}
