import type { Unsettled } from '@hotlead/contracts'
import { judged } from './judge.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
type Drawn = Partial<Unsettled> & { act: Unsettled['act']; s: number }

/** Verdicts on acts, in their order. */
function verdicts(...acts: Drawn[]): (string | null)[] {
  const all = acts.map(({ s, ...act }, id) => ({
    id,
    at: NOON + s * 1000,
    mail: 1,
    link: 0,
    flag: null,
    verdict: null,
    counted: [],
    ...act,
  }))
  const byTime = judged(all.toSorted((a, b) => a.at - b.at || a.id - b.id))
  return all.map(({ id }) => byTime.find(u => u.id === id)?.verdict ?? null)
}
const click = (s: number, link: number, more: Partial<Unsettled> = {}) =>
  ({ act: 'clicked', s, link, ...more }) as const
const open = (s: number, more: Partial<Unsettled> = {}) => ({ act: 'opened', s, ...more }) as const
const delivery = (s: number, mail = 1) => ({ act: 'delivered', s, mail }) as const
const view = (s: number, flag: string | null = null) => ({ act: 'viewed', s, flag }) as const

test.each<[string, Drawn[], (string | null)[]]>([
  ['a reader: opened, one link', [delivery(0), open(300), click(310, 7)], [null, null, null]],
  ['the same link twice in a second is a double click', [click(0, 7), click(0.3, 7)], [null, null]],
  ['two links, five seconds apart', [click(0, 7), click(5, 8)], [null, null]],
  ['two links within a second', [click(0, 7), click(1, 8)], ['all_links', 'all_links']],
  [
    'three links within ten seconds, the first of them too',
    [click(0, 7), click(5, 8), click(10, 9)],
    ['all_links', 'all_links', 'all_links'],
  ],
  ['three links in more than ten seconds', [click(0, 7), click(5, 8), click(10.1, 9)], [null, null, null]],
  [
    'the picture that a sweep loads before it, and not one of an hour before',
    [open(-3_600), open(-33), click(0, 7), click(0.1, 8)],
    [null, 'all_links', 'all_links', 'all_links'],
  ],
  [
    'a provider’s machine and a click like anybody’s are a sweep',
    [click(0, 7, { flag: 'machine_click' }), click(0.5, 8)],
    [null, 'all_links'],
  ],
  [
    'within ten seconds of the delivery',
    [delivery(0), open(10), click(9, 7)],
    [null, 'too_soon', 'too_soon'],
  ],
  ['eleven seconds after it', [delivery(0), click(11, 7)], [null, null]],
  ['a delivery that is told of after the click', [click(3, 7), delivery(0)], ['too_soon', null]],
  ['before the mail was delivered', [click(-40, 7), delivery(0)], ['too_soon', null]],
  ['long before it was delivered again', [click(-61, 7), delivery(0)], [null, null]],
  [
    'one click, told by our redirect and by the provider',
    [click(0, 7), click(0.4, 8, { mail: 2 })],
    [null, null],
  ],
  ['clicks on nobody knows what', [click(0, 0), click(0.4, 7), click(0.5, 0)], [null, null, null]],
  ['before some other mail was', [click(-40, 7, { mail: 2 }), delivery(0)], [null, null]],
  ['a mail without an id is no one’s delivery', [click(-40, 7, { mail: 0 }), delivery(0, 0)], [null, null]],
  [
    'the honeypot: what was done within a minute of it, and no more',
    [click(-65, 6), click(-60, 7), click(0, 9, { flag: 'honeypot' }), open(60), click(61, 8)],
    [null, 'with_honeypot', null, 'with_honeypot', null],
  ],
  ['pages are no mail scanner’s', [view(1), click(0, 9, { flag: 'honeypot' })], [null, null]],
  [
    'pages within a minute of a flood',
    [view(-61), view(-60), view(0, 'too_fast'), view(5)],
    [null, 'with_flood', null, 'with_flood'],
  ],
  ['a hot key is a flood', [view(0), view(1, 'hot_key')], ['with_flood', null]],
  ['a crawler is no flood', [view(0), view(1, 'bot')], [null, null]],
])('%s', (_, acts, expected) => {
  expect(verdicts(...acts)).toEqual(expected)
  expect(verdicts(...acts.toReversed())).toEqual(expected.toReversed())
})

test('what a verdict fell on gives no verdicts itself: a flood does not go on for ever', () => {
  const acts = [view(0, 'too_fast'), view(50), view(100), view(150)]
  expect(verdicts(...acts)).toEqual([null, 'with_flood', null, null])
})

test('a verdict stays when what gave it is gone', () => {
  const [kept] = judged([
    { ...view(0), id: 1, at: NOON, mail: 0, link: 0, verdict: 'with_flood', counted: [] } as Unsettled,
    { ...view(0), id: 2, at: NOON + 1, mail: 0, link: 0, verdict: null, counted: [] } as Unsettled,
  ])
  expect(kept?.verdict).toBe('with_flood')
})

test('the same list where nothing is found', () => {
  const acts = [0, 1].map(id => ({
    ...view(id),
    id,
    at: NOON + id,
    mail: 0,
    link: 0,
    verdict: null,
    counted: [],
  }))
  expect(judged(acts)).toBe(acts)
})
