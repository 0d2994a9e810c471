import { z } from 'zod'
import { parseDuration } from './duration.ts'

const duration = z.string({ error: 'a length of time such as 30d, 12h or 90m' }).transform((text, ctx) => {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  ctx.addIssue({ code: 'custom', message: 'a length of time such as 30d, 12h or 90m' })
  return z.NEVER
})
const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w -]{0,63}$/, 'a name of letters, digits, spaces, - and _, at most 64')
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item.transform(x => [x]), z.array(item).min(1)])
const text = z.string().min(1).max(500)
const value = z.union([z.string().max(256), z.number(), z.boolean()])
const wholeNumber = z.int().min(1)

const range = {
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
}
type RangeOut = {
  atLeast?: number | undefined
  atMost?: number | undefined
  above?: number | undefined
  below?: number | undefined
}
const hasBound = (r: RangeOut) => [r.atLeast, r.atMost, r.above, r.below].some(b => b !== undefined)
const needsBound = { message: 'one of atLeast, atMost, above or below' }
const pickRange = ({ atLeast, atMost, above, below }: RangeOut): RangeOut => ({
  atLeast,
  atMost,
  above,
  below,
})

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
/** A plain value means equals. */
const test = z.union([
  value.transform(equals => ({ equals })),
  z.strictObject(tests).transform(t => ({ ...t, range: hasBound(t) ? pickRange(t) : undefined })),
])

const pattern = z.strictObject({
  type: oneOrMore(z.enum(['page', 'screen', 'track', 'identify', 'group', 'alias'])).optional(),
  name: oneOrMore(text).optional(),
  path: oneOrMore(text).optional(),
  host: oneOrMore(text).optional(),
  referrer: test.optional(),
  campaign: z.record(z.string(), test).optional(),
  property: z.record(z.string(), test).optional(),
  trait: z.record(z.string(), test).optional(),
})

export const decay = z.union(
  [
    z.literal('none').transform(() => ({ kind: 'none' as const })),
    z
      .strictObject({ halfLife: duration })
      .transform(d => ({ kind: 'halfLife' as const, length: d.halfLife })),
    z.strictObject({ window: duration }).transform(d => ({ kind: 'window' as const, length: d.window })),
    z.strictObject({ linear: duration }).transform(d => ({ kind: 'linear' as const, length: d.linear })),
    z
      .strictObject({
        steps: z.array(z.strictObject({ within: duration, weight: z.number().min(0).max(1) })).min(1),
      })
      .refine(
        d =>
          d.steps.every(
            (s, i, all) => i === 0 || (s.within > all[i - 1]!.within && s.weight <= all[i - 1]!.weight),
          ),
        {
          message: 'steps whose `within` grows and whose `weight` falls',
        },
      )
      .transform(d => ({ kind: 'steps' as const, steps: d.steps })),
  ],
  { error: 'none, or one of halfLife, window, linear (each a length of time such as 7d) or steps' },
)

const rule = z.strictObject({
  signal: name,
  points: z.number().min(-1_000_000).max(1_000_000),
  cap: z.strictObject({ perDay: wholeNumber.optional(), total: wholeNumber.optional() }).optional(),
  decay: decay.optional(),
})

const leaf = {
  score: z.strictObject(range).refine(hasBound, needsBound),
  count: z.strictObject({ signal: name, within: duration.optional(), ...range }).refine(hasBound, needsBound),
  recency: z.strictObject({ signal: name, within: duration }),
  attribute: z
    .strictObject({ name: text, ...tests })
    .refine(t => Object.entries(t).some(([k, v]) => k !== 'name' && v !== undefined), {
      message:
        'what the attribute must be: equals, in, notIn, contains, startsWith, endsWith, exists, or a bound',
    })
    .transform(({ name, ...t }) => ({ name, test: { ...t, range: hasBound(t) ? pickRange(t) : undefined } })),
  followUps: z.strictObject({ within: duration.optional(), ...range }).refine(hasBound, needsBound),
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
    .refine(c => Object.values(c).filter(v => v !== undefined).length === 1, {
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
