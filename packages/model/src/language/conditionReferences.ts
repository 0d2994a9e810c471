import { FOLLOW_UP } from '../facts/lead.ts'
import { MAIN } from '../model.ts'
import { cellsOf } from '../score/grid.ts'
import type { Path } from './problem.ts'
import type { ConditionSource } from './schema/condition.ts'
import type { ModelSource } from './schema/model.ts'
import type { Told } from './told.ts'

/** What conditions refer to. */
export class ConditionReferences {
  readonly signals: readonly string[]
  readonly #m: ModelSource
  readonly #told: Told
  readonly #scores: readonly string[]
  readonly #segments: readonly string[]
  readonly #phases: readonly string[]

  constructor(m: ModelSource, told: Told) {
    this.#m = m
    this.#told = told
    this.signals = [...Object.keys(m.signals), FOLLOW_UP]
    this.#scores = [MAIN, ...Object.keys(m.scores ?? {})]
    this.#segments = Object.keys(m.segments ?? {})
    this.#phases = (m.phases ?? []).map(p => p.name)
  }

  /** @param may whether it may ask for the phase: what decides the phase may not */
  look(c: ConditionSource, path: Path, may: { phase: boolean } = { phase: true }): void {
    for (const { child, at } of children(c)) this.look(child, [...path, ...at], may)
    if (c.count) this.#told.unknown([...path, 'count', 'signal'], 'signal', c.count.signal, this.signals)
    if (c.recency)
      this.#told.unknown([...path, 'recency', 'signal'], 'signal', c.recency.signal, this.signals)
    if (c.score?.of !== undefined)
      this.#told.unknown([...path, 'score', 'of'], 'score', c.score.of, this.#scores)
    if (c.fit && !this.#m.fit) this.#told.say([...path, 'fit'], 'the model has no `fit` section to ask for')
    if (c.grid) this.#cells([...path, 'grid'], c.grid)
    if (c.phase) this.#phase([...path, 'phase'], c.phase, may.phase)
    if (c.segment !== undefined) {
      this.#told.unknown([...path, 'segment'], 'segment', c.segment, this.#segments)
      if (!may.phase && asks(this.#m, c, x => x.phase !== undefined))
        this.#told.say(
          [...path, 'segment'],
          `the segment “${c.segment}” asks for the phase, which this condition decides`,
        )
    }
    if (c.tier)
      this.#told.say(
        [...path, 'tier'],
        'a model decides the tier, so it cannot ask for it; `hotlead leads --where` can',
      )
  }

  #cells(path: Path, cells: readonly string[]): void {
    const { grid } = this.#m
    if (!grid) this.#told.say(path, 'the model has no `grid` section to ask for')
    else for (const cell of cells) this.#told.unknown(path, 'cell', cell, cellsOf(grid))
  }

  #phase(path: Path, asked: NonNullable<ConditionSource['phase']>, may: boolean): void {
    if (!may) this.#told.say(path, 'a phase’s own condition cannot ask for the phase')
    else
      for (const name of Array.isArray(asked) ? asked : [asked.atLeast])
        this.#told.unknown(path, 'phase', name, this.#phases)
  }
}

/** Whether a condition or one within it, a segment's too, is such. */
export function asks(
  m: ModelSource,
  c: ConditionSource,
  such: (c: ConditionSource) => boolean,
  seen = new Set<string>(),
): boolean {
  if (such(c)) return true
  if (c.segment !== undefined && !seen.has(c.segment)) {
    const inner = m.segments?.[c.segment]
    if (inner && asks(m, inner, such, seen.add(c.segment))) return true
  }
  return children(c).some(({ child }) => asks(m, child, such, seen))
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
