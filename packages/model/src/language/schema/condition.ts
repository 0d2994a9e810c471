import { z } from 'zod'
import {
  duration,
  hasBound,
  impossible,
  name,
  needsBound,
  oneOrMore,
  possible,
  range,
  text,
  upToAYear,
} from './basics.ts'
import { testOf, tests, withTests } from './test.ts'

const bounds = <T extends z.ZodRawShape>(more: T) =>
  z
    .strictObject({ ...more, ...range })
    .refine(r => hasBound(r as never), needsBound)
    .refine(r => possible(r as never), impossible)

const TIER = 'tier'
const since = z.literal(TIER)
const WITHIN_OR_SINCE = 'either within: 30d or since: tier'

/** What a condition can ask; each is one key of a tree's node. */
export const leaf = {
  score: bounds({ of: name.optional() }),
  fit: bounds({}),
  grid: oneOrMore(text),
  phase: z.union([oneOrMore(text), z.strictObject({ atLeast: text })]),
  count: bounds({ signal: name, within: upToAYear.optional() }),
  recency: z
    .strictObject({ signal: name, within: duration.optional(), since: since.optional() })
    .refine(r => (r.within === undefined) !== (r.since === undefined), { message: WITHIN_OR_SINCE }),
  attribute: withTests(z.strictObject({ name: text, ...tests })).transform(({ name, ...t }) => ({
    name,
    test: testOf(t),
  })),
  segment: name,
  consent: text,
  followUps: z.union([
    bounds({ within: upToAYear.optional() }),
    z.strictObject({ since, atLeast: z.literal(1) }),
  ]),
  tier: oneOrMore(text),
}

export type ConditionSource = {
  all?: ConditionSource[] | undefined
  any?: ConditionSource[] | undefined
  not?: ConditionSource | undefined
  /** With `of`. */
  atLeast?: number | undefined
  of?: ConditionSource[] | undefined
} & { [K in keyof typeof leaf]?: z.output<(typeof leaf)[K]> | undefined }

export const LEAVES = Object.keys(leaf) as (keyof typeof leaf)[]
/** A model decides the tier, so it does not ask for it: that is for questions about leads. */
const NODES = [...LEAVES.filter(l => l !== 'tier'), 'all', 'any', 'not', 'atLeast with of']

export const condition: z.ZodType<ConditionSource> = z.lazy(() =>
  z
    .strictObject({
      all: z.array(condition).min(1).optional(),
      any: z.array(condition).min(1).optional(),
      not: condition.optional(),
      atLeast: z.int().min(1).optional(),
      of: z.array(condition).min(1).optional(),
      ...Object.fromEntries(Object.entries(leaf).map(([k, v]) => [k, v.optional()])),
    })
    .refine(c => (c.atLeast === undefined) === (c.of === undefined), {
      message: 'atLeast: 2 with of: a list of conditions',
    })
    .refine(c => c.atLeast === undefined || c.of === undefined || c.atLeast <= c.of.length, {
      message: 'an atLeast of no more than there are conditions under of',
    })
    .refine(({ of, ...c }) => Object.values(c).filter(v => v !== undefined).length === 1, {
      message: `exactly one of ${NODES.join(', ')}; put several under all or any`,
    }),
) as z.ZodType<ConditionSource>
