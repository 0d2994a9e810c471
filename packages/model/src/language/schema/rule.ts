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
        halfLife: upToAYear.optional().describe('Half of it is left after each such time'),
        window: upToAYear.optional().describe('All of it up to this age, then nothing'),
        linear: upToAYear.optional().describe('It falls evenly to nothing within this time'),
        steps: steps.optional().describe('A weight up to each age, then nothing'),
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
        perDay: amount.optional().describe('Most that count in a day, UTC'),
        perWeek: amount.optional().describe('Most that count in a week, from Monday, UTC'),
        perPeriod: z
          .strictObject({
            length: period.describe(
              'How long a period is; they lie one after another from Monday, 5 January 1970',
            ),
            most: amount.describe('Most that count in each'),
          })
          .optional()
          .describe('Most that count in periods of any length'),
        total: amount.optional().describe('Most that count at all'),
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
    signal: name.describe('What it counts'),
    name: name.optional().describe('What the rule is called, where it is not as its signal'),
    points: points.optional().describe('Points for each match, or for each unit of a sum; may be below 0'),
    table: z
      .strictObject({
        of: field.describe('What the rows are values of, such as property.plan'),
        points: rows.describe('Points for each value'),
        otherwise: points.optional().describe('Points for any other value, and for none'),
      })
      .optional()
      .describe('Points by a value of the event'),
    brackets: countBrackets
      .optional()
      .describe('Points for all counted matches together: those of the highest `from` that they reach'),
    cap: cap
      .optional()
      .describe('Most that count, before fading: matches (2) or points ("20 points"), or `once`'),
    decay: decay.optional().describe('How it fades, where not as the model’s decay says'),
    limit: limit.optional().describe('Bound of what is left after fading'),
    group: name.optional().describe('Group whose limit holds for this rule and others together'),
  })
  .refine(r => oneOf({ points: r.points, table: r.table, brackets: r.brackets }), { message: WORTH })
export type RuleSource = z.output<typeof rule>

const rules = z.array(rule).max(200)
const groups = z.record(name, z.strictObject({ limit }))

/** What a score is made of; the model's own is the main one. */
export const scoreParts = {
  rules: rules.optional().describe('What each signal is worth'),
  groups: groups.optional().describe('Limits of rules together, by the group’s name'),
  limit: limit.optional().describe('Bound of the whole score'),
}
export const score = z.strictObject({
  description: z.string().max(2000).optional(),
  decay: decay.optional(),
  ...scoreParts,
  rules: rules.describe('What each signal is worth in this score'),
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
    attribute: z.string().min(1).max(64).describe('The lead’s attribute that it asks for'),
    name: name.optional().describe('What the rule is called, where it is not as its attribute'),
    ...tests,
    points: points.optional().describe('Points where the test holds'),
    table: z.record(z.string(), points).optional().describe('Points by the attribute’s value'),
    brackets: fitBrackets
      .optional()
      .describe('Points by a number: those of the highest `from` that it reaches'),
    otherwise: points.optional().describe('Points where it is known and nothing of this holds; else 0'),
    unknown: points.optional().describe('Points where it is not known, which is no answer, not a no; else 0'),
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
export const fit = z.strictObject({
  rules: z.array(fitRule).min(1).max(200).describe('What each attribute is worth'),
  limit: limit.optional().describe('Bound of the whole fit'),
})
