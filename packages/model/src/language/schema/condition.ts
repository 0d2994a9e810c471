import { z } from 'zod'
import {
  duration,
  hasBound,
  impossible,
  name,
  needsBound,
  oneOf,
  oneOrMore,
  possible,
  range,
  text,
  upToAYear,
} from './basics.ts'
import { testOf, tests, withTests } from './test.ts'

/** @param such an example, for the sentence about something else */
const bounds = <T extends z.ZodRawShape>(more: T, such: string) =>
  z
    .strictObject({ ...more, ...range }, { error: `a group such as ${such}` })
    .refine(r => hasBound(r as never), needsBound)
    .refine(r => possible(r as never), impossible)

const TIER = 'tier'
const since = z.literal(TIER)
const SINCE = 'since: tier with atLeast: 1, and nothing else'
const WITHIN_OR_SINCE = 'either within: 30d or since: tier'

/** What a condition can ask; each is one key of a tree's node. */
export const leaf = {
  score: bounds(
    { of: name.optional().describe('Which score, where it is not the main one') },
    '{ atLeast: 40 }',
  ).describe('Points, now'),
  fit: bounds({}, '{ atLeast: 20 }').describe('Points of the fit'),
  grid: oneOrMore(text, 'a cell such as A1, or a list of them').describe(
    'Cell of the grid, such as A1, or one of several',
  ),
  phase: z
    .union([oneOrMore(text), z.strictObject({ atLeast: text.describe('This phase or a later one') })], {
      error: 'a phase’s name, a list of them, or { atLeast: NAME }',
    })
    .describe('The phase that the lead is in, or one of several'),
  count: bounds(
    {
      signal: name.describe('What is counted'),
      within: upToAYear.optional().describe('How far back, in whole hours; else of all time'),
    },
    '{ signal: NAME, within: 30d, atLeast: 1 }',
  ).describe('How often something happened'),
  recency: z
    .strictObject(
      {
        signal: name.describe('What happened'),
        within: duration.optional().describe('The last time is younger than this'),
        since: since.optional().describe('The last time is after the lead came into its tier'),
      },
      { error: 'a group such as { signal: NAME, within: 30d }' },
    )
    .refine(r => (r.within === undefined) !== (r.since === undefined), { message: WITHIN_OR_SINCE })
    .describe('When something happened last'),
  attribute: withTests(
    z.strictObject(
      { name: text.describe('Which attribute'), ...tests },
      { error: 'a group such as { name: email, exists: true }' },
    ),
  )
    .transform(({ name, ...t }) => ({ name, test: testOf(t) }))
    .describe('What is known of the lead'),
  segment: name.describe('A condition that `segments` names'),
  consent: z
    .string({ error: 'the name of a consent, such as marketing' })
    .min(1)
    .max(500)
    .describe('A category that the person agreed to'),
  followUps: z
    .strictObject(
      { within: upToAYear.optional(), since: since.optional(), ...range },
      { error: 'a group such as { within: 30d, atLeast: 1 }' },
    )
    .refine(f => f.since !== undefined || hasBound(f), needsBound)
    .refine(possible, impossible)
    .refine(
      ({ since, atLeast, ...rest }) =>
        since === undefined || (atLeast === 1 && Object.values(rest).every(v => v === undefined)),
      { message: SINCE },
    )
    .describe(
      'How often sales followed up; `since: tier` with `atLeast: 1`: after the lead came into its tier',
    ),
  tier: oneOrMore(text).describe('The tier that the lead is in: only in questions about leads'),
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

const CONDITION = 'a condition such as { score: { atLeast: 40 } } (several go under all or any)'
export const condition: z.ZodType<ConditionSource> = z.lazy(() =>
  z
    .strictObject(
      {
        all: z.array(condition).min(1).optional().describe('All of these hold'),
        any: z.array(condition).min(1).optional().describe('One of these holds, or more'),
        not: condition.optional().describe('This does not hold'),
        atLeast: z.int().min(1).optional().describe('So many of those under `of` hold'),
        of: z.array(condition).min(1).optional().describe('With `atLeast`'),
        ...Object.fromEntries(Object.entries(leaf).map(([k, v]) => [k, v.optional()])),
      },
      { error: CONDITION },
    )
    .refine(c => (c.atLeast === undefined) === (c.of === undefined), {
      message: 'atLeast: 2 with of: a list of conditions',
    })
    .refine(c => c.atLeast === undefined || c.of === undefined || c.atLeast <= c.of.length, {
      message: 'an atLeast of no more than there are conditions under of',
    })
    .refine(({ of, ...c }) => (of && c.atLeast === undefined) || oneOf(c), {
      message: `exactly one of ${NODES.join(', ')}; put several under all or any`,
    }),
) as z.ZodType<ConditionSource>
