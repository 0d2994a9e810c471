import fc from 'fast-check'
import { build } from '../src/language/build.ts'
import { wrongReferences } from '../src/language/references.ts'
import { modelSchema } from '../src/language/schema/model.ts'
import type { Model } from '../src/model.ts'
import { length, type Scale } from './arbitraries.ts'
import { condition } from './conditions.ts'

/** A model's content, as the file says it. */
export interface Content {
  name: string
  signals: Record<string, unknown>
  rules: RuleContent[]
  scores: { product: { rules: RuleContent[]; groups: object; limit?: unknown } }
  tiers: { name: string; enter?: unknown; exit?: unknown }[]
  [section: string]: unknown
}
export interface RuleContent {
  signal: string
  name: string
  points?: number
  table?: { of: string; points: Record<string, number>; otherwise?: number }
  brackets?: { from: number; points: number }[]
  cap?: unknown
  decay: unknown
  limit?: unknown
  group?: string
}

/** The three kinds of event, and every way to count them. */
export const SIGNALS = {
  a: { name: 'a' },
  b: { name: 'b' },
  c: { name: 'c' },
  sum: { name: { in: ['a', 'b'] }, count: { sum: 'property.n' } },
  distinct: { name: ['b', 'c'], count: { distinct: 'property.sku' } },
  visits: { anyOf: [{ name: 'a' }, { name: 'c' }], count: { visits: { gap: '20m' } } },
}

/** What random models are made of. */
export interface Making {
  scale: Scale
  /** Lowest points; below 0, some rules take points away. */
  min: 0 | -10
  /** Signals of rules. */
  signals?: readonly string[]
  /** Whether limits may lift: bounds from below. */
  lifting?: boolean
  /** Rules that a law does not hold for. */
  but?: (rule: RuleContent) => boolean
}

export function decay(scale: Scale): fc.Arbitrary<unknown> {
  const [middle, longest] = scale === 'short' ? ['1h', '3h'] : ['36h', '30d']
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

/** Eighths, which doubles hold exactly: so a count that was pruned in another grouping rounds alike. */
const points = (min: number) => fc.integer({ min: min * 8, max: 80 }).map(n => n / 8)

const amount = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 160 }).map(n => `${n / 8} points`),
)
const cap = fc.oneof(
  { weight: 1, arbitrary: fc.constant('once') },
  {
    weight: 4,
    arbitrary: fc
      .record(
        {
          perDay: amount,
          perWeek: amount,
          perPeriod: fc.record({ length: fc.constantFrom('1h', '5h', '36h', '30d'), most: amount }),
          total: amount,
        },
        { requiredKeys: [] },
      )
      .filter(c => Object.keys(c).length > 0),
  },
)

/** Of points: an upper bound, and where it may lift a lower one too. */
const limit = ({ min, lifting = true }: Making): fc.Arbitrary<unknown> => {
  const upper = fc.integer({ min: 0, max: 30 })
  const lower = fc.integer({ min: 2 * min, max: 0 })
  return lifting
    ? fc.oneof(
        upper,
        fc.record({ atMost: upper, atLeast: lower }),
        fc.integer({ min: 1, max: 5 }).map(atLeast => ({ atLeast })),
      )
    : upper
}

/** From so many on worth so much, more and more (or, of what is below 0, less and less). */
const brackets = (min: number) =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      fc.array(points(0), { minLength: 4, maxLength: 4 }),
      min < 0 ? fc.constantFrom(1, -1) : fc.constant(1),
    )
    .map(([froms, steps, sign]) => {
      let worth = 0
      return froms
        .sort((a, b) => a - b)
        .map((from, i) => {
          worth += steps[i] as number
          return { from: from / 2, points: worth === 0 ? 0 : sign * worth }
        })
    })

const table = (min: number) =>
  fc.tuple(points(min), points(min), fc.option(points(min))).map(([x, y, otherwise]) => ({
    of: 'property.plan',
    points: { X: x, y },
    ...(otherwise !== null && { otherwise }),
  }))

function rule(making: Making): fc.Arbitrary<Omit<RuleContent, 'name'>> {
  const { scale, min, signals = [...Object.keys(SIGNALS), 'follow-up'] } = making
  const worth = fc.oneof(
    { weight: 3, arbitrary: points(min).map(p => ({ points: p })) },
    { weight: 1, arbitrary: brackets(min).map(b => ({ brackets: b })) },
    { weight: 1, arbitrary: table(min).map(t => ({ table: t })) },
  )
  const rest = fc.record(
    { decay: decay(scale), cap, limit: limit(making), group: fc.constantFrom('g', 'h') },
    { requiredKeys: ['decay'] },
  )
  return fc
    .tuple(fc.constantFrom(...signals), worth, rest)
    .map(([signal, w, r]) => ({ signal, ...w, ...r }))
    .filter(r => !(r.signal === 'follow-up' && 'table' in r))
}

