import type { Event } from '@hotlead/contracts'
import { below, DAY, HOUR, leadAfter, NOON, pages, shipped, times } from '../../test/leads.ts'
import { judge, mergeLeads, scoreOf } from '../index.ts'

const model = shipped('adobe')
const COLD = { tier: 'COLD', since: 0, left: [] }
const read = (events: Event[], t: number): [number, string] => {
  const lead = leadAfter(model, events, NOON)
  return [scoreOf(model, lead, t).millipoints / 1000, judge(model, lead, COLD, t)]
}
const blog = (count: number, at = NOON) => Array.from({ length: count }, () => pages(['/blog'], at)).flat()
const order = (total: number) => times(1, 'Order Completed', { total })
const MIDNIGHT = NOON + 12 * HOUR
const END = NOON + HOUR + 30 * DAY

test.each<[string, Event[], number, [number, string]]>([
  // 50 × 1, of which the day's 20 are left.
  ['fifty pages in a day', blog(50), NOON, [20, 'COLD']],
  // 20 + 20 + 20.
  ['fifty pages on each of three days', [0, 1, 2].flatMap(d => blog(50, NOON - d * DAY)), NOON, [60, 'HOT']],
  // The day ends at midnight UTC: (25 → 20) + (25 → 20).
  ['an evening over midnight', [...blog(25, MIDNIGHT - 1), ...blog(25, MIDNIGHT)], MIDNIGHT, [40, 'WARM']],
  // Three different products (one twice) × 4 = 12, and four pages × 1.
  [
    'a product seen again',
    pages(['/products/a', '/products/b', '/products/c', '/products/a/']),
    NOON,
    [16, 'COLD'],
  ],
  // (7 × 4 = 28 → 20) + 7.
  ['seven products', pages(below('/products', 7)), NOON, [27, 'WARM']],
  // A product counts on the day on which it was seen last: 4 × 4 yesterday, 1 × 4 today; pages 5 + 1.
  [
    'one of yesterday’s five products again',
    [...pages(below('/products', 5), NOON - DAY), ...pages(['/products/1'])],
    NOON,
    [26, 'WARM'],
  ],
  // (3 × 8 = 24 → 20) + 20 + (5 × 5 = 25 → 20) + three of the downloads’ pages × 1.
  [
    'three activities in a day',
    [...pages(below('/files', 3)), ...times(1, 'Form Submitted'), ...times(5, 'Email Link Clicked')],
    NOON,
    [63, 'HOT'],
  ],
  // 1,500.50 × 0.01 = 15.005; twice it is 30.01, of which 20 are left.
  ['an order', order(1500.5), NOON, [15.005, 'COLD']],
  ['two orders in a day', [...order(1500.5), ...order(1500.5)], NOON, [20, 'COLD']],
  // Whole until 30 days after the end of its hour, then nothing.
  ['a form, a second before 30 days', times(1, 'Form Submitted'), END - 1000, [20, 'COLD']],
  ['a form, after 30 days', times(1, 'Form Submitted'), END, [0, 'COLD']],
])('%s', (_what, events, t, expected) => expect(read(events, t)).toEqual(expected))

test('the day’s 20 are of the person, whichever browsers they were in', () => {
  // 15 + 15 = 30 in the same day, of which 20 are left.
  const merged = mergeLeads(leadAfter(model, blog(15)), leadAfter(model, blog(15)))
  expect(scoreOf(model, merged, NOON).millipoints).toBe(20_000)
})
