import { MAIN, type Model, scoreBy } from '@hotlead/model'
import { DAY, START } from '../test/leads.ts'
import { BASE, leadsOf, parsedModel } from '../test/models.ts'
import { fadedCount, stepTo } from './ladder.ts'
import { type CountedTerm, termsOf } from './terms.ts'
import { valueFor } from './valueFor.ts'

const { content } = parsedModel(BASE)
const { model, counts } = termsOf(content)
const leads = leadsOf(model, 150, 3)
const times = [0, 30, 99, 100, 140, 500].map(day => START + day * DAY + 5_000_000)

test('a term for each signal that a rule could count, with the cap and the decay that it has', () => {
  const decay = { halfLife: '7d' }
  expect(counts.map(({ signal, name, settings }) => [signal, name, settings])).toEqual([
    ['page-view', undefined, { cap: { perDay: 3 }, decay }],
    ['page-view', 'long ago', { cap: { perWeek: 5, total: 8 }, decay: { linear: '90d' } }],
    // 20 points were two and a half matches of 8.
    ['pricing', undefined, { cap: { perDay: 2 }, decay }],
    ['product', undefined, { decay }],
    ['visit', undefined, { decay: { window: '5d' } }],
    [
      'order',
      undefined,
      {
        decay: {
          steps: [
            { within: '10d', weight: 1 },
            { within: '60d', weight: 0.3 },
          ],
        },
      },
    ],
    ['form', undefined, { cap: 'once', decay: 'none' }],
    ['limit', undefined, { decay }],
  ])
})

/** A model whose only rule is a term's, with these points: what the language itself makes of it. */
function modelWith({ signal, settings }: CountedTerm, worth: object): Model {
  const { signals } = content as { signals: object }
  const rule = { signal, name: 'it', ...worth, ...settings }
  return parsedModel(
    JSON.stringify({
      name: 'one',
      signals,
      rules: [rule],
      tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 1 } } }],
    }),
  ).model
}

test.each(counts.map(t => [t.name ?? t.signal, t] as const))(
  'points × value is what the model’s own rule of %s gives, at any time; and so it is of brackets',
  (_name, term) => {
    const flat = modelWith(term, { points: -7 })
    const brackets = [1, 1.5, 2, 3, 5].map((from, i) => ({ from, points: (i + 1) * 10 }))
    const stepped = modelWith(term, { brackets })
    let seen = 0
    for (const lead of leads)
      for (const t of times) {
        const value = valueFor(term, lead, t) as Exclude<
          ReturnType<typeof valueFor>,
          undefined | string | number | boolean
        >
        const given = (of: Model) => scoreBy(of.scores[0], lead, t).millipoints
        expect(Math.abs(given(flat) + 7_000 * fadedCount(value))).toBeLessThan(0.51)
        const steps = brackets.reduce((sum, { from }) => sum + 10 * stepTo(from, value), 0)
        expect(Math.abs(given(stepped) - 1_000 * steps)).toBeLessThan(0.51)
        if (value.length > 1) seen++
      }
    if (term.settings?.cap !== 'once') expect(seen).toBeGreaterThan(20)
    expect(flat.scores[0].name).toBe(MAIN)
  },
)
