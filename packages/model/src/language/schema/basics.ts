import { z } from 'zod'
import { parseDuration } from '../../duration.ts'
import type { Range } from '../../model.ts'
import { YEAR } from '../../score/decay.ts'

const LENGTH = 'a length of time such as 30d, 12h or 90m'
export const duration = z.string({ error: LENGTH }).transform((text, ctx) => {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  ctx.addIssue({ code: 'custom', message: LENGTH })
  return z.NEVER
})
/** What looks at facts by the hour, which are kept for a year. */
export const upToAYear = duration.refine(ms => ms <= YEAR, {
  message: 'at most 366d, for which facts are kept by the hour (without `within` a count is of all time)',
})

const NAME = 'a name of letters, digits, spaces, - and _, at most 64'
export const name = z.string({ error: NAME }).regex(/^[A-Za-z0-9][\w -]{0,63}$/, NAME)
export const text = z.string().min(1).max(500)
export const value = z.union([z.string().max(256), z.number(), z.boolean()], {
  error: 'a text, a number, or true or false',
})
export const points = z.number().min(-1_000_000).max(1_000_000)
export const wholeNumber = z.int().min(1)
/** @param error what one of them is, for the sentence about something else */
export const oneOrMore = <T extends z.ZodType>(item: T, error?: string) =>
  z.union([item.transform(x => [x]), z.array(item).min(1)], error === undefined ? undefined : { error })

/** Whether exactly one of the settings is there. */
export const oneOf = (settings: object) => Object.values(settings).filter(v => v !== undefined).length === 1

export const range = {
  atLeast: z.number().optional().describe('So much or more'),
  atMost: z.number().optional().describe('So much or less'),
  above: z.number().optional().describe('More than so much'),
  below: z.number().optional().describe('Less than so much'),
}
export const hasBound = (r: Range) => [r.atLeast, r.atMost, r.above, r.below].some(b => b !== undefined)
export const needsBound = { message: 'one of atLeast, atMost, above or below' }
export const boundsOf = ({ atLeast, atMost, above, below }: Range): Range => ({
  atLeast,
  atMost,
  above,
  below,
})
/** Whether there is a number that meets all bounds. */
export const possible = (r: Range) => {
  const [low, high] = [r.atLeast ?? r.above, r.atMost ?? r.below]
  if (low === undefined || high === undefined) return true
  return low < high || (low === high && r.above === undefined && r.below === undefined)
}
export const impossible = { message: 'bounds that some number can meet' }

/** A number alone bounds away from 0: 40 is at most 40, −20 at least −20. */
export const limit = z.union(
  [
    points.transform((n): Range => (n < 0 ? { atLeast: n } : { atMost: n })),
    z
      .strictObject({
        atLeast: points.optional().describe('No fewer points than'),
        atMost: points.optional().describe('No more points than'),
      })
      .refine(hasBound, { message: 'atLeast, atMost or both' })
      .refine(possible, impossible),
  ],
  { error: 'a number of points, or atLeast and atMost' },
)
