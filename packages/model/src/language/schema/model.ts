import { z } from 'zod'
import { duration, name, oneOrMore, text } from './basics.ts'
import { condition } from './condition.ts'
import { decay, fit, score, scoreParts } from './rule.ts'
import { signal } from './signal.ts'

const ANNOUNCE = 'true, false, once, or again: a length of time such as 30d'
const announce = z.union([z.boolean(), z.literal('once'), z.strictObject({ again: duration })], {
  error: ANNOUNCE,
})

const tier = z.strictObject(
  {
    name,
    enter: condition.optional(),
    exit: condition.optional(),
    announce: announce.optional(),
    dwell: duration.optional(),
    coolDown: duration.optional(),
  },
  { error: 'a tier such as { name: HOT, enter: CONDITION }' },
)

/** Names of a grid's bands are letters and numbers, joined to a cell such as A1. */
const grade = z.union([
  z.string().regex(/^[A-Za-z0-9]{1,8}$/, 'a name of letters and digits, at most 8'),
  z.int().transform(String),
])
const bands = z
  .array(
    z.strictObject(
      { name: grade, atLeast: z.number().optional() },
      { error: 'a band such as { name: A, atLeast: 30 }' },
    ),
  )
  .min(2)
  .max(20)
  .superRefine((all, ctx) => {
    for (const [i, { atLeast }] of all.entries()) {
      const say = (path: PropertyKey[], message: string) =>
        ctx.addIssue({ code: 'custom', path: [i, ...path], message })
      const before = all[i - 1]?.atLeast
      if (i === all.length - 1) {
        if (atLeast !== undefined)
          say(['atLeast'], 'no atLeast on the last band, which takes all that are in no better one')
      } else if (atLeast === undefined) say([], 'an atLeast, which only the last band has none of')
      else if (before !== undefined && atLeast >= before)
        say(['atLeast'], `below ${before}, where the band before begins: bands go from the best to the worst`)
    }
  })
const grid = z.strictObject({ of: name.optional(), fit: bands, score: bands })

const phase = z.strictObject(
  { name, when: condition.optional() },
  { error: 'a phase such as { name: NAME, when: CONDITION }' },
)
const suppression = z.strictObject({ name, when: condition })

/** The model file. What refers to something else (a rule to its signal) is checked after it. */
export const modelSchema = z.strictObject({
  name,
  description: z.string().max(2000).optional(),
  extends: oneOrMore(text, 'a file’s name, or a list of them').optional(),
  decay: decay.optional(),
  signals: z.record(name, signal, {
    error: 'names with a pattern each, such as { page-view: { type: page } }',
  }),
  ...scoreParts,
  scores: z.record(name, score).optional(),
  fit: fit.optional(),
  grid: grid.optional(),
  phases: z.array(phase).min(2).max(20).optional(),
  segments: z.record(name, condition, { error: 'names with a condition each' }).optional(),
  suppress: z
    .array(suppression, { error: 'a list such as [{ name: NAME, when: CONDITION }]' })
    .max(50)
    .optional(),
  tiers: z.array(tier).min(2).max(20),
})
export type ModelSource = z.output<typeof modelSchema>
