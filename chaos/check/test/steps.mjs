import fc from 'fast-check'
import { DAY, HOUR, MINUTE, SECOND } from './log.mjs'

/** What may happen to two visitors, a user id and two leads while their partitions are folded: few of all, so that things meet. */

const one = fc.constantFrom
/** Of one lead more often than of all others, so that it has more than it keeps. */
const who = one('l:ann', 'l:ann', 'l:ann', 'l:bob', 'l:user', 'v:a', 'v:a', 'v:b')

/** ms before the log's clock: at the bounds of the rules, of what is open, and of what is late. */
const ago = one(
  ...[0, 0, 0, 500, SECOND, SECOND + 1, 5 * SECOND, 10 * SECOND, 10 * SECOND + 1, MINUTE, MINUTE + 1],
  ...[2 * MINUTE - 1, 2 * MINUTE, 59 * MINUTE, HOUR, 5 * HOUR, 3 * DAY, -5 * SECOND, -3 * MINUTE],
)
const id = fc.nat(40)
const by = one(null, null, 'a', 'b')
const flags = one(
  [],
  [],
  [],
  [],
  [],
  [],
  ['bot'],
  ['bot', 'honeypot'],
  ['honeypot'],
  ['too_fast'],
  ['hot_key'],
)

const view = fc.record({ view: one('/', '/pricing', '/a'), flags })
const mail = fc.record({
  mail: one('Email Delivered', 'Email Opened', 'Email Link Clicked', 'Email Link Clicked'),
  of: one('m1', 'm2', null),
  link: one('x', 'y', 'z', ''),
  signed: one(true, true, true, true, false),
  flags,
})
const form = fc.constant({ form: true, flags: [] })
const act = fc.oneof(
  { weight: 3, arbitrary: view },
  { weight: 4, arbitrary: mail },
  { weight: 1, arbitrary: form },
)

/** An event; `times` of it, each with another id and a little later, are a flood or a sweep. */
const done = fc
  .tuple(
    who,
    act,
    fc.record({
      id,
      by,
      ago,
      late: one(false, false, true),
      times: one(1, 1, 1, 1, 2, 12),
      apart: one(1, 300, SECOND, SECOND + 1, 5 * SECOND),
    }),
  )
  .map(([who, act, when]) => ({ who, ...act, ...when }))

const recounted = fc.record({
  recount: who,
  views: fc.nat(3),
  acts: fc.array(
    fc.record({ id, ago, counts: one('clicks', 'views', 'links'), verdict: one(null, null, 'too_soon') }),
    {
      maxLength: 3,
    },
  ),
})

const step = fc.oneof(
  { weight: 12, arbitrary: done },
  { weight: 1, arbitrary: fc.record({ joins: one('v:a', 'v:b'), to: one('l:ann', 'l:bob', 'l:user') }) },
  { weight: 1, arbitrary: fc.constant({ joins: 'l:user', to: 'l:ann' }) },
  { weight: 1, arbitrary: fc.record({ call: one('l:ann', 'v:a'), id, ago }) },
  { weight: 3, arbitrary: fc.record({ wait: one(500, SECOND, 9 * SECOND, MINUTE, 2 * MINUTE, HOUR, DAY) }) },
  { weight: 1, arbitrary: fc.record({ forget: one('l:ann', 'l:user', 'v:a'), again: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ run: true }) },
  // To publish, at once or by a recount: partitions take it one by one.
  {
    weight: 1,
    arbitrary: fc.record({
      publish: fc.nat(1),
      step: one(null, 'prepare', 'take', 'take'),
      only: one(0, 1, 2, 3, 3),
    }),
  },
  { weight: 1, arbitrary: recounted },
)
export const steps = fc.array(step, { minLength: 1, maxLength: 90, size: 'max' })
