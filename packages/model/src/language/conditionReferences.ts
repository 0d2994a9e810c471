import { nearest } from './nearest.ts'
import type { Finding, Path } from './problem.ts'
import type { ConditionSource } from './schema/condition.ts'

/** Every name that a condition may use. */
export interface Words {
  signals: readonly string[]
  /** With the main one. */
  scores: readonly string[]
  hasFit: boolean
  /** Undefined where there is no grid. */
  cells: readonly string[] | undefined
  phases: readonly string[]
  segments: readonly string[]
  tiers: readonly string[]
}

/**
 * What a condition refers to and is not there.
 * @param decides what is decided by it, so that it cannot ask for that; undefined of a question about leads
 */
export function wrongInCondition(
  c: ConditionSource,
  path: Path,
  words: Words,
  decides: 'phase' | 'tier' | undefined,
): Finding[] {
  const found = children(c).flatMap(({ child, at }) =>
    wrongInCondition(child, [...path, ...at], words, decides),
  )
  const check = (at: string[], what: string, word: string | undefined, there: readonly string[]) => {
    if (word !== undefined) found.push(...unknownWord([...path, ...at], what, word, there))
  }
  const say = (at: string, message: string) => found.push({ path: [...path, at], message })
  check(['count', 'signal'], 'signal', c.count?.signal, words.signals)
  check(['recency', 'signal'], 'signal', c.recency?.signal, words.signals)
  check(['score', 'of'], 'score', c.score?.of, words.scores)
  check(['segment'], 'segment', c.segment, words.segments)
  if (c.fit && !words.hasFit) say('fit', 'the model has no `fit` section to ask for')
  if (c.grid && !words.cells) say('grid', 'the model has no `grid` section to ask for')
  else for (const cell of c.grid ?? []) check(['grid'], 'cell', cell, words.cells ?? [])
  if (c.phase && decides === 'phase') say('phase', 'a phase’s own condition cannot ask for the phase')
  else for (const phase of phasesOf(c)) check(['phase'], 'phase', phase, words.phases)
  if (c.tier && decides !== undefined)
    say('tier', 'a model decides the tier, so it cannot ask for it; `hotlead leads --where` can')
  else for (const tier of c.tier ?? []) check(['tier'], 'tier', tier, words.tiers)
  return found
}

function phasesOf({ phase }: ConditionSource): readonly string[] {
  if (!phase) return []
  return Array.isArray(phase) ? phase : [phase.atLeast]
}

/** A word that is not among those there are, with the nearest of these. */
export function unknownWord(path: Path, what: string, word: string, there: readonly string[]): Finding[] {
  if (there.includes(word)) return []
  const near = nearest(word, there)
  const rest =
    there.length === 0
      ? 'this model has none'
      : `there are ${there.slice(0, NAMED).join(', ')}${there.length > NAMED ? ' …' : ''}`
  return [{ path, message: `there is no ${what} “${word}”; ${near ? `did you mean “${near}”?` : rest}` }]
}
const NAMED = 20

/** The conditions that a tree's node holds, each with its place. */
export function children(c: ConditionSource): { child: ConditionSource; at: Path }[] {
  const lists = (['all', 'any', 'of'] as const).flatMap(kind =>
    (c[kind] ?? []).map((child, i) => ({ child, at: [kind, i] })),
  )
  return c.not ? [...lists, { child: c.not, at: ['not'] }] : lists
}

/** Every segment that a condition asks for. */
export function eachSegment(
  c: ConditionSource,
  path: Path,
  visit: (segment: string, at: Path) => void,
): void {
  if (c.segment !== undefined) visit(c.segment, [...path, 'segment'])
  for (const { child, at } of children(c)) eachSegment(child, [...path, ...at], visit)
}
