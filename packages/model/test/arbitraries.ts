import type { Lead } from '@hotlead/contracts'
import fc from 'fast-check'
import { FOLLOW_UP, newLead, observe, once, type Seen } from '../src/index.ts'
import { HOUR, NOON } from './leads.ts'

const signal = fc.constantFrom('a', 'b', 'c')

/** Something that a lead did within `hours` before noon. */
export function seen(hours: number): fc.Arbitrary<Seen> {
  return fc
    .record({
      at: fc.integer({ min: NOON - hours * HOUR, max: NOON }),
      signals: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', FOLLOW_UP), { maxLength: 2 }),
      id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      attribute: fc.option(
        fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom<boolean | number | string>(true, 'true', 1, '1')),
        { freq: 3 },
      ),
    })
    .map(({ attribute, ...s }) => ({
      ...s,
      signals: s.signals.map(once),
      what: `id ${s.id}`,
      attributes: attribute ? { [attribute[0]]: attribute[1] } : undefined,
    }))
}

export function history(hours: number, maxLength = 40): fc.Arbitrary<Seen[]> {
  return fc.uniqueArray(seen(hours), { maxLength, selector: s => s.id })
}

/** Folded without a model, so that nothing is pruned. */
export function leadOf(history: readonly Seen[]): Lead {
  return history.reduce((lead, s) => observe(undefined, lead, s, NOON), newLead())
}

/** Lengths of time of a model, short (minutes to hours) or long (hours to a year). */
export type Scale = 'short' | 'long'
const lengths = { short: ['5m', '40m', '1h', '100m', '3h'], long: ['6h', '1d', '36h', '7d', '30d', '366d'] }

export function length(scale: Scale): fc.Arbitrary<string> {
  return fc.constantFrom(...lengths[scale])
}

export function decay(scale: Scale): fc.Arbitrary<unknown> {
  const [, , middle, , longest] = lengths[scale]
  return fc.oneof(
    fc.constant('none'),
    length(scale).map(halfLife => ({ halfLife })),
    length(scale).map(window => ({ window })),
    length(scale).map(linear => ({ linear })),
    fc.constant({
      steps: [
        { within: middle, weight: 0.75 },
        { within: longest, weight: 0.25 },
      ],
    }),
  )
}

function rule(scale: Scale, min: number): fc.Arbitrary<{ signal: string; points: number }> {
  return fc.record(
    {
      signal,
      points: fc.integer({ min: min * 8, max: 80 }).map(n => n / 8),
      decay: decay(scale),
      cap: fc
        .record(
          { perDay: fc.integer({ min: 1, max: 5 }), total: fc.integer({ min: 1, max: 9 }) },
          { requiredKeys: [] },
        )
        .filter(cap => Object.keys(cap).length > 0),
    },
    { requiredKeys: ['signal', 'points', 'decay'] },
  )
}

/** Rules for some of the signals; with points from `min` up. */
export function rules(scale: Scale, min: number): fc.Arbitrary<{ signal: string; points: number }[]> {
  return fc.uniqueArray(rule(scale, min), { minLength: 1, maxLength: 3, selector: r => r.signal })
}

const bound = fc.constantFrom('atLeast', 'above', 'atMost', 'below')
const score = fc.tuple(bound, fc.integer({ min: -10, max: 60 })).map(([b, n]) => ({ score: { [b]: n / 2 } }))

function count(scale: Scale) {
  return fc
    .tuple(signal, bound, fc.integer({ min: 1, max: 6 }), fc.option(length(scale)))
    .map(([name, b, n, within]) => ({ count: { signal: name, [b]: n, ...(within && { within }) } }))
}

function recency(scale: Scale) {
  return fc.tuple(signal, length(scale)).map(([name, within]) => ({ recency: { signal: name, within } }))
}

export function condition(scale: Scale): fc.Arbitrary<unknown> {
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 4, arbitrary: score },
      { weight: 2, arbitrary: count(scale) },
      { weight: 1, arbitrary: recency(scale) },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }).map(all => ({ all })) },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }).map(any => ({ any })) },
      { weight: 1, arbitrary: tie('tree').map(not => ({ not })) },
    ),
  }))
  return tree
}

/** Three tiers with any conditions, sensible or not. */
export function tiers(scale: Scale): fc.Arbitrary<{ name: string }[]> {
  const tier = (name: string) =>
    fc.record(
      {
        name: fc.constant(name),
        enter: condition(scale),
        exit: condition(scale),
        dwell: length(scale),
        coolDown: length(scale),
      },
      { requiredKeys: ['name', 'enter'] },
    )
  return fc.tuple(fc.constant({ name: 'COLD' }), tier('WARM'), tier('HOT'))
}
