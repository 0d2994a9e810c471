import { z } from 'zod'
import { YEAR } from './decay.ts'
import { parseDuration } from './duration.ts'
import type { Decay, Range } from './model.ts'

const duration = z.string({ error: 'a length of time such as 30d, 12h or 90m' }).transform((text, ctx) => {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  ctx.addIssue({ code: 'custom', message: 'a length of time such as 30d, 12h or 90m' })
  return z.NEVER
})
/** What looks at facts by the hour, which are kept for a year. */
const upToAYear = duration.refine(ms => ms <= YEAR, {
  message: 'at most 366d, for which facts are kept by the hour (without `within` a count is of all time)',
})
const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w -]{0,63}$/, 'a name of letters, digits, spaces, - and _, at most 64')
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item.transform(x => [x]), z.array(item).min(1)])
const text = z.string().min(1).max(500)
const value = z.union([z.string().max(256), z.number(), z.boolean()], {
  error: 'a text, a number, or true or false',
})
const wholeNumber = z.int().min(1)

const range = {
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
}
const hasBound = (r: Range) => [r.atLeast, r.atMost, r.above, r.below].some(b => b !== undefined)
const needsBound = { message: 'one of atLeast, atMost, above or below' }
const pickRange = ({ atLeast, atMost, above, below }: Range): Range => ({ atLeast, atMost, above, below })
/** Whether there is a number that meets all bounds. */
const possible = (r: Range) => {
  const [low, high] = [r.atLeast ?? r.above, r.atMost ?? r.below]
  if (low === undefined || high === undefined) return true
  return low < high || (low === high && r.above === undefined && r.below === undefined)
}
const impossible = { message: 'bounds that some number can meet' }

const tests = {
  equals: value.optional(),
  in: z.array(value).min(1).optional(),
  notIn: z.array(value).min(1).optional(),
  contains: text.optional(),
  startsWith: text.optional(),
  endsWith: text.optional(),
  exists: z.boolean().optional(),
  ...range,
}
const NEEDS_TEST =
  'what the value must be: equals, in, notIn, contains, startsWith, endsWith, exists, or a bound'
/** A plain value means equals. */
const test = z.union([
  value.transform(equals => ({ equals })),
  z
    .strictObject(tests)
    .refine(t => Object.values(t).some(v => v !== undefined), { message: NEEDS_TEST })
    .refine(possible, impossible)
    .transform(t => ({ ...t, range: hasBound(t) ? pickRange(t) : undefined })),
])

const pattern = z
  .strictObject({
    type: oneOrMore(z.enum(['page', 'screen', 'track', 'identify', 'group', 'alias'])).optional(),
    name: oneOrMore(text).optional(),
    path: oneOrMore(text).optional(),
    host: oneOrMore(text).optional(),
    referrer: test.optional(),
    campaign: z.record(z.string(), test).optional(),
    property: z.record(z.string(), test).optional(),
    trait: z.record(z.string(), test).optional(),
  })
  .refine(p => Object.values(p).some(v => v !== undefined), {
    message: 'what an event must be: type, name, path, host, referrer, campaign, property or trait',
  })

const DECAYS = 'none, or one of halfLife, window, linear (each a length of time such as 7d) or steps'
const oneOf = (settings: object) => Object.values(settings).filter(v => v !== undefined).length === 1

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

const rule = z.strictObject({
  signal: name,
  points: z.number().min(-1_000_000).max(1_000_000),
  cap: z.strictObject({ perDay: wholeNumber.optional(), total: wholeNumber.optional() }).optional(),
  decay: decay.optional(),
})

const leaf = {
  score: z.strictObject(range).refine(hasBound, needsBound).refine(possible, impossible),
  count: z
    .strictObject({ signal: name, within: upToAYear.optional(), ...range })
    .refine(hasBound, needsBound)
    .refine(possible, impossible),
  recency: z.strictObject({ signal: name, within: duration }),
  attribute: z
    .strictObject({ name: text, ...tests })
    .refine(t => Object.entries(t).some(([k, v]) => k !== 'name' && v !== undefined), {
      message: NEEDS_TEST,
    })
    .refine(possible, impossible)
    .transform(({ name, ...t }) => ({ name, test: { ...t, range: hasBound(t) ? pickRange(t) : undefined } })),
  followUps: z
    .strictObject({ within: upToAYear.optional(), ...range })
    .refine(hasBound, needsBound)
    .refine(possible, impossible),
}

export type ConditionSource = {
  all?: ConditionSource[] | undefined
  any?: ConditionSource[] | undefined
  not?: ConditionSource | undefined
} & { [K in keyof typeof leaf]?: z.output<(typeof leaf)[K]> | undefined }

export const LEAVES = [...Object.keys(leaf), 'all', 'any', 'not']

const condition: z.ZodType<ConditionSource> = z.lazy(() =>
  z
    .strictObject({
      all: z.array(condition).min(1).optional(),
      any: z.array(condition).min(1).optional(),
      not: condition.optional(),
      ...Object.fromEntries(Object.entries(leaf).map(([k, v]) => [k, v.optional()])),
    })
    .refine(oneOf, {
      message: `exactly one of ${LEAVES.join(', ')}; put several under all or any`,
    }),
) as z.ZodType<ConditionSource>

const tier = z.strictObject({
  name,
  enter: condition.optional(),
  exit: condition.optional(),
  announce: z.boolean().optional(),
  dwell: duration.optional(),
  coolDown: duration.optional(),
})

/** The model file. What refers to something else (a rule to its signal) is checked after it. */
export const modelSchema = z.strictObject({
  name,
  description: z.string().max(2000).optional(),
  decay: decay.optional(),
  signals: z.record(name, oneOrMore(pattern)),
  rules: z.array(rule).max(200),
  tiers: z.array(tier).min(2).max(20),
})
export type ModelSource = z.output<typeof modelSchema>
