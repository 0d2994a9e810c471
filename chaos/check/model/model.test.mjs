import { asRecord, fromRecord } from '../lead/facts.mjs'
import { DAY, HOUR, model, NOON, SECOND } from '../test/log.mjs'
import { duration } from './decay.mjs'
import { globCovers } from './globs.mjs'
import * as judge from './judge.mjs'
import * as points from './points.mjs'
import { readModel } from './read.mjs'
import { Recount } from './recount.mjs'
import { passes } from './tests.mjs'
import * as timers from './timers.mjs'

/** Facts of matches [signal, time, count]. */
function facts(...matches) {
  const signals = new Map()
  for (const [name, at, count] of matches) {
    const s = signals.get(name) ?? { last: 0, older: 0, hours: [], values: [], visits: null }
    signals.set(name, {
      ...s,
      last: Math.max(s.last, at),
      hours: [...s.hours, { hour: Math.floor(at / HOUR), count }],
    })
  }
  return {
    signals,
    attributes: new Map(),
    recent: [],
    visitors: [],
    awaited: [],
    unsettled: [],
    alias: null,
    pastWith: null,
    first: 0,
    last: 0,
  }
}
/** The main score, and what is judged by it, of facts that are counted anew for each question. */
const scoreAt = (m, f, t) => new Recount(m, f).score('score', t)
const wrongScore = (m, f, t, published) => points.wrongScore(m.scores[0], scoreAt(m, f, t), published)
const tierAt = (m, f, standing, t) => judge.tierAt(new Recount(m, f), standing, t)
const wrongTimer = (m, f, ...rest) => timers.wrongTimer(new Recount(m, f), ...rest)
const announces = (m, from, to, at = NOON, left = []) => judge.announces(m, { from, to, at, left })
const END = NOON + HOUR
const cold = { tier: 'COLD', since: 0, left: [] }
const hot = { tier: 'HOT', since: NOON, left: [] }

test.each([
  ['/pricing', '/Pricing/', true],
  ['/pricing', '/pricing/x', false],
  ['/blog/**', '/blog', true],
  ['/blog/**', '/blog/a/b', true],
  ['/blog/**', '/blogs', false],
  ['/a/*/c', '/a/b/c', true],
  ['/a/*/c', '/a/b/b/c', false],
  ['/a/**/c', '/a/c', true],
  ['/a/**/c', '/a/b/b/c', true],
  ['/a/**/c', '/abc', false],
  ['*.org', 'www.x.org', true],
  ['/**', '/', true],
  ['/', '/', true],
  ['/', '/a', false],
])('the glob %s over %s: %p', (glob, text, covers) => {
  expect(globCovers(glob, text)).toBe(covers)
})

test.each([
  ['Yes', { equals: 'yes' }, true],
  [undefined, { equals: 'yes' }, false],
  [undefined, { notIn: ['a'] }, true],
  ['A', { notIn: ['a'] }, false],
  [undefined, { exists: false }, true],
  ['', { exists: true }, false],
  ['12', { atLeast: 12 }, true],
  ['12', { above: 12 }, false],
  ['x', { atLeast: 0 }, false],
  [true, { equals: 'true' }, true],
  ['abc', { startsWith: 'A', endsWith: 'c', contains: 'B' }, true],
])('%p passes %j: %p', (value, given, answer) => {
  expect(passes(value, given)).toBe(answer)
})

test('lengths of time', () => {
  expect(['90m', '1.5h', '7d', '2w'].map(duration)).toEqual([5_400_000, 5_400_000, 7 * DAY, 14 * DAY])
})

test('the worked example of packages/model/README.md: 9.5 points', () => {
  const f = facts(['page-view', NOON, 3], ['pricing', NOON, 3])
  const scored = scoreAt(model, f, END + 7 * DAY)
  expect(scored.millipoints).toBe(9_500)
  expect(scored.parts.map(p => p.millipoints)).toEqual([1_500, 8_000])
})

test('caps take the latest first, a UTC day at a time', () => {
  const f = facts(['page-view', NOON - 2 * DAY, 8], ['page-view', NOON, 7], ['page-view', NOON - HOUR, 7])
  // 7 of now and 3 of the hour before, and of two days ago all 8, each faded.
  const exact = 7 + 3 * 2 ** (-1 / (7 * 24)) + 8 * 2 ** (-48 / (7 * 24))
  expect(scoreAt(model, f, END).millipoints).toBe(Math.round(exact * 1000))
})

test('every decay', () => {
  const one = decay => {
    const m = readModel(
      `{ signals: { a: { type: page } }, rules: [{ signal: a, points: 8, decay: ${decay} }], tiers: [] }`,
    )
    return [0, 1, 2, 4].map(days => scoreAt(m, facts(['a', NOON, 1]), END + days * DAY).millipoints)
  }
  expect(one('{ halfLife: 1d }')).toEqual([8_000, 4_000, 2_000, 500])
  expect(one('{ linear: 4d }')).toEqual([8_000, 6_000, 4_000, 0])
  expect(one('{ window: 2d }')).toEqual([8_000, 8_000, 0, 0])
  expect(one('{ steps: [{ within: 1d, weight: 1 }, { within: 3d, weight: 0.5 }] }')).toEqual([
    8_000, 4_000, 4_000, 0,
  ])
  expect(one('none')).toEqual([8_000, 8_000, 8_000, 8_000])
})