/** Some rules, named r1, r2 … */
export function rules(making: Making): fc.Arbitrary<RuleContent[]> {
  const but = making.but ?? (() => false)
  return fc
    .array(rule(making), { minLength: 1, maxLength: 4 })
    .map(list => list.map((r, i) => ({ name: `r${i + 1}`, ...r })).filter(r => !but(r)))
}

function score(making: Making) {
  const groups = fc
    .record({ g: limit(making), h: limit(making) })
    .map(({ g, h }) => ({ g: { limit: g }, h: { limit: h } }))
  return fc.record(
    { rules: rules(making), groups, limit: limit(making) },
    { requiredKeys: ['rules', 'groups'] },
  )
}

const fit = fc.record(
  {
    rules: fc
      .tuple(
        fc.record({
          attribute: fc.constant('x'),
          in: fc.constant(['true', 40]),
          points: points(-10),
          otherwise: points(-10),
        }),
        fc.record({
          attribute: fc.constant('y'),
          table: fc.constant({ TRUE: 4, 1: -2.5 }),
          unknown: points(-10),
        }),
        fc.record({
          name: fc.constant('size'),
          attribute: fc.constant('y'),
          brackets: fc.tuple(points(-10), points(-10)).map(([p, q]) => [
            { from: 1, points: p },
            { from: 20, points: q },
          ]),
        }),
      )
      .map(list => [...list]),
    limit: fc.constantFrom<unknown>(5, -5, { atLeast: -3, atMost: 12 }),
  },
  { requiredKeys: ['rules'] },
)

const bands = (names: [string, string, string]) =>
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: -5, max: 20 }))
    .map(([step, low]) => [
      { name: names[0], atLeast: low + step },
      { name: names[1], atLeast: low },
      { name: names[2] },
    ])
const grid = fc.record(
  { fit: bands(['A', 'B', 'C']), score: bands(['1', '2', '3']), of: fc.constant('product') },
  { requiredKeys: ['fit', 'score'] },
)

/**
 * Three tiers with any conditions, sensible or not. One whose enter asks for something since the tier has an exit, one whose exit
 * does, a cool-down.
 */
function tiers(scale: Scale) {
  const tier = (name: string) =>
    fc
      .record(
        {
          name: fc.constant(name),
          enter: condition(scale, 'tier'),
          exit: condition(scale, 'tier'),
          announce: fc.constantFrom<unknown>(true, false, 'once', { again: '30d' }),
          dwell: length(scale),
          coolDown: length(scale),
        },
        { requiredKeys: ['name', 'enter'] },
      )
      .map(t => (JSON.stringify(t.enter).includes('since') ? { exit: { score: { below: -900 } }, ...t } : t))
      .map(t => (JSON.stringify(t.exit)?.includes('since') ? { coolDown: '3h', ...t } : t))
  return fc.tuple(fc.constant({ name: 'COLD' }), tier('WARM'), tier('HOT')).map(list => [...list])
}

/** A model that only gives points, by two scores: all that the laws of scoring need. */
export function scoring(making: Making): fc.Arbitrary<Content> {
  return fc
    .record(
      { main: score(making), product: score(making), decay: decay(making.scale) },
      { requiredKeys: ['main', 'product'] },
    )
    .map(({ main, product, ...rest }) => ({
      name: 'any',
      signals: SIGNALS,
      ...main,
      scores: { product },
      ...rest,
      tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 1 } } }],
    }))
}

/** A model with everything that the language has. */
export function content(making: Making): fc.Arbitrary<Content> {
  const { scale } = making
  const inner = condition(scale, 'inner')
  const rest = fc.record(
    {
      fit,
      grid,
      segments: fc.record({ s: inner, t: inner }),
      phases: fc
        .tuple(inner, inner)
        .map(([p, q]) => [{ name: 'p1' }, { name: 'p2', when: p }, { name: 'p3', when: q }]),
      suppress: condition(scale, 'tier').map(when => [{ name: 'list', when }]),
      tiers: tiers(scale),
    },
    { requiredKeys: ['fit', 'grid', 'segments', 'phases', 'tiers'] },
  )
  return fc.tuple(scoring(making), rest).map(([points, more]) => ({ ...points, ...more }))
}

/** The model of a content, without the detour of a text. @throws where it is not sound */
export function modelFrom(c: Content): Model {
  const checked = modelSchema.parse(c)
  const wrong = wrongReferences(checked)
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong))
  return build(checked, c)
}

export function model(making: Making): fc.Arbitrary<Model> {
  return content(making).map(modelFrom)
}

export function scoringModel(making: Making): fc.Arbitrary<Model> {
  return scoring(making).map(modelFrom)
}
