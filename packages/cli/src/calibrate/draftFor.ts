import { dirname, relative, resolve } from 'node:path'
import { type Calibration, draftOf, replacedOf } from '@hotlead/calibrate'
import { OUTCOMES } from '@hotlead/contracts'
import type { ReadModel } from '../comparison.ts'

/** The draft's text, which extends the model's file by its path from where the draft will be. */
export function draftFor(
  found: Calibration,
  o: { file: string; out: string | undefined; parsed: ReadModel; good: ReadonlySet<string> },
): string {
  const base = relative(dirname(resolve(o.out ?? 'draft.yaml')), resolve(o.file)).replaceAll('\\', '/')
  const words = {
    opportunity: 'became opportunities',
    won: 'were won',
    lost: 'were lost',
    archive: 'were archived',
  }
  const became = OUTCOMES.filter(outcome => o.good.has(outcome)).map(outcome => words[outcome])
  return draftOf(found, {
    name: `${o.parsed.model.name.slice(0, 58)} draft`,
    became: became.join(' or '),
    base: { file: base, replaces: replacedOf(o.parsed.content) },
  })
}
