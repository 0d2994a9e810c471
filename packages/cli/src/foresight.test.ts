import { readFileSync } from 'node:fs'
import { firstTier, judge, newLead, observe, once, parseModel } from '@hotlead/model'
import { EXIT } from './exit.ts'
import { refusePast, stateAt } from './foresight.ts'

const parsed = parseModel(readFileSync(new URL('../../../models/default.yaml', import.meta.url), 'utf8'))
if (!parsed.ok) throw new Error('the default model has problems')
const { model } = parsed
const NOW = Date.UTC(2026, 10, 24, 12, 30)
const DAY = 86_400_000

const lead = [1, 2, 3].reduce(
  (known, id) =>
    observe(
      model,
      known,
      {
        at: NOW - id * 1000,
        id,
        signals: ['page-view', 'pricing', 'form-submit'].map(once),
        what: 'page /pricing',
      },
      NOW,
    ),
  newLead(),
)
const hot = { tier: 'HOT', since: NOW - 500, left: [] as { tier: string; at: number }[], number: 2 }

test('with time a lead goes down tier by tier, each move when it is due', () => {
  const seen = new Map<string, number>()
  for (let day = 0; day <= 400; day++) {
    const { tier, number } = stateAt(model, lead, hot, NOW, NOW + day * DAY)
    seen.set(tier, number)
  }
  expect([...seen]).toEqual([
    ['HOT', 2],
    ['WARM', 3],
    ['COLD', 4],
  ])
})

test('where it will stand nothing is due any more', () => {
  for (let day = 0; day <= 400; day += 5) {
    const at = Math.ceil((NOW + day * DAY) / 1000) * 1000
    const state = stateAt(model, lead, hot, NOW, at)
    expect(judge(model, lead, state, at)).toBe(state.tier)
    expect(state.since).toBeLessThanOrEqual(at)
  }
})

test('a move begins the cool-down of the tier that was left', () => {
  const { left } = stateAt(model, lead, hot, NOW, NOW + 400 * DAY)
  expect(left.map(l => l.tier)).toEqual(['HOT', 'WARM'])
  expect(left[0]?.at).toBeLessThan(left[1]?.at as number)
})

test('at this very moment it stands where tiering has it, also where a move is due', () => {
  expect(stateAt(model, lead, { ...hot, tier: firstTier(model) }, NOW, NOW).tier).toBe('COLD')
})

test('a time before the last activity, or before the last move, is refused with the first that can be asked for', () => {
  expect(() => refusePast(lead, hot, NOW - DAY, NOW)).toThrow(
    expect.objectContaining({
      exitCode: EXIT.usage,
      message: expect.stringMatching(/its move to HOT on 2026-11-24 12:29:59 UTC on\.$/),
    }),
  )
  expect(() => refusePast(lead, { ...hot, since: 0 }, NOW - 2000, NOW)).toThrow(
    /from its last activity on 2026-11-24 12:29:59 UTC/,
  )
  expect(() => refusePast(lead, hot, NOW - 500, NOW)).not.toThrow()
  // A clock that is behind the edge's: now can always be asked for.
  expect(() => refusePast(lead, hot, NOW - DAY, NOW - DAY)).not.toThrow()
})