test('a part in the middle between two thousandths may be rounded either way', () => {
  const m = readModel(
    '{ signals: { a: { type: page } }, rules: [{ signal: a, points: 0.0005, decay: none }], tiers: [] }',
  )
  const { low, high } = scoreAt(m, facts(['a', NOON, 1]), END)
  expect([low, high]).toEqual([0, 1])
})

test('published points are held against the recount, rule by rule, and must sum', () => {
  const f = facts(['page-view', NOON, 3], ['pricing', NOON, 3])
  const good = {
    millipoints: 19_000,
    contributions: [
      { rule: 'page-view', millipoints: 3_000 },
      { rule: 'pricing', millipoints: 16_000 },
    ],
  }
  expect(wrongScore(model, f, NOON, good)).toBeUndefined()
  expect(wrongScore(model, f, NOON, { ...good, millipoints: 19_001 })).toMatch('sum to 19000')
  expect(wrongScore(model, f, NOON, { ...good, contributions: good.contributions.slice(1) })).toMatch(
    'page-view adds 0',
  )
  const more = { ...good, contributions: [...good.contributions, { rule: 'form', millipoints: 1 }] }
  expect(wrongScore(model, f, NOON, more)).toMatch('form adds 1')
})

test('tiers: up at once, down only by exit', () => {
  const f = facts(['page-view', NOON, 10], ['form', NOON, 1])
  expect(tierAt(model, f, cold, NOON)).toBe('HOT')
  expect(tierAt(model, facts(['pricing', NOON, 2]), cold, NOON)).toBe('WARM')
  // 14 points: too few to enter WARM, enough to stay.
  const few = facts(['page-view', NOON, 6], ['pricing', NOON, 1])
  expect(tierAt(model, few, cold, NOON)).toBe('COLD')
  expect(tierAt(model, few, { ...cold, tier: 'WARM' }, NOON)).toBe('WARM')
  expect(tierAt(model, few, hot, NOON)).toBe('WARM')
  expect(tierAt(model, facts(), hot, NOON)).toBe('COLD')
  expect(
    tierAt(model, facts(['page-view', NOON, 10], ['form', NOON, 1], ['follow-up', NOON, 1]), cold, NOON),
  ).toBe('WARM')
})

test('tiers: dwell keeps, cool-down keeps out', () => {
  const m = readModel(`
signals: { a: { type: page } }
rules: [{ signal: a, points: 10, decay: { window: 1d } }]
tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 10 } }, dwell: 2d, coolDown: 3d }]`)
  const gone = END + DAY
  expect(tierAt(m, facts(['a', NOON, 1]), hot, gone)).toBe('HOT')
  expect(tierAt(m, facts(['a', NOON, 1]), hot, NOON + 2 * DAY)).toBe('COLD')
  const left = { ...cold, left: [{ tier: 'HOT', at: NOON - DAY }] }
  expect(tierAt(m, facts(['a', NOON, 1]), left, NOON)).toBe('COLD')
  expect(
    tierAt(m, facts(['a', NOON, 1]), { ...cold, left: [{ tier: 'HOT', at: NOON - 3 * DAY }] }, NOON),
  ).toBe('HOT')
})

test('announced is only a rise into a tier that says so', () => {
  expect([
    announces(model, 'COLD', 'HOT'),
    announces(model, 'COLD', 'WARM'),
    announces(model, 'HOT', 'WARM'),
  ]).toEqual([true, false, false])
})

test('a timer must be there, in time, and not before', () => {
  // 30 points that halve in 30 days are 25 after 30 d × log2(30 / 25).
  const f = facts(['form', NOON, 1])
  const due = Math.ceil((END + 30 * DAY * Math.log2(30 / 25)) / SECOND) * SECOND
  // Rounded to thousandths it is below 25 half a thousandth later: at 0.0067 of them a second, 75 s.
  let exact = due
  while (tierAt(model, f, hot, exact) === 'HOT') exact += SECOND
  expect(exact - due).toBeLessThan(80 * SECOND)
  expect(wrongTimer(model, f, hot, exact, NOON)).toBeUndefined()
  expect(wrongTimer(model, f, hot, exact + SECOND, NOON)).toMatch('should be WARM')
  expect(wrongTimer(model, f, hot, null, NOON)).toMatch('wakes never')
  expect(wrongTimer(model, f, hot, exact - SECOND, NOON)).toMatch('still HOT')
  expect(wrongTimer(model, f, hot, exact + 1, NOON)).toMatch('no whole second')
  expect(wrongTimer(model, facts(), cold, null, NOON)).toBeUndefined()
  // A follow-up of 30 days ago no longer keeps a lead from HOT.
  const called = facts(['form', NOON + DAY, 3], ['follow-up', NOON, 1])
  expect(wrongTimer(model, called, { ...cold, tier: 'WARM' }, null, NOON + DAY)).toMatch('should be HOT')
  expect(wrongTimer(model, called, { ...cold, tier: 'WARM' }, END + 30 * DAY, NOON + DAY)).toBeUndefined()
})

test('facts to a record and back', () => {
  const f = { ...facts(['b', NOON, 1], ['a', NOON, 2], ['a', NOON - HOUR, 1]), first: 1, last: 2 }
  expect(asRecord(f).signals.map(s => [s.name, s.buckets.map(b => b.count)])).toEqual([
    ['a', [1, 2]],
    ['b', [1]],
  ])
  expect(asRecord(fromRecord(asRecord(f)))).toEqual(asRecord(f))
})
