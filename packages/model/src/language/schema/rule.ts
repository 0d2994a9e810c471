import { z } from 'zod'
import type { Bracket, Cap, Decay } from '../../model.ts'
import {
  duration,
  impossible,
  limit,
  name,
  oneOf,
  points,
  possible,
  upToAYear,
  wholeNumber,
} from './basics.ts'
import { field } from './signal.ts'
import { testOf, tests } from './test.ts'

const DECAYS = 'none, or one of halfLife, window, linear (each a length of time such as 7d) or steps'

const say = (ctx: z.RefinementCtx, path: PropertyKey[], message: string) =>
  ctx.addIssue({ code: 'custom', path, message })

const steps = z
  .array(
    z.strictObject({
      within: upToAYear.describe('Up to this age'),
      weight: z.number().min(0).max(1).describe('So much of the points, from 1 to 0'),
    }),
  )
  .min(1)
  .superRefine((all, ctx) => {
    for (const [i, s] of all.entries()) {
      const before = all[i - 1]
      if (before && s.within <= before.within)
        say(ctx, [i, 'within'], 'more than that of the step before: `within` grows')
      if (before && s.weight > before.weight)
        say(
          ctx,
          [i, 'weight'],
          `at most ${before.weight}, as the step before has: what is older weighs no more`,
        )
    }
  })

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
          .strictObject(
            {
              length: period.describe(
                'How long a period is; they lie one after another from Monday, 5 January 1970',
              ),
              most: amount.describe('Most that count in each'),
            },
            { error: 'a group such as { length: 30d, most: 1 }' },
          )
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

function fromGrows(all: readonly Bracket[], ctx: z.RefinementCtx): void {
  for (const [i, b] of all.entries()) {
    const before = all[i - 1]
    if (before && b.from <= before.from)
      say(ctx, [i, 'from'], `above ${before.from}, where the bracket before begins`)
  }
}
/** More of the same must not be worth less: else what a lead does would lower its score, or silence raise it. */
function growsAwayFrom0(all: readonly Bracket[], ctx: z.RefinementCtx): void {
  fromGrows(all, ctx)
  const down = (all.find(b => b.points !== 0)?.points ?? 0) < 0
  for (const [i, b] of all.entries()) {
    const before = all[i - 1]?.points ?? 0
    if (down ? b.points > before : b.points < before)
      say(
        ctx,
        [i, 'points'],
        `at ${down ? 'most' : 'least'} ${before}, as the bracket before has: more of the same is not worth less`,
      )
  }
}
const BRACKETS = 'a list such as [{ from: 1, points: 5 }, { from: 5, points: 20 }]'
const countBrackets = z
  .array(z.strictObject({ from: z.number().positive(), points }), { error: BRACKETS })
  .min(1)
  .max(50)
  .superRefine(growsAwayFrom0)

const rows = z
  .record(z.string(), points)
  .refine(r => Object.keys(r).length > 0 && Object.keys(r).length <= 50, {
    message: 'at least 1 and at most 50 values, each with its points',
  })
const WORTH = 'one of points, table or brackets: what is it worth?'

export const rule = z
  .strictObject(
    {
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
    },
    { error: 'a rule such as { signal: NAME, points: 5 }' },
  )
  .refine(r => oneOf({ points: r.points, table: r.table, brackets: r.brackets }), { message: WORTH })
export type RuleSource = z.output<typeof rule>

const rules = z.array(rule).max(200)
const groups = z.record(name, z.strictObject({ limit }, { error: 'a group such as { limit: 40 }' }))

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
  .array(z.strictObject({ from: z.number(), points }), { error: BRACKETS })
  .min(1)
  .max(50)
  .superRefine(fromGrows)
const FIT_WORTH = 'points with what the value must be, or a table, or brackets'
export const fitRule = z
  .strictObject(
    {
      attribute: z.string().min(1).max(64).describe('The lead’s attribute that it asks for'),
      name: name.optional().describe('What the rule is called, where it is not as its attribute'),
      ...tests,
      points: points.optional().describe('Points where the test holds'),
      table: rows.optional().describe('Points by the attribute’s value'),
      brackets: fitBrackets
        .optional()
        .describe('Points by a number: those of the highest `from` that it reaches'),
      otherwise: points.optional().describe('Points where it is known and nothing of this holds; else 0'),
      unknown: points
        .optional()
        .describe('Points where it is not known, which is no answer, not a no; else 0'),
    },
    { error: 'a rule such as { attribute: NAME, table: { JP: 10 } }' },
  )
  .refine(r => oneOf({ points: r.points, table: r.table, brackets: r.brackets }), { message: FIT_WORTH })
  .refine(
    r => (r.points === undefined) !== Object.keys(tests).some(t => r[t as keyof typeof tests] !== undefined),
    {
      message: FIT_WORTH,
    },
  )
  .refine(possible, impossible)
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
