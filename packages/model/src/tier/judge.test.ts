import fc from 'fast-check'
import { deeds, leadOf } from '../../test/arbitraries.ts'
import { abc, DAY, HOUR, leadWith, NOON } from '../../test/leads.ts'
import { type Content, content, modelFrom } from '../../test/models.ts'
import { announces, conditionsOf, firstTier, isUpward, judge } from '../index.ts'
import type { TierState } from './situation.ts'

const score = (bounds: object) => ({ score: bounds })
const parts = { rules: [{ signal: 'a', points: 1 }] }
const model = abc({
  ...parts,
  tiers: [
    { name: 'COLD' },
    { name: 'WARM', enter: score({ atLeast: 10 }), exit: score({ below: 5 }) },
    {
      name: 'HOT',
      enter: score({ atLeast: 20 }),
      exit: score({ below: 15 }),
      announce: true,
      dwell: '1h',
      coolDown: '1d',
    },
  ],
})
const standing = (tier: string, rest: Partial<TierState> = {}): TierState => ({
  tier,
  since: 0,
  left: [],
  ...rest,
})

test.each<[string, number, string]>([
  ['COLD', 9, 'COLD'],
  ['COLD', 10, 'WARM'],
  ['COLD', 20, 'HOT'],
  ['WARM', 5, 'WARM'],
  ['WARM', 4, 'COLD'],
  ['WARM', 19, 'WARM'],
  ['WARM', 20, 'HOT'],
  ['HOT', 15, 'HOT'],
  ['HOT', 14, 'WARM'],
  ['HOT', 5, 'WARM'],
  ['HOT', 4, 'COLD'],
  ['GONE', 9, 'COLD'],
  ['GONE', 20, 'HOT'],
])('from %s with %p points to %s', (from, points, to) => {
  expect(judge(model, leadWith(['a', NOON, points]), standing(from), NOON)).toBe(to)
})

test('no fall before the dwell is over, but a rise', () => {
  const few = leadWith(['a', NOON])
  const since = NOON - HOUR
  expect(judge(model, few, standing('HOT', { since: since + 1 }), NOON)).toBe('HOT')
  expect(judge(model, few, standing('HOT', { since }), NOON)).toBe('COLD')
})

test('not entered again before the cool-down is over; the tier below is', () => {
  const many = leadWith(['a', NOON, 20])
  const left = (at: number) => [{ tier: 'HOT', at }]
  expect(judge(model, many, standing('COLD', { left: left(NOON - DAY + 1) }), NOON)).toBe('WARM')
  expect(judge(model, many, standing('COLD', { left: left(NOON - DAY) }), NOON)).toBe('HOT')
})

test('without exit, a tier is left when its enter condition no longer holds', () => {
  const plain = abc({ ...parts, tiers: [{ name: 'COLD' }, { name: 'HOT', enter: score({ atLeast: 20 }) }] })
  expect(judge(plain, leadWith(['a', NOON, 20]), standing('HOT'), NOON)).toBe('HOT')
  expect(judge(plain, leadWith(['a', NOON, 19]), standing('HOT'), NOON)).toBe('COLD')
})

test('where enter and exit hold at once nobody enters', () => {
  const overlap = abc({
    ...parts,
    tiers: [{ name: 'COLD' }, { name: 'HOT', enter: score({ atLeast: 10 }), exit: score({ below: 20 }) }],
  })
  expect(judge(overlap, leadWith(['a', NOON, 15]), standing('COLD'), NOON)).toBe('COLD')
  expect(judge(overlap, leadWith(['a', NOON, 20]), standing('COLD'), NOON)).toBe('HOT')
})

// What a lead may rise to by what happened since it came into its tier is asked anew in each: such an `enter` may lead on.
const asksAnew = (c: Content) =>
  JSON.stringify([c.tiers.map(t => t.enter), c.suppress, c.segments, c.phases]).includes('since')

test('judged again at the same time, a tier stands: whatever the model, nobody flickers', () => {
  const any = content({ scale: 'long', min: -10 })
    .filter(c => !asksAnew(c))
    .map(modelFrom)
  fc.assert(
    fc.property(
      any,
      deeds(24 * 30),
      fc.constantFrom('COLD', 'WARM', 'HOT'),
      fc.nat(24 * 30),
      (m, list, from, hours) => {
        const [lead, at] = [leadOf(m, list), NOON + hours * HOUR]
        const to = judge(m, lead, standing(from), at)
        const left = to === from ? [] : [{ tier: from, at }]
        expect(judge(m, lead, standing(to, { since: to === from ? 0 : at, left }), at)).toBe(to)
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 150) },
  )
})

test('announced: upward into a tier that says so, and nothing else', () => {
  expect(['COLD', 'WARM', 'GONE'].map(from => announces(model, standing(from), 'HOT', NOON))).toEqual([
    true,
    true,
    true,
  ])
  expect([
    announces(model, standing('COLD'), 'WARM', NOON),
    announces(model, standing('HOT'), 'WARM', NOON),
  ]).toEqual([false, false])
  const both = abc({
    tiers: ['COLD', 'WARM', 'HOT'].map((name, i) => ({
      name,
      ...(i > 0 && { announce: true, enter: score({ above: i }) }),
    })),
  })
  expect([
    announces(both, standing('COLD'), 'WARM', NOON),
    announces(both, standing('HOT'), 'WARM', NOON),
  ]).toEqual([true, false])
  expect([isUpward(model, 'COLD', 'WARM'), isUpward(model, 'HOT', 'HOT')]).toEqual([true, false])
  expect(firstTier(model)).toBe('COLD')
})

test('what moved a lead: upward what let it in, downward what let it out', () => {
  const texts = (from: string, to: string) =>
    conditionsOf(model, leadWith(['a', NOON, 3]), standing(from), to, NOON).map(
      c => `${c.text}: ${c.value}, ${c.holds}`,
    )
  expect(texts('COLD', 'HOT')).toEqual(['score ≥ 20: 3.000, false'])
  expect(texts('HOT', 'COLD')).toEqual(['score < 15: 3.000, true'])
  expect(texts('GONE', 'COLD')).toEqual([])
})
