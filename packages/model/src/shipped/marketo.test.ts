import type { Event } from '@hotlead/contracts'
import { below, DAY, event, HOUR, leadAfter, NOON, pages, shipped, times } from '../../test/leads.ts'
import { announces, judge, Situation } from '../index.ts'

const model = shipped('marketo')
const MINUTE = 60_000
const standing = (tier: string) => ({ tier, since: NOON, left: [] })

/** The main score, that of the cloud product, and the tier of a lead that was COLD. */
function read(events: Event[], t: number): [number, number, string] {
  const s = new Situation(model, leadAfter(model, events, NOON), t, standing('COLD'))
  return [s.score(), s.score('cloud'), judge(model, s.lead, s.state, t)]
}
const on = (day: number, ...paths: string[]) => pages(paths, NOON + day * DAY)
const webinar = (day: number) => times(1, 'Webinar Attended', {}, NOON + day * DAY)
const form = (topic?: string) => times(1, 'Form Submitted', topic === undefined ? {} : { topic })
const trial = times(1, 'Trial Started')
const cloud = (count: number, day = 0) => on(day, ...below('/products/cloud', count))

test.each<[string, Event[], number, [number, number, string]]>([
  // Pages at 0, 20 and 45 minutes: no silence of over 30 minutes, so one visit × 2.
  ['a visit', [0, 20, 45].flatMap(m => pages(['/'], NOON + m * MINUTE)), NOON, [2, 0, 'COLD']],
  // Two visits in a day, of which one counts; one on the next day: (2 → 1) × 2 + 1 × 2.
  [
    'three visits on two days',
    [...on(0, '/'), ...pages(['/'], NOON + 2 * HOUR), ...on(1, '/')],
    NOON + DAY,
    [4, 0, 'COLD'],
  ],
  // Monday 5 January and Sunday 11 are one week: 1 × 10, and two days with a visit × 2.
  [
    'prices on a Monday and the Sunday after',
    [...on(0, '/pricing'), ...on(6, '/pricing')],
    NOON + 6 * DAY,
    [14, 0, 'COLD'],
  ],
  // Sunday 11 and Monday 12 are two: 2 × 10 + 2 × 2.
  [
    'prices on a Sunday and the Monday after',
    [...on(6, '/pricing'), ...on(7, '/pricing')],
    NOON + 7 * DAY,
    [24, 0, 'WARM'],
  ],
  // 5 January 2026 is 20,454 days after the first Monday of 1970, and 20,454 = 681 × 30 + 24: six days of the period are
  // left, 10 January (+5) is the last of them and 11 January (+6) the first of the next.
  ['two webinars within a period', [...webinar(0), ...webinar(5)], NOON + 5 * DAY, [15, 0, 'COLD']],
  ['two webinars in two periods', [...webinar(5), ...webinar(6)], NOON + 6 * DAY, [30, 0, 'WARM']],
  ['a form about prices', form('pricing'), NOON, [20, 0, 'WARM']],
  ['a form about support', form('Support'), NOON, [0, 0, 'COLD']],
  // Whatever is in no row, also no answer at all: 5 + 5.
  ['forms about something else', [...form('Weather'), ...form()], NOON, [10, 0, 'COLD']],
  // 20 − 20.
  ['a form about prices and one about a job', [...form('Pricing'), ...form('Career')], NOON, [0, 0, 'COLD']],
  // Once in a lifetime, and it does not fade: 30, three years later too.
  ['two trials', [...trial, ...trial], NOON, [30, 0, 'WARM']],
  ['… three years later', [...trial, ...trial], NOON + 1100 * DAY, [30, 0, 'WARM']],
  // One visit × 2; the cloud's pages by brackets: from 1 5, from 3 15, from 5 25 and no more.
  ['a page of the cloud product', cloud(1), NOON, [2, 5, 'COLD']],
  ['two', cloud(2), NOON, [2, 5, 'COLD']],
  ['three', cloud(3), NOON, [2, 15, 'COLD']],
  ['five: HOT by that score alone', cloud(5), NOON + 10 * MINUTE, [2, 25, 'HOT']],
  ['nine', cloud(9), NOON + 10 * MINUTE, [2, 25, 'HOT']],
  // Counted from the latest: the three of day 20 are worth 15, the two of day 0 took them to 25. Thirty days after
  // day 0 those leave the window, and with them that step: 15. Visits within 90 days: 2 × 2.
  ['the step that is left', [...cloud(2), ...cloud(3, 20)], NOON + HOUR + 30 * DAY, [4, 15, 'COLD']],
  // 30 (trial) + 20 (form) = 50, active within 14 days, to the millisecond.
  ['fifty points', [...trial, ...form('Pricing')], NOON + 14 * DAY - 1, [50, 0, 'HOT']],
  ['fifty points, silent for 14 days', [...trial, ...form('Pricing')], NOON + 14 * DAY, [50, 0, 'WARM']],
])('%s', (_what, events, t, expected) => expect(read(events, t)).toEqual(expected))

test.each([
  ['ann@example.com', 'HOT'],
  ['ann@rival.example', 'COLD'],
  ['ann@mail.Rival.example', 'COLD'],
  ['ann@not-rival.example', 'HOT'],
])('%s with fifty points is %s', (email, tier) => {
  const events = [...trial, ...form('Pricing'), event({ type: 'identify', traits: { email } })]
  expect(read(events, NOON)[2]).toBe(tier)
})

test('a lead that was HOT is told again only 30 days after it left', () => {
  const told = (days: number) =>
    announces(model, { ...standing('COLD'), left: [{ tier: 'HOT', at: NOON }] }, 'HOT', NOON + days * DAY)
  expect([announces(model, standing('COLD'), 'HOT', NOON), told(29), told(30)]).toEqual([true, false, true])
})
