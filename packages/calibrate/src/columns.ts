import { cutsOf, LEAST } from './cuts.ts'
import type { Attribute, Counted, Sample, Term } from './design.ts'
import { countOf, fadedCount, stepTo } from './ladder.ts'

/** What one number of the regression stands for in the rule of its term. */
export type Part =
  | { kind: 'each' }
  | { kind: 'from'; from: number }
  | { kind: 'is'; value: string | number | boolean }
  | { kind: 'unknown' }

export interface Column {
  /** Its place among the terms. */
  term: number
  part: Part
}

export interface Shape {
  /** Steps of one term at most: what a person still reads as one rule. */
  brackets?: number
  /** Fewest leads that a step or a value must have, and that must be without it. */
  least?: number
}

/** The numbers that the regression chooses from. Cut points and values are those of these samples, no others. */
export function columnsOf(
  terms: readonly Term[],
  training: readonly Sample[],
  { brackets = 8, least = LEAST }: Shape = {},
  among: readonly number[] = terms.map((_, i) => i),
): Column[] {
  return among.flatMap(i => {
    const values = training.map(s => s.values[i])
    return partsOf(terms[i] as Term, values, { brackets, least }).map(part => ({ term: i, part }))
  })
}

function partsOf(
  term: Term,
  values: readonly (Counted | Attribute)[],
  { brackets, least }: Required<Shape>,
): Part[] {
  const froms = (numbers: number[], above?: number): Part[] =>
    cutsOf(numbers, { most: brackets, least, ...(above === undefined ? {} : { above }) }).map(from => ({
      kind: 'from',
      from,
    }))
  if (term.kind === 'count') {
    if (term.shape === 'points') return [{ kind: 'each' }]
    return froms(
      values.map(v => countOf(v as Counted)),
      0,
    )
  }
  const known = values.filter(v => v !== undefined)
  const unknown: Part[] = enough(values.length - known.length, values.length, least)
    ? [{ kind: 'unknown' }]
    : []
  if (term.shape === 'brackets') return [...froms(known.filter(v => typeof v === 'number')), ...unknown]
  return [...frequent(known as string[], values.length, least), ...unknown]
}

function frequent(known: readonly (string | number | boolean)[], all: number, least: number): Part[] {
  const counts = new Map<string | number | boolean, number>()
  for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .filter(([value, count]) => isWritable(value) && enough(count, all, least))
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_ROWS)
    .map(([value]) => ({ kind: 'is', value }))
}

/** Rows of a table at most, as the language has it. */
const MOST_ROWS = 50

/** A text of a hundred characters is nobody's industry, and some parsers take no longer key. */
function isWritable(value: string | number | boolean): boolean {
  return String(value).length <= 100 && value !== '__proto__'
}

function enough(count: number, all: number, least: number): boolean {
  return count >= least && all - count >= least
}

/** A column's number for one value of its term: 0 where the lead has nothing of it. */
export function numberOf(term: Term, part: Part, value: Counted | Attribute): number {
  switch (part.kind) {
    case 'each':
      return fadedCount(value as Counted)
    case 'from':
      if (term.kind === 'count') return stepTo(part.from, value as Counted)
      return typeof value === 'number' && value >= part.from ? 1 : 0
    case 'is':
      return value === part.value ? 1 : 0
    case 'unknown':
      return value === undefined ? 1 : 0
  }
}

/** All numbers of the samples, one array a column. */
export function matrixOf(
  terms: readonly Term[],
  columns: readonly Column[],
  samples: readonly Sample[],
): Float64Array[] {
  return columns.map(({ term, part }) =>
    Float64Array.from(samples, s => numberOf(terms[term] as Term, part, s.values[term])),
  )
}
