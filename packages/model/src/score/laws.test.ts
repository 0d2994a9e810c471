import fc from 'fast-check'
import { type Deed, deed, deeds, leadOf, seenAs } from '../../test/arbitraries.ts'
import { HOUR, NOON } from '../../test/leads.ts'
import {
  type Content,
  decay,
  type Making,
  modelFrom,
  type RuleContent,
  SIGNALS,
  scoring,
  scoringModel,
} from '../../test/models.ts'
import { type Model, observe, scoreBy } from '../index.ts'

/** Deeds are of eight days, so that caps bite, and scores are read within twenty more. */
const DAYS = 24 * 8
const hours = fc.nat(20 * 24)
const positive: Making = { scale: 'long', min: 0 }
const scoresAt = (m: Model, list: readonly Deed[], t: number) =>
  m.scores.map(score => scoreBy(score, leadOf(m, list), t).millipoints)

function neverLower(before: readonly number[], after: readonly number[]): void {
  for (const [i, points] of before.entries()) expect(after[i]).toBeGreaterThanOrEqual(points)
}

test('contributions are whole thousandths, none is 0, and they sum to each score exactly', () => {
  fc.assert(
    fc.property(scoringModel({ scale: 'long', min: -10 }), deeds(DAYS), hours, (m, list, h) => {
      const lead = leadOf(m, list)
      for (const score of m.scores) {
        const { millipoints, contributions } = scoreBy(score, lead, NOON + h * HOUR)
        expect(contributions.reduce((sum, c) => sum + c.millipoints, 0)).toBe(millipoints)
        for (const c of contributions)
          expect(Number.isInteger(c.millipoints) && c.millipoints !== 0).toBe(true)
      }
    }),
  )
})

const amounts = ({ cap }: RuleContent): [period: string, amount: unknown][] =>
  cap === undefined ? [] : Object.entries(cap === 'once' ? { total: 1 } : (cap as object))
const capped = (rule: RuleContent, of: 'matches' | 'points', inPeriods = false) =>
  amounts(rule).some(
    ([period, amount]) =>
      (!inPeriods || period !== 'total') &&
      (JSON.stringify(amount).includes('points') ? 'points' : 'matches') === of,
  )

/** What the README says of one event more: where it takes the place of another, which was worth more. */
function takesPlaces(rule: RuleContent): boolean {
  const periods = capped(rule, 'matches', true) || capped(rule, 'points', true)
  if (rule.table && capped(rule, 'matches') && (rule.decay !== 'none' || periods)) return true
  if (rule.brackets && capped(rule, 'points', true)) return true
  return rule.signal === 'distinct' && periods
}

test('an event more never lowers a score of points from 0 up, at whatever time it was', () => {
  const signals = [...Object.keys(SIGNALS).filter(s => s !== 'visits'), 'follow-up']
  fc.assert(
    fc.property(
      scoringModel({ ...positive, signals, but: takesPlaces }),
      deeds(DAYS),
      deed(DAYS),
      hours,
      (m, list, one, h) => {
        const t = NOON + h * HOUR
        const more = scoresAt(m, [...list, one], t)
        neverLower(scoresAt(m, list, t), more)
      },
    ),
    { numRuns: 150 },
  )
})

test('nor does the latest event, of visits too', () => {
  fc.assert(
    fc.property(
      scoringModel({ ...positive, but: takesPlaces }),
      deeds(DAYS),
      deed(DAYS),
      hours,
      (m, list, one, h) => {
        const t = NOON + h * HOUR
        const lead = leadOf(m, list)
        const more = observe(undefined, lead, seenAs(m, { ...one, at: NOON }), NOON)
        for (const score of m.scores)
          expect(scoreBy(score, more, t).millipoints).toBeGreaterThanOrEqual(
            scoreBy(score, lead, t).millipoints,
          )
      },
    ),
    { numRuns: 100 },
  )
})

/** A rule that is worth more: its points, one row of its table, or its brackets from one of them on. */
function raised(rule: RuleContent, by: number, which: number): RuleContent {
  if (rule.points !== undefined) return { ...rule, points: rule.points + by }
  if (rule.brackets) {
    const from = which % rule.brackets.length
    return {
      ...rule,
      brackets: rule.brackets.map((b, i) => (i < from ? b : { ...b, points: b.points + by })),
    }
  }
  const table = rule.table as NonNullable<RuleContent['table']>
  const row = which % 2 === 0 ? 'X' : 'y'
  return {
    ...rule,
    table: { ...table, points: { ...table.points, [row]: (table.points[row] as number) + by } },
  }
}

test('more points for a rule never lower a score of points from 0 up', () => {
  const some = fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 50 }), fc.nat(9))
  fc.assert(
    fc.property(
      scoring({ ...positive, but: takesPlaces }),
      deeds(DAYS),
      hours,
      some,
      (c, list, h, [rule, by, which]) => {
        const change = (rules: RuleContent[]) =>
          rules.map((r, i) => (i === rule % rules.length ? raised(r, by / 8, which) : r))
        const better: Content = {
          ...c,
          rules: change(c.rules),
          scores: { product: { ...c.scores.product, rules: change(c.scores.product.rules) } },
        }
        const t = NOON + h * HOUR
        const more = scoresAt(modelFrom(better), list, t)
        neverLower(scoresAt(modelFrom(c), list, t), more)
      },
    ),
    { numRuns: 100 },
  )
})

test('with time alone a score of points from 0 up never rises', () => {
  const minutes = fc.tuple(fc.nat(60 * 24 * 60), fc.nat(60 * 24 * 60)).map(list => list.sort((a, b) => a - b))
  fc.assert(
    fc.property(scoringModel(positive), deeds(DAYS), minutes, (m, list, [a, b]) => {
      const at = (n: number | undefined) => scoresAt(m, list, NOON + (n as number) * 60_000)
      neverLower(at(b), at(a))
    }),
    { numRuns: 100 },
  )
})

test('a rule without its own decay takes that of its score, and a score without one the model’s', () => {
  fc.assert(
    fc.property(scoring({ scale: 'long', min: -10 }), decay('long'), deeds(DAYS), hours, (c, d, list, h) => {
      const { product } = c.scores
      const by = (rules: (r: RuleContent) => unknown, more: object = {}, whole: object = {}) =>
        scoresAt(
          modelFrom({
            ...c,
            ...whole,
            rules: [],
            scores: { product: { ...product, ...more, rules: product.rules.map(rules) } },
          } as Content),
          list,
          NOON + h * HOUR,
        )
      const own = by(r => ({ ...r, decay: d }))
      const without = ({ decay, ...rest }: RuleContent) => rest
      expect(by(without, { decay: d }, { decay: 'none' })).toEqual(own)
      expect(by(without, {}, { decay: d })).toEqual(own)
    }),
    { numRuns: 60 },
  )
})
