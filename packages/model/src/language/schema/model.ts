import { z } from 'zod'
import { duration, name, oneOrMore, text } from './basics.ts'
import { condition } from './condition.ts'
import { decay, fit, score, scoreParts } from './rule.ts'
import { signal } from './signal.ts'

const ANNOUNCE = 'true, false, once, or again: a length of time such as 30d'
const announce = z.union([z.boolean(), z.literal('once'), z.strictObject({ again: duration })], {
  error: ANNOUNCE,
})

const tier = z.strictObject({
  name,
  enter: condition.optional(),
  exit: condition.optional(),
  announce: announce.optional(),
  dwell: duration.optional(),
  coolDown: duration.optional(),
})

/** Names of a grid's bands are letters and numbers, joined to a cell such as A1. */
const grade = z.union([
  z.string().regex(/^[A-Za-z0-9]{1,8}$/, 'a name of letters and digits, at most 8'),
  z.int().transform(String),
])
const BANDS = 'bands from the best to the worst: `atLeast` falls, and the last has none'
const bands = z
  .array(z.strictObject({ name: grade, atLeast: z.number().optional() }))
  .min(2)
  .max(20)
  .refine(
    all =>
      all.every((b, i) =>
        i === all.length - 1
          ? b.atLeast === undefined
          : b.atLeast !== undefined && (i === 0 || b.atLeast < (all[i - 1]!.atLeast as number)),
      ),
    { message: BANDS },
  )
const grid = z.strictObject({ of: name.optional(), fit: bands, score: bands })

const phase = z.strictObject({ name, when: condition.optional() })
const suppression = z.strictObject({ name, when: condition })

/** The model file. What refers to something else (a rule to its signal) is checked after it. */
export const modelSchema = z.strictObject({
  name,
  description: z.string().max(2000).optional(),
  extends: oneOrMore(text).optional(),
  decay: decay.optional(),
  signals: z.record(name, signal),
  ...scoreParts,
  scores: z.record(name, score).optional(),
  fit: fit.optional(),
  grid: grid.optional(),
  phases: z.array(phase).min(2).max(20).optional(),
  segments: z.record(name, condition).optional(),
  suppress: z.array(suppression).max(50).optional(),
  tiers: z.array(tier).min(2).max(20),
})
export type ModelSource = z.output<typeof modelSchema>
