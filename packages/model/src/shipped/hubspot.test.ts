import type { Event } from '@hotlead/contracts'
import { below, DAY, event, HOUR, leadAfter, NOON, pages, shipped, times } from '../../test/leads.ts'
import { fitOf, judge, Situation, scoreOf } from '../index.ts'
import type { Fit } from '../model.ts'

const model = shipped('hubspot')
const COLD = { tier: 'COLD', since: 0, left: [] }
const who = (traits: Event['traits']) => [event({ type: 'identify', traits })]

/** Read so many days after the end of the hour in which all of it happened: score, fit, cell and tier. */
function read(events: Event[], days: number): [number, number, string, string] {
  const [lead, t] = [leadAfter(model, events), NOON + HOUR + days * DAY]
  return [
    scoreOf(model, lead, t).millipoints / 1000,
    fitOf(model.fit as Fit, lead).millipoints / 1000,
    new Situation(model, lead, t, COLD).cell,
    judge(model, lead, COLD, t),
  ]
}

const prices = pages(below('/pricing', 4))
const blog = pages(below('/blog', 20))
const mails = [...times(10, 'Email Opened'), ...times(6, 'Email Link Clicked')]
const asked = [...times(1, 'Form Submitted'), ...times(1, 'Meeting Booked')]
const good = who({ industry: 'Software', country: 'jp', employees: 120 })
const student = who({ industry: 'retail', country: 'FR', employees: 600, role: 'Student' })

test.each<[string, Event[], number, [number, number, string, string]]>([
  // Nothing known: 5 + 5 + 5 + 0 (of the role only a student counts) = 15, which is row C.
  // 20 × 1, of which the cap leaves 15.
  ['twenty pages', blog, 0, [15, 15, 'C3', 'COLD']],
  // Four price pages are pages too: 4 × 1 + (4 × 10 → 30) = 34, below the website's 35.
  ['four price pages', prices, 0, [34, 15, 'C2', 'COLD']],
  // (24 → 15) + (40 → 30) = 45, of which the website's limit leaves 35. Fit: 20 + 15 + 10 (from 50) = 45, row A.
  ['all of the website, and who it is', [...blog, ...prices, ...good], 0, [35, 45, 'A2', 'HOT']],
  // Half of 45 days out of 90 is left: 15/2 + 30/2 = 22.5, which the website's 35 no longer cuts.
  ['caps come before fading, limits after it', [...blog, ...prices, ...good], 45, [22.5, 45, 'A3', 'COLD']],
  // Opens (10 → 5) + clicks (30 → 20) = 25, of which the limit of mails leaves 20.
  ['mails', mails, 0, [20, 15, 'C3', 'COLD']],
  // 35 + 20 + forms (3 × 20 → 40) + meetings (2 × 40 → 40) = 135, of which the whole's limit leaves 100.
  [
    'all of it',
    [...blog, ...prices, ...mails, ...asked, ...asked, ...times(1, 'Form Submitted')],
    0,
    [100, 15, 'C1', 'WARM'],
  ],
  // 20 + 40 = 60, in a straight line to 0 on the 90th day: 60 × (1 − 45/90) = 30; 60 × (1 − 81/90) = 6.
  ['a form and a meeting', [...asked, ...good], 0, [60, 45, 'A1', 'HOT']],
  ['… in half of the time', [...asked, ...good], 45, [30, 45, 'A2', 'HOT']],
  ['… in nine tenths of it', [...asked, ...good], 81, [6, 45, 'A3', 'COLD']],
  ['… at its end', [...asked, ...good], 90, [0, 45, 'A3', 'COLD']],
  // 60 − 25 = 35; after 45 days 30 − 25 (which does not fade) = 5; after 81 days 6 − 25 = −19, held at 0.
  ['unsubscribed', [...asked, ...times(2, 'Unsubscribed')], 0, [35, 15, 'C2', 'COLD']],
  ['… for ever', [...asked, ...times(2, 'Unsubscribed')], 45, [5, 15, 'C3', 'COLD']],
  ['… never below 0', [...asked, ...times(2, 'Unsubscribed')], 81, [0, 15, 'C3', 'COLD']],
  // 0 (retail) + 0 (FR) + 20 (from 500) − 20 (a student) = 0: row C, whatever it does.
  ['a student', [...asked, ...student], 0, [60, 0, 'C1', 'WARM']],
  // Known by half: 20 + 5 (no country) + 5 (no size) = 30, row B. A no is worth less than no answer: 20 + 0 + 5 = 25.
  ['half known', who({ industry: 'finance' }), 0, [0, 30, 'B3', 'COLD']],
  ['a country that is none of ours', who({ industry: 'finance', country: 'FR' }), 0, [0, 25, 'B3', 'COLD']],
])('%s', (_what, events, days, expected) => expect(read(events, days)).toEqual(expected))

test('HOT is left at the edge of the grid, not between two cells', () => {
  const tierOf = (days: number) =>
    judge(
      model,
      leadAfter(model, [...asked, ...who({ industry: 'finance' })]),
      { ...COLD, tier: 'HOT' },
      NOON + HOUR + days * DAY,
    )
  // 60 is B1; 60 × (1 − 45/90) = 30 is B2, which alone would not be HOT; 60 × (1 − 46/90) = 29.3 is B3.
  expect([tierOf(0), tierOf(45), tierOf(46)]).toEqual(['HOT', 'HOT', 'COLD'])
})
