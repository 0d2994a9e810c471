import { abc, COLD, DAY, HOUR, leadWith, NOON } from '../../test/leads.ts'
import { newLead } from '../index.ts'
import { inRange, passes } from '../match/passes.ts'
import type { Condition, Test, Value } from '../model.ts'
import { holds } from './conditions.ts'
import { Situation } from './situation.ts'
import { shown } from './words.ts'

/** The condition as the model file says it. */
function read(enter: unknown): Condition {
  return abc({
    rules: [{ signal: 'a', points: 1 }],
    tiers: [{ name: 'COLD' }, { name: 'HOT', enter }],
  }).tiers[1]?.enter as Condition
}

const lead = {
  ...leadWith(
    ['a', NOON - 2 * DAY, 3],
    ['a', NOON - HOUR],
    ['b', NOON - 31 * DAY],
    ['follow-up', NOON - 5 * DAY],
  ),
  attributes: [
    { name: 'email', value: 'ann@example.com', at: NOON },
    { name: 'seats', value: 12, at: NOON },
  ],
}
const count = (signal: string, rest: object) => ({ count: { signal, ...rest } })

test.each<[unknown, boolean]>([
  [{ score: { atLeast: 4 } }, true],
  [{ score: { above: 4 } }, false],
  [{ score: { above: 3, below: 4 } }, false],
  [count('a', { atLeast: 4 }), true],
  [count('a', { within: '1d', atLeast: 2 }), false],
  [count('a', { within: '1d', atLeast: 1, atMost: 1 }), true],
  [count('c', { atMost: 0 }), true],
  [count('b', { within: '30d', atLeast: 1 }), false],
  [count('b', { atLeast: 1 }), true],
  [{ followUps: { atLeast: 1 } }, true],
  [{ followUps: { within: '5d', atLeast: 1 } }, true],
  [{ followUps: { within: '4d', atLeast: 1 } }, false],
  [{ recency: { signal: 'a', within: '2h' } }, true],
  [{ recency: { signal: 'a', within: '1h' } }, false],
  [{ recency: { signal: 'c', within: '1h' } }, false],
  [{ attribute: { name: 'email', exists: true } }, true],
  [{ attribute: { name: 'seats', atLeast: 10, below: 13 } }, true],
  [{ attribute: { name: 'phone', exists: false } }, true],
  [{ all: [{ score: { atLeast: 1 } }, count('c', { atLeast: 1 })] }, false],
  [{ any: [{ score: { atLeast: 1 } }, count('c', { atLeast: 1 })] }, true],
  [{ not: { any: [{ score: { atLeast: 1 } }, count('c', { atLeast: 1 })] } }, false],
  [{ not: { all: [{ score: { atLeast: 1 } }, count('c', { atLeast: 1 })] } }, true],
])('%j: %p', (condition, expected) => {
  const model = abc({ rules: [{ signal: 'a', points: 1 }] })
  expect(holds(read(condition), new Situation(model, lead, NOON, COLD))).toBe(expected)
})

test('a window counts whole hours: the last moment is an hour’s end later than `within`', () => {
  const early = leadWith(['a', NOON + 1])
  const late = leadWith(['a', NOON + HOUR - 1])
  const c = read(count('a', { within: '1d', atLeast: 1 }))
  for (const l of [early, late]) {
    expect(holds(c, new Situation(abc({}), l, NOON + DAY + HOUR - 1, COLD))).toBe(true)
    expect(holds(c, new Situation(abc({}), l, NOON + DAY + HOUR, COLD))).toBe(false)
  }
})

test.each<[Value | null | undefined, Test, boolean]>([
  ['Japan', { equals: 'japan' }, true],
  [true, { equals: true }, true],
  ['TRUE', { equals: true }, true],
  ['1', { equals: 1 }, true],
  [false, { equals: true }, false],
  ['a', { in: ['b', 'A'] }, true],
  ['a', { notIn: ['b', 'A'] }, false],
  [undefined, { notIn: ['b'] }, true],
  [undefined, { equals: 'x' }, false],
  [null, { exists: false }, true],
  ['', { exists: true }, false],
  [0, { exists: true }, true],
  [false, { exists: true }, true],
  ['Head of Sales', { contains: 'of s' }, true],
  ['Head of Sales', { startsWith: 'HEAD', endsWith: 'sales' }, true],
  ['Head of Sales', { startsWith: 'HEAD', endsWith: 'head' }, false],
  ['12', { range: { atLeast: 10 } }, true],
  ['twelve', { range: { atLeast: 10 } }, false],
  [' ', { range: { atMost: 10 } }, false],
  [undefined, { range: { atMost: 10 } }, false],
  [50, { exists: true, range: { atMost: 10 } }, false],
])('%p passes %j: %p', (value, t, expected) => expect(passes(value, t)).toBe(expected))

test.each([
  [5, { atLeast: 5 }, true],
  [5, { above: 5 }, false],
  [5, { atMost: 5 }, true],
  [5, { below: 5 }, false],
  [5, { above: 4, atMost: 5 }, true],
])('%p in %j: %p', (n, range, expected) => expect(inRange(n, range)).toBe(expected))

test('what is shown: each leaf with its value, and a leaf under `not` holds where it does not', () => {
  const c = read({
    all: [
      { score: { atLeast: 4 } },
      count('a', { within: '30d', atLeast: 2 }),
      { not: { followUps: { atLeast: 1 } } },
      { recency: { signal: 'b', within: '30d' } },
      { recency: { signal: 'c', within: '30d' } },
      {
        not: {
          any: [{ attribute: { name: 'seats', below: 5 } }, { attribute: { name: 'phone', exists: true } }],
        },
      },
    ],
  })
  const model = abc({ rules: [{ signal: 'a', points: 1.0005 }] })
  expect(shown(c, new Situation(model, lead, NOON, COLD))).toEqual([
    { text: 'score ≥ 4', value: '4.002', holds: true },
    { text: 'count of a within 30d ≥ 2', value: '4', holds: true },
    { text: 'not count of follow-up ≥ 1', value: '1', holds: false },
    { text: 'last b within 30d', value: '31.0 days ago', holds: false },
    { text: 'last c within 30d', value: 'never', holds: false },
    { text: 'not attribute seats < 5', value: '12', holds: true },
    { text: 'not attribute phone is known', value: 'not known', holds: true },
  ])
})

test('what brought a lead into its tier did not happen after it', () => {
  const since = { tier: 'HOT', since: NOON, left: [] }
  for (const exit of [
    { recency: { signal: 'a', since: 'tier' } },
    { followUps: { since: 'tier', atLeast: 1 } },
  ]) {
    const model = abc({
      tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 1 } }, exit, coolDown: '1d' }],
    })
    const held = [NOON - 1, NOON, NOON + 1].map(at => {
      const l = leadWith(['a', at], ['follow-up', at])
      return holds(model.tiers[1]?.exit as Condition, new Situation(model, l, NOON + HOUR, since))
    })
    expect(held).toEqual([false, false, true])
  }
})

test('a lead that never did anything has a score of 0 and counts of 0', () => {
  const s = new Situation(abc({ rules: [{ signal: 'a', points: 1 }] }), newLead(), NOON, COLD)
  expect([s.score(), s.count('a', undefined, 1), s.lastOf('a')]).toEqual([0, 0, undefined])
})
