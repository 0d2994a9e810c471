import type { Event } from '@hotlead/contracts'
import { below, DAY, HOUR, leadAfter, NOON, pages, shipped, times } from '../../test/leads.ts'
import { FOLLOW_UP, judge, observe, once, Situation } from '../index.ts'

const model = shipped('pyramid')
const standing = (tier: string) => ({ tier, since: NOON - DAY, left: [] })

/** Read at the end of the hour, when what happened in it is still whole: phase, score, and tier of a lead that was COLD. */
function read(events: Event[], t = NOON + HOUR): [string, number, string] {
  const s = new Situation(model, leadAfter(model, events, NOON), t, standing('COLD'))
  return [s.phase, s.score(), judge(model, s.lead, s.state, t)]
}
const ago = (days: number) => NOON - days * DAY
const blog = (count: number) => pages(below('/blog', count))
const products = (count: number, at = NOON) => pages(below('/products', count), at)
const cases = (count: number) => pages(below('/case-studies', count))
const prices = (count: number, at = NOON) => pages(below('/pricing', count), at)
const demo = (at = NOON) => times(1, 'Demo Requested', {}, at)

test.each<[string, Event[], [string, number, string]]>([
  ['nothing', [], ['visitor', 0, 'COLD']],
  // 40 × 1, of which ten count a day.
  ['forty articles', blog(40), ['visitor', 10, 'COLD']],
  // 1 page + 1 product × 2.
  ['a product', products(1), ['curious', 3, 'COLD']],
  // 3 + 3 × 2.
  ['three products', products(3), ['interested', 9, 'COLD']],
  // The same three, 98 days ago, are seven half-lives old: 9 / 128 = 0.0703 (pages 3/128 → 0.023, products 6/128 → 0.047).
  ['three products, 98 days ago', products(3, ago(98)), ['curious', 0.07, 'COLD']],
  // Pages 6, products 5 × 2 = 10, a case study 3.
  ['five products and a case study', [...products(5), ...cases(1)], ['interested', 19, 'WARM']],
  // Pages (16 → 10), products 15 × 2 = 30, a case study 3: many points, but not far up.
  ['fifteen products and a case study', [...products(15), ...cases(1)], ['interested', 43, 'WARM']],
  // Pages 4, prices 2 × 6 = 12, case studies 2 × 3 = 6: two of three signs of comparing.
  ['prices and case studies', [...prices(2), ...cases(2)], ['comparing', 22, 'WARM']],
  // Pages (10 → 10), prices 12, case studies 6, products 6 × 2 = 12: 40, and comparing.
  ['… and six products', [...prices(2), ...cases(2), ...products(6)], ['comparing', 40, 'HOT']],
  // Visits and prices 28, 14 and 0 days old weigh 1/4 + 1/2 + 1 = 1.75: pages 1.75, prices 6 × 1.75 = 10.5.
  [
    'three visits to the prices, a fortnight apart',
    [28, 14, 0].flatMap(d => prices(1, ago(d))),
    ['comparing', 12.25, 'COLD'],
  ],
  ['a demo', demo(), ['deciding', 25, 'HOT']],
  // 25 a week: the second in the same week adds nothing.
  ['two demos', [...demo(), ...demo()], ['deciding', 25, 'HOT']],
  // 25 / 2 after a half-life: far up, but too little done.
  ['a demo a fortnight ago', demo(ago(14)), ['deciding', 12.5, 'COLD']],
  // 25 × 2^(−364/14) = 25 / 2^26 rounds to 0.
  ['a demo a year ago', demo(ago(364)), ['visitor', 0, 'COLD']],
])('%s', (_what, events, expected) => expect(read(events)).toEqual(expected))

test('HOT is left when somebody has called since then, when it cools, and when it is no longer comparing', () => {
  const hot = leadAfter(model, demo())
  const tierAt = (t: number, lead = hot) => judge(model, lead, standing('HOT'), t)
  const called = observe(
    model,
    hot,
    { at: NOON + 1, signals: [once(FOLLOW_UP)], id: 9, what: 'call' },
    NOON + 1,
  )
  expect(tierAt(NOON + 2)).toBe('HOT')
  expect(tierAt(NOON + 2, called)).toBe('WARM')
  // 25 × 2^(−d/14) is below 20 after 14 × log2(1.25) = 4.5 days, below 10 after 14 × log2(2.5) = 18.5 days.
  expect([4, 5, 18, 19].map(d => tierAt(NOON + HOUR + d * DAY))).toEqual(['HOT', 'WARM', 'WARM', 'COLD'])
  // Prices and case studies leave their 60 days an hour's end later; the case studies are still within 90.
  const compares = leadAfter(model, [...prices(2), ...cases(2), ...products(40)])
  const s = (days: number) => new Situation(model, compares, NOON + HOUR + days * DAY, standing('HOT'))
  expect([s(59).phase, s(60).phase]).toEqual(['comparing', 'interested'])
})
