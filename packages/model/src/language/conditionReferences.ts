import type { Path } from './problem.ts'
import type { ConditionSource } from './schema/condition.ts'
import type { Told } from './told.ts'

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

/** Gives what a name stands for; undefined where it is none. */
export type Segments = (name: string) => ConditionSource | undefined

/** What is decided by a condition, so that it cannot ask for that; nothing by a question about leads. */
type Decides = 'phase' | 'tier' | 'nothing'

/** What conditions refer to. */
export class ConditionReferences {
  readonly words: Words
  readonly #segments: Segments
  readonly #told: Told

  constructor(words: Words, segments: Segments, told: Told) {
    this.words = words
    this.#segments = segments
    this.#told = told
  }

  look(c: ConditionSource, path: Path, decides: Decides = 'tier'): void {
    for (const { child, at } of children(c)) this.look(child, [...path, ...at], decides)
    const { signals, scores, segments, hasFit } = this.words
    if (c.count) this.#told.unknown([...path, 'count', 'signal'], 'signal', c.count.signal, signals)
    if (c.recency) this.#told.unknown([...path, 'recency', 'signal'], 'signal', c.recency.signal, signals)
    if (c.score?.of !== undefined) this.#told.unknown([...path, 'score', 'of'], 'score', c.score.of, scores)
    if (c.fit && !hasFit) this.#told.say([...path, 'fit'], 'the model has no `fit` section to ask for')
    if (c.grid) this.#cells([...path, 'grid'], c.grid)
    if (c.phase) this.#phase([...path, 'phase'], c.phase, decides)
    if (c.tier) this.#tier([...path, 'tier'], c.tier, decides)
    if (c.segment === undefined) return
    this.#told.unknown([...path, 'segment'], 'segment', c.segment, segments)
    if (decides === 'phase' && asks(this.#segments, c, x => x.phase !== undefined))
      this.#told.say(
        [...path, 'segment'],
        `the segment “${c.segment}” asks for the phase, which this condition decides`,
      )
  }

  #cells(path: Path, asked: readonly string[]): void {
    const { cells } = this.words
    if (!cells) this.#told.say(path, 'the model has no `grid` section to ask for')
    else for (const cell of asked) this.#told.unknown(path, 'cell', cell, cells)
  }

  #phase(path: Path, asked: NonNullable<ConditionSource['phase']>, decides: Decides): void {
    if (decides === 'phase') this.#told.say(path, 'a phase’s own condition cannot ask for the phase')
    else
      for (const name of Array.isArray(asked) ? asked : [asked.atLeast])
        this.#told.unknown(path, 'phase', name, this.words.phases)
  }

  #tier(path: Path, asked: readonly string[], decides: Decides): void {
    if (decides !== 'nothing')
      this.#told.say(path, 'a model decides the tier, so it cannot ask for it; `hotlead leads --where` can')
    else for (const name of asked) this.#told.unknown(path, 'tier', name, this.words.tiers)
  }
}

/** Whether a condition or one within it, a segment's too, is such. */
export function asks(
  segments: Segments,
  c: ConditionSource,
  such: (c: ConditionSource) => boolean,
  seen = new Set<string>(),
): boolean {
  if (such(c)) return true
  if (c.segment !== undefined && !seen.has(c.segment)) {
    const inner = segments(c.segment)
    if (inner && asks(segments, inner, such, seen.add(c.segment))) return true
  }
  return children(c).some(({ child }) => asks(segments, child, such, seen))
}

export function isSinceTier({ recency, followUps }: ConditionSource): boolean {
  return recency?.since !== undefined || followUps?.since !== undefined
}

function children(c: ConditionSource): { child: ConditionSource; at: Path }[] {
  const lists = (['all', 'any', 'of'] as const).flatMap(kind =>
    (c[kind] ?? []).map((child, i) => ({ child, at: [kind, i] })),
  )
  return c.not ? [...lists, { child: c.not, at: ['not'] }] : lists
}
