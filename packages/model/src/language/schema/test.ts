import { RE2JS } from 're2js'
import { z } from 'zod'
import { parseDate } from '../../match/passes.ts'
import type { Test } from '../../model.ts'
import { boundsOf, hasBound, impossible, possible, range, text, value } from './basics.ts'

/**
 * RE2 looks at every character once, whatever the expression: no pattern can hold up the log, as one with backtracking
 * can ((a+)+$ takes a second for 30 letters). It has no look-around and no back-references.
 */
const regex = z
  .string()
  .min(1)
  .max(200)
  .transform((source, ctx): Test['matches'] => {
    try {
      const re = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE)
      return { source, test: text => re.matcher(text).find() }
    } catch (error) {
      ctx.addIssue({
        code: 'custom',
        message: `a regular expression as RE2 has it, without look-around and back-references (${saidOf(error as Error)})`,
      })
      return z.NEVER
    }
  })

/** The parser's own words, without the flag that is not the file's. */
function saidOf({ message }: Error): string {
  return message.replace(/^error parsing regexp: /, '').replace('(?i)', '')
}

const DATE = 'a date such as 2026-03-31, or a time such as 2026-03-31T09:00:00Z'
const date = z.string({ error: DATE }).transform((written, ctx) => {
  const at = parseDate(written)
  if (at !== undefined) return at
  ctx.addIssue({ code: 'custom', message: DATE })
  return z.NEVER
})

const DOMAIN = 'domains such as rival.com, without @'
const domain = z
  .string({ error: DOMAIN })
  .max(253)
  .regex(/^[^@\s/.]+(\.[^@\s/.]+)*$/, DOMAIN)
  .transform(d => d.toLowerCase())
const MOST_DOMAINS = 20_000
const domains = z.union(
  [
    domain.transform(d => new Set([d])),
    z
      .array(domain)
      .min(1)
      .max(MOST_DOMAINS)
      .transform(all => new Set(all)),
  ],
  { error: DOMAIN },
)

const values = z.array(value, { error: 'a list such as [a, b]' }).min(1)
export const tests = {
  equals: value.optional().describe('This value; a plain value says the same'),
  in: values.optional().describe('One of these'),
  notIn: values.optional().describe('None of these; holds of what is not known too'),
  contains: text.optional().describe('This is somewhere in it'),
  startsWith: text.optional().describe('It begins with this'),
  endsWith: text.optional().describe('It ends with this'),
  matches: regex
    .optional()
    .describe('A regular expression (RE2: linear in time, no look-around) finds something in it'),
  domain: domains.optional().describe('An e-mail address or host of one of these domains, or below it'),
  exists: z.boolean().optional().describe('Whether there is a value at all'),
  before: date.optional().describe('A date before this one'),
  after: date.optional().describe('A date after this one'),
  ...range,
}

type Given = { [K in keyof typeof tests]?: z.output<(typeof tests)[K]> }

const NEEDS_TEST =
  'what the value must be: equals, in, notIn, contains, startsWith, endsWith, matches, domain, exists, before, after, or a bound'
const hasTest = (t: object) => Object.entries(t).some(([k, v]) => k in tests && v !== undefined)

/** An object that tests a value among other settings: each rule of such an object holds for all of them. */
export const withTests = <T extends z.ZodType<Given>>(object: T) =>
  object
    .refine(hasTest, { message: NEEDS_TEST })
    .refine(possible, impossible)
    .refine(t => t.before === undefined || t.after === undefined || t.after < t.before, {
      message: 'an `after` that lies before `before`',
    })

export const testOf = ({ atLeast, atMost, above, below, ...rest }: Given): Test => {
  const bounds = boundsOf({ atLeast, atMost, above, below })
  return { ...rest, range: hasBound(bounds) ? bounds : undefined }
}

export const testObject = withTests(z.strictObject(tests)).transform(testOf)
/** A plain value means equals. */
export const test = z.union([value.transform((equals): Test => ({ equals })), testObject], {
  error: 'a value, or a test such as { in: [a, b] }',
})
