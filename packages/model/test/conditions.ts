import fc from 'fast-check'
import { length, type Scale } from './arbitraries.ts'

/**
 * Where a condition stands: a tier's (and a list's) may ask for anything; that of a phase or a segment not for the phase,
 * a segment, or what happened since the tier.
 */
export type Place = 'tier' | 'inner'

const bound = fc.constantFrom('atLeast', 'above', 'atMost', 'below')
const half = fc.integer({ min: -10, max: 60 }).map(n => n / 2)
const bounds = (n: fc.Arbitrary<number>) => fc.tuple(bound, n).map(([b, x]) => ({ [b]: x }))
const signal = fc.constantFrom('a', 'b', 'c', 'sum', 'distinct', 'visits')

const attribute = fc
  .tuple(
    fc.constantFrom('x', 'y'),
    fc.constantFrom<object>(
      { exists: true },
      { exists: false },
      { equals: 'TRUE' },
      { in: ['true', 40] },
      { notIn: [1, 'true'] },
      { contains: '@' },
      { startsWith: 'ann' },
      { endsWith: '.com' },
      { matches: '^ann@.*rival' },
      { domain: ['rival.com', 'x.org'] },
      { atLeast: 2, below: 50 },
      { after: '2025-12-31', before: '2026-02-01T00:00:00Z' },
    ),
  )
  .map(([name, test]) => ({ attribute: { name, ...test } }))

function leaves(scale: Scale, place: Place): { weight: number; arbitrary: fc.Arbitrary<unknown> }[] {
  const within = fc.option(length(scale)).map(w => (w === null ? {} : { within: w }))
  const count = fc
    .tuple(signal, bounds(fc.integer({ min: 1, max: 6 })), within)
    .map(([name, b, w]) => ({ count: { signal: name, ...b, ...w } }))
  const always = [
    { weight: 5, arbitrary: bounds(half).map(b => ({ score: b })) },
    { weight: 5, arbitrary: bounds(half).map(b => ({ score: { of: 'product', ...b } })) },
    { weight: 3, arbitrary: count },
    {
      weight: 2,
      arbitrary: fc.tuple(signal, length(scale)).map(([s, w]) => ({ recency: { signal: s, within: w } })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(bounds(fc.constant(1)), within).map(([b, w]) => ({ followUps: { ...b, ...w } })),
    },
    { weight: 1, arbitrary: bounds(half).map(b => ({ fit: b })) },
    {
      weight: 2,
      arbitrary: fc
        .subarray(['A1', 'A2', 'A3', 'B1', 'B2', 'B3', 'C1', 'C2', 'C3'], { minLength: 1 })
        .map(cells => ({ grid: cells })),
    },
    { weight: 1, arbitrary: attribute },
    { weight: 1, arbitrary: fc.constant({ consent: 'mail' }) },
  ]
  if (place === 'inner') return always
  return [
    ...always,
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(
        { phase: 'p2' },
        { phase: ['p1', 'p3'] },
        { phase: { atLeast: 'p2' } },
      ),
    },
    { weight: 2, arbitrary: fc.constantFrom({ segment: 's' }, { segment: 't' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>(
        { followUps: { since: 'tier', atLeast: 1 } },
        { recency: { signal: 'a', since: 'tier' } },
      ),
    },
  ]
}

/** Any tree of conditions. */
export function condition(scale: Scale, place: Place): fc.Arbitrary<unknown> {
  const { tree } = fc.letrec(tie => {
    const some = fc.array(tie('tree'), { minLength: 1, maxLength: 3 })
    return {
      tree: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        ...leaves(scale, place),
        { weight: 2, arbitrary: some.map(all => ({ all })) },
        { weight: 2, arbitrary: some.map(any => ({ any })) },
        { weight: 1, arbitrary: tie('tree').map(not => ({ not })) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(some, fc.nat(2))
            .map(([of, n]) => ({ atLeast: Math.min(n + 1, of.length), of })),
        },
      ),
    }
  })
  return tree
}
