import { z } from 'zod'
import { DEVICES } from '../../match/device.ts'
import { FIELDS, fieldOf, MAPS } from '../../match/fields.ts'
import { duration, oneOf, oneOrMore, text } from './basics.ts'
import { test, testObject } from './test.ts'

export const EVENT_TYPES = ['page', 'screen', 'track', 'identify', 'group', 'alias'] as const

const globsOrTest = z.union([oneOrMore(text), testObject])
const byName = z.record(z.string(), test)
const matching = {
  type: oneOrMore(z.enum(EVENT_TYPES)).optional(),
  name: globsOrTest.optional(),
  path: globsOrTest.optional(),
  host: globsOrTest.optional(),
  title: test.optional(),
  referrer: test.optional(),
  source: test.optional(),
  device: oneOrMore(z.enum(DEVICES)).optional(),
  flag: oneOrMore(text).optional(),
  query: byName.optional(),
  campaign: byName.optional(),
  context: byName.optional(),
  property: byName.optional(),
  trait: byName.optional(),
}

const NEEDS_PATTERN =
  'what an event must be: type, name, path, host, title, referrer, source, device, flag, query, campaign, context, property, trait, or anyOf with a list of these'
const saysSomething = (p: object) => Object.entries(p).some(([k, v]) => k in matching && v !== undefined)
const pattern = z.strictObject(matching).refine(saysSomething, { message: NEEDS_PATTERN })

const FIELD = `one of ${FIELDS.join(', ')}, or a name after ${MAPS.map(m => `${m}.`).join(', ')}, such as property.total`
export const field = z.string({ error: FIELD }).transform((written, ctx) => {
  const read = fieldOf(written)
  if (read) return { written, read }
  ctx.addIssue({ code: 'custom', message: FIELD })
  return z.NEVER
})

const LONGEST_GAP = 86_400_000
const COUNTS = 'one of sum, distinct or visits'
const count = z
  .strictObject({
    sum: field.optional(),
    distinct: field.optional(),
    visits: z
      .strictObject({
        gap: duration
          .refine(ms => ms <= LONGEST_GAP, { message: 'at most 1d: after a day it is another visit' })
          .default(() => 1_800_000),
      })
      .optional(),
  })
  .refine(oneOf, { message: COUNTS })

/** One pattern, a list of which any is enough, or either with what its matches add up to. */
export const signal = z.union([
  z
    .strictObject({ ...matching, anyOf: z.array(pattern).min(1).optional(), count: count.optional() })
    .refine(s => saysSomething(s) !== (s.anyOf !== undefined), { message: NEEDS_PATTERN })
    .transform(({ count, anyOf, ...p }) => ({ patterns: anyOf ?? [p], count })),
  z
    .array(pattern)
    .min(1)
    .transform(patterns => ({ patterns, count: undefined })),
])
export type SignalSource = z.output<typeof signal>
