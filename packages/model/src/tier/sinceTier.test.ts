import { abc, leadWith, modelOf, NOON } from '../../test/leads.ts'
import { explain, judge, nextChange, type TierState } from '../index.ts'

const standing = (tier: string, since: number): TierState => ({ tier, since, left: [] })
/** HOT until somebody has called. */
const model = abc({
  rules: [{ signal: 'a', points: 1 }],
  tiers: [
    { name: 'COLD' },
    {
      name: 'WARM',
      enter: { score: { atLeast: 1 } },
      exit: { recency: { signal: 'b', since: 'tier' } },
      coolDown: '1m',
    },
    {
      name: 'HOT',
      enter: { score: { atLeast: 3 } },
      exit: { any: [{ score: { below: 2 } }, { followUps: { since: 'tier', atLeast: 1 } }] },
      coolDown: '1m',
    },
  ],
})

test('a call before a lead came into the tier does not keep it out, a call since then ends it', () => {
  const lead = leadWith(['a', NOON, 3], ['follow-up', NOON - 5000])
  expect(judge(model, lead, standing('COLD', 0), NOON)).toBe('HOT')
  expect(judge(model, lead, standing('HOT', NOON - 4000), NOON)).toBe('HOT')
  expect(judge(model, lead, standing('HOT', NOON - 6000), NOON)).toBe('WARM')
})

test('nor does it keep a lead out of a lower tier', () => {
  const lead = leadWith(['a', NOON], ['b', NOON - 5000])
  expect(judge(model, lead, standing('HOT', 0), NOON)).toBe('WARM')
})

test('what is shown of a tier that a lead is not in is as if it came into it now', () => {
  const lead = leadWith(['a', NOON, 3], ['follow-up', NOON - 5000])
  const exitOf = (state: TierState) => explain(model, lead, state, NOON).tiers[1]?.exit[1]?.holds
  expect([exitOf(standing('COLD', 0)), exitOf(standing('HOT', 0))]).toEqual([false, true])
})

test('a tier whose enter asks for something since the tier has an exit', () => {
  const enter = { all: [{ score: { atLeast: 1 } }, { not: { followUps: { since: 'tier', atLeast: 1 } } }] }
  expect(() =>
    modelOf(
      JSON.stringify({
        name: 'x',
        signals: { a: { name: 'a' } },
        tiers: [{ name: 'C' }, { name: 'H', enter }],
      }),
    ),
  ).toThrow('the tier “H” needs exit')
})

test('a tier whose exit asks for something since the tier has a cool-down: it would come back at once', () => {
  const exit = { any: [{ score: { below: 1 } }, { followUps: { since: 'tier', atLeast: 1 } }] }
  const tiers = (coolDown?: string) => [
    { name: 'COLD' },
    { name: 'HOT', enter: { score: { atLeast: 1 } }, exit, ...(coolDown && { coolDown }) },
  ]
  expect(() => abc({ tiers: tiers() })).toThrow('the tier “HOT” needs coolDown')
  expect(() => abc({ tiers: tiers('1d') })).not.toThrow()
})

test('of a match that is dated ahead, the lead comes in as soon as it is not ahead any more', () => {
  for (const ahead of [5_000, 4_001, 4_999]) {
    const lead = leadWith(['a', NOON], ['b', NOON + ahead])
    const cold = standing('COLD', 0)
    expect([0, 4_000, 5_000].map(ms => judge(model, lead, cold, NOON + ms))).toEqual(['COLD', 'COLD', 'WARM'])
    expect(nextChange(model, lead, cold, NOON)).toBe(NOON + 5_000)
  }
})
