import { z } from 'zod'
import { DEVICES } from '../../match/device.ts'
import { FIELDS, fieldOf, MAPS } from '../../match/fields.ts'
import { duration, oneOf, oneOrMore, text } from './basics.ts'
import { test, testObject } from './test.ts'

export const EVENT_TYPES = ['page', 'screen', 'track', 'identify', 'group', 'alias'] as const

const textsOrTest = (what: string) =>
  z.union([oneOrMore(text), testObject], {
    error: `${what}, a list of them, or a test such as { contains: x }`,
  })
const byName = z.record(z.string(), test, { error: 'names with what each must be, such as { plan: team }' })
const matching = {
  type: oneOrMore(z.enum(EVENT_TYPES)).optional().describe('The event’s type'),
  name: textsOrTest('a name such as Signed Up')
    .optional()
    .describe('Its name, whatever the case; one, a list, or a test'),
  path: textsOrTest('a path such as /pricing')
    .optional()
    .describe('The page’s path as a glob (`*` within a segment, `**` anything), a list of them, or a test'),
  host: textsOrTest('a host such as www.example.com').optional().describe('The page’s host, as a path'),
  title: test.optional().describe('The page’s title'),
  referrer: test.optional().describe('The page that linked to it'),
  source: test.optional().describe('Name of the source that sent it'),
  device: oneOrMore(z.enum(DEVICES)).optional().describe('What the person holds'),
  flag: oneOrMore(text, 'a flag such as bot, or a list of them')
    .optional()
    .describe('Matches only what carries this flag, such as bot; without it, only what carries none'),
  query: byName.optional().describe('Parameters of the page’s address'),
  campaign: byName.optional().describe('Campaign parameters: source, medium, name, …'),
  context: byName.optional().describe('The event’s context, flattened, such as locale'),
  property: byName.optional().describe('Properties of the event'),
  trait: byName.optional().describe('Traits that the event carries'),
}

const NEEDS_PATTERN =
  'what an event must be: type, name, path, host, title, referrer, source, device, flag, query, campaign, context, property, trait, or anyOf with a list of these'
const EITHER = 'either settings of its own or anyOf, not both'
const saysSomething = (p: object) => Object.entries(p).some(([k, v]) => k in matching && v !== undefined)
const PATTERN = 'a pattern such as { type: page, path: /pricing }'
const pattern = z.strictObject(matching, { error: PATTERN }).refine(saysSomething, { message: NEEDS_PATTERN })

const FIELD = `one of ${FIELDS.join(', ')}, or a name after ${MAPS.map(m => `${m}.`).join(', ')}, such as property.total`
export const field = z.string({ error: FIELD }).transform((written, ctx) => {
  const read = fieldOf(written)
  if (read) return { written, read }
  ctx.addIssue({ code: 'custom', message: FIELD })
  return z.NEVER
})

const LONGEST_GAP = 86_400_000
const COUNTS = 'one of sum, distinct or visits'
const VISITS = 'a group such as { gap: 30m }, or {}'
const count = z
  .strictObject(
    {
      sum: field.optional().describe('Adds up this number, such as property.total, instead of counting'),
      distinct: field
        .optional()
        .describe('Counts different values of this, such as path; the latest 64 are known'),
      visits: z
        .strictObject(
          {
            gap: duration
              .refine(ms => ms <= LONGEST_GAP, { message: 'at most 1d: after a day it is another visit' })
              .default(() => 1_800_000)
              .describe('Silence after which another visit begins; 30m where it is not said'),
          },
          { error: VISITS },
        )
        .optional()
        .describe(
          'Counts visits: a visit begins with a match after a silence of `gap`; the latest 32 can still be joined',
        ),
    },
    { error: 'a group such as { distinct: path } or { visits: { gap: 30m } }' },
  )
  .refine(oneOf, { message: COUNTS })

/** One pattern, a list of which any is enough, or either with what its matches add up to. */
export const signal = z.union(
  [
    z
      .strictObject({
        ...matching,
        anyOf: z.array(pattern).min(1).optional().describe('Patterns of which one is enough'),
        count: count.optional().describe('What matches add up to, where it is not how many there are'),
      })
      .refine(s => saysSomething(s) || s.anyOf !== undefined, { message: NEEDS_PATTERN })
      .refine(s => !saysSomething(s) || s.anyOf === undefined, { message: EITHER })
      .transform(({ count, anyOf, ...p }) => ({ patterns: anyOf ?? [p], count })),
    z
      .array(pattern)
      .min(1)
      .transform(patterns => ({ patterns, count: undefined })),
  ],
  { error: `${PATTERN}, or a list of them` },
)
export type SignalSource = z.output<typeof signal>
