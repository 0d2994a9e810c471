import { z } from 'zod'
import type { Bracket, Cap, Decay } from '../../model.ts'
import { duration, limit, name, oneOf, points, upToAYear, wholeNumber } from './basics.ts'
import { field } from './signal.ts'
import { testOf, tests } from './test.ts'

const DECAYS = 'none, or one of halfLife, window, linear (each a length of time such as 7d) or steps'

const steps = z
  .array(z.strictObject({ within: upToAYear, weight: z.number().min(0).max(1) }))
  .min(1)
  .refine(
    all => all.every((s, i) => i === 0 || (s.within > all[i - 1]!.within && s.weight <= all[i - 1]!.weight)),
    { message: 'steps whose `within` grows and whose `weight` falls' },
  )

export const decay = z.union(
  [
    z.literal('none').transform((): Decay => ({ kind: 'none' })),
    z
      .strictObject({
        halfLife: upToAYear.optional(),
        window: upToAYear.optional(),
        linear: upToAYear.optional(),
        steps: steps.optional(),
      })
      .refine(oneOf, { message: DECAYS })
      .transform((d): Decay => {
        if (d.steps) return { kind: 'steps', steps: d.steps }
        if (d.halfLife !== undefined) return { kind: 'halfLife', length: d.halfLife }
        if (d.window !== undefined) return { kind: 'window', length: d.window }
        return { kind: 'linear', length: d.linear as number }
      }),
  ],
  { error: DECAYS },
)

const AMOUNT = 'a whole number of matches such as 2, or points such as "20 points"'
const amount = z.union(
  [
    wholeNumber.transform(most => ({ most, of: 'matches' as const })),
    z
      .string()
      .regex(/^\d+(\.\d+)? points?$/, AMOUNT)
      .transform(t => ({ most: Number.parseFloat(t), of: 'points' as const }))
      .refine(c => c.most > 0, { message: AMOUNT }),
  ],
  { error: AMOUNT },
)

const HOUR = 3_600_000
const period = duration.refine(ms => ms % HOUR === 0 && ms <= 366 * 24 * HOUR, {
  message: 'whole hours, at most 366d: facts are kept by the hour',
})
const NEEDS_CAP = 'perDay, perWeek, perPeriod or total'
export const cap = z.union(
  [
    z.literal('once').transform((): Cap[] => [{ hours: Number.POSITIVE_INFINITY, most: 1, of: 'matches' }]),
    z
      .strictObject({
        perDay: amount.optional(),
        perWeek: amount.optional(),
        perPeriod: z.strictObject({ length: period, most: amount }).optional(),
        total: amount.optional(),
      })
      .refine(c => Object.values(c).some(v => v !== undefined), { message: NEEDS_CAP })
      .transform((c): Cap[] => {
        const caps: Cap[] = []
        if (c.perDay) caps.push({ hours: 24, ...c.perDay })
        if (c.perWeek) caps.push({ hours: 7 * 24, ...c.perWeek })
        if (c.perPeriod) caps.push({ hours: c.perPeriod.length / HOUR, ...c.perPeriod.most })
        if (c.total) caps.push({ hours: Number.POSITIVE_INFINITY, ...c.total })
        return caps
      }),
  ],
  { error: `once, or a group of ${NEEDS_CAP}` },
)

const growing = (all: readonly Bracket[]) =>
  all.every((b, i) => i === 0 || b.from > all[i - 1]!.from) &&
  (all.every((b, i) => b.points >= (all[i - 1]?.points ?? 0)) ||
    all.every((b, i) => b.points <= (all[i - 1]?.points ?? 0)))
/** More of the same must not be worth less: else what a lead does would lower its score, or silence raise it. */
const countBrackets = z
  .array(z.strictObject({ from: z.number().positive(), points }))
  .min(1)
  .max(50)
  .refine(growing, { message: 'brackets whose `from` grows and whose points grow away from 0' })

const rows = z
  .record(z.string(), points)
  .refine(r => Object.keys(r).length > 0 && Object.keys(r).length <= 50, {
    message: 'at least 1 and at most 50 values, each with its points',
  })
const WORTH = 'one of points, table or brackets: what is it worth?'

export const rule = z
  .strictObject({
    signal: name,
    name: name.optional(),
    points: points.optional(),
    table: z.strictObject({ of: field, points: rows, otherwise: points.optional() }).optional(),
    brackets: countBrackets.optional(),
    cap: cap.optional(),
    decay: decay.optional(),
    limit: limit.optional(),
    group: name.optional(),
  })
  .refine(r => oneOf({ points: r.points, table: r.table, brackets: r.brackets }), { message: WORTH })
export type RuleSource = z.output<typeof rule>

const rules = z.array(rule).max(200)
const groups = z.record(name, z.strictObject({ limit }))

/** What a score is made of; the model's own is the main one. */
export const scoreParts = { rules: rules.optional(), groups: groups.optional(), limit: limit.optional() }
export const score = z.strictObject({
  description: z.string().max(2000).optional(),
  decay: decay.optional(),
  ...scoreParts,
  rules,
})

const fitBrackets = z
  .array(z.strictObject({ from: z.number(), points }))
  .min(1)
  .max(50)
  .refine(all => all.every((b, i) => i === 0 || b.from > all[i - 1]!.from), {
    message: 'brackets whose `from` grows',
  })
const FIT_WORTH = 'points with what the value must be, or a table, or brackets'
export const fitRule = z
  .strictObject({
    attribute: z.string().min(1).max(64),
    name: name.optional(),
    ...tests,
    points: points.optional(),
    table: z.record(z.string(), points).optional(),
    brackets: fitBrackets.optional(),
    otherwise: points.optional(),
    unknown: points.optional(),
  })
  .refine(r => oneOf({ points: r.points, table: r.table, brackets: r.brackets }), { message: FIT_WORTH })
  .refine(
    r => (r.points === undefined) !== Object.keys(tests).some(t => r[t as keyof typeof tests] !== undefined),
    {
      message: FIT_WORTH,
    },
  )
  .transform(({ attribute, name: called, points: worth, table, brackets, otherwise, unknown, ...test }) => ({
    attribute,
    name: called,
    points: worth,
    table,
    brackets,
    otherwise,
    unknown,
    test: testOf(test),
  }))
export type FitRuleSource = z.output<typeof fitRule>
export const fit = z.strictObject({ rules: z.array(fitRule).min(1).max(200), limit: limit.optional() })
