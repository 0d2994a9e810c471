import { z } from 'zod'
import { SECTIONS } from '../sections.ts'
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
    name: name.describe('What the tier is called'),
    enter: condition.optional().describe('When a lead gets into it'),
    exit: condition.optional().describe('When it falls out of it; else where `enter` no longer holds'),
    announce: announce
      .optional()
      .describe(
        'Tell sales of a rise into it: each (true), the first (once), or again only so long after it was left',
      ),
    dwell: duration.optional().describe('Shortest stay before it may fall'),
    coolDown: duration.optional().describe('Shortest time outside before it is entered again'),
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
      {
        name: grade.describe('Name of the band, such as A or 1'),
        atLeast: z.number().optional().describe('Fewest points of it; the last band has none'),
      },
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
const grid = z.strictObject({
  of: name.optional().describe('Which score, where it is not the main one'),
  fit: bands.describe('Bands of the fit, the best first'),
  score: bands.describe('Bands of the score, the best first'),
})

const phase = z.strictObject(
  {
    name: name.describe('What the phase is called'),
    when: condition
      .optional()
      .describe('What a lead that has come so far has done; the first phase has none'),
  },
  { error: 'a phase such as { name: NAME, when: CONDITION }' },
)
const suppression = z.strictObject({
  name: name.describe('What the list is called, as a lead’s story says it'),
  when: condition.describe('Who is on it'),
})

/** The model file. What refers to something else (a rule to its signal) is checked after it. */
export const modelSchema = z.strictObject({
  name: name.describe('What the model is called'),
  description: z.string().max(2000).optional().describe('What it is for, in words'),
  extends: oneOrMore(text, 'a file’s name, or a list of them')
    .optional()
    .describe('Files beside this one whose parts it takes; what stands here wins, entry by entry'),
  replaces: oneOrMore(z.enum(SECTIONS))
    .optional()
    .describe('Sections of which nothing is taken from the files that it extends'),
  decay: decay.optional().describe('How points fade, where a rule does not say; else not at all'),
  signals: z
    .record(name, signal, { error: 'names with a pattern each, such as { page-view: { type: page } }' })
    .describe('What is counted, by name'),
  ...scoreParts,
  scores: z.record(name, score).optional().describe('More scores of the same signals, by name'),
  fit: fit.optional().describe('Points for what a lead is, not for what it does'),
  grid: grid.optional().describe('Fit and score together, such as A1'),
  phases: z
    .array(phase)
    .min(2)
    .max(20)
    .optional()
    .describe('How far a lead has come, from the first; it is in the last whose `when` holds'),
  segments: z
    .record(name, condition, { error: 'names with a condition each' })
    .optional()
    .describe('Conditions with a name, used by others'),
  suppress: z
    .array(suppression, { error: 'a list such as [{ name: NAME, when: CONDITION }]' })
    .max(50)
    .optional()
    .describe('Who is never above the lowest tier'),
  tiers: z
    .array(tier)
    .min(2)
    .max(20)
    .describe('From the lowest, which every lead is in at first, to the highest'),
})
export type ModelSource = z.output<typeof modelSchema>
