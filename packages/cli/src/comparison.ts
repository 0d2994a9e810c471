import { differences, type Parsed, parseModel } from '@hotlead/model'
import { differenceLines, moveLines } from './diffLines.ts'
import { type Moves, movesBy } from './moves.ts'
import type { Reading } from './reading.ts'
import type { Terminal } from './terminal.ts'

/** A model as read from its file or from `models`. */
export type ReadModel = Pick<Extract<Parsed, { ok: true }>, 'model' | 'content'>

export interface Comparison {
  before: { name: string; version: string } | undefined
  after: { name: string; version: string }
  differences: ReturnType<typeof differences>
  moves: Moves | undefined
}

/** What a model would change in a workspace: nothing to compare with where it has none yet. */
export async function compare(
  reading: Reading,
  workspace: string,
  { model, content }: ReadModel,
  terminal: Terminal,
): Promise<Comparison> {
  const published = reading.latestPublished(workspace)
  const { name, version } = model
  if (!published) return { before: undefined, after: { name, version }, differences: [], moves: undefined }
  const before = parseModel(published.source)
  const progress = (leads: number) => {
    if (terminal.isProgressShown) terminal.progress(`${leads.toLocaleString('en')} leads judged`)
  }
  const moves = await movesBy(reading, workspace, model, Date.now(), progress)
  if (terminal.isProgressShown) terminal.progress('')
  return {
    before: { name: published.name, version: published.version },
    after: { name, version },
    differences: before.ok ? differences(before.content, content) : [],
    moves,
  }
}

export function comparisonLines(c: Comparison, terminal: Terminal): string[] {
  const look = { style: terminal.style.bind(terminal), width: terminal.width }
  if (!c.before || !c.moves) return ['The workspace has no model yet: there is nothing to compare with.']
  return [
    `${c.before.name} ${c.before.version} → ${c.after.name} ${c.after.version}`,
    '',
    ...differenceLines(c.differences, look),
    '',
    ...moveLines(c.moves, look),
  ]
}
