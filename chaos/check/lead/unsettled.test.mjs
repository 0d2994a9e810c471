import { control, followUp, HOUR, link, log, MINUTE, merge, NOON, page, SECOND, via } from '../test/log.mjs'
import { asRecord, nothingKnown } from './facts.mjs'
import { idNumber } from './ids.mjs'
import { signalsOf } from './unsettled.mjs'

/** What a lead's log makes of acts that machines do too; records are stamped a second apart. */

const V = 'demo/v:a'
const L = 'demo/l:ada'
const click = (id, at, url, more = {}) =>
  page(id, at, '/', {
    type: 'track',
    name: 'Email Link Clicked',
    page: null,
    properties: { link_url: url },
    ...more,
  })

function started() {
  const l = log()
  for (const p of [0, 1]) l.append(p, '#', control())
  return l
}
const views = signals => (signals.get('page-view')?.hours ?? []).reduce((n, h) => n + h.count, 0)
/** Of a lead: what is settled, what it counts with what is not, how many acts are unsettled, and the verdicts on them. */
const told = ({ facts }) => [
  views(facts.signals),
  views(signalsOf(facts)),
  facts.unsettled.length,
  facts.unsettled.map(u => u.verdict).filter(v => v !== null),
]

test('a page counts beside the signals until nothing more may be found out about it', () => {
  const l = started()
  l.append(0, V, page('1', NOON))
  expect(told(l.lead(0, V))).toEqual([0, 1, 1, []])
  l.append(0, V, page('2', NOON + 2 * MINUTE - 1), NOON + 2 * MINUTE - 1)
  expect(told(l.lead(0, V))).toEqual([0, 2, 2, []])
  // Nothing of this lead: nothing is settled.
  l.append(0, L, page('3', NOON), NOON + 3 * MINUTE)
  expect(told(l.lead(0, V))).toEqual([0, 2, 2, []])
  l.append(0, V, followUp('f', NOON))
  expect(told(l.lead(0, V))).toEqual([1, 2, 1, []])
})

test('what is old when it comes is counted at once', () => {
  const l = started()
  l.append(0, V, page('1', NOON - HOUR))
  expect(told(l.lead(0, V))).toEqual([1, 1, 0, []])
})

test('a flood takes back the pages before it, and their lines say so', () => {
  const l = started()
  l.append(0, V, page('1', NOON, `/${'x'.repeat(90)}`))
  l.append(0, V, page('2', NOON + SECOND, '/', { flags: ['too_fast'] }))
  expect(told(l.lead(0, V))).toEqual([0, 0, 2, ['with_flood']])
  expect(l.lead(0, V).facts.recent.map(r => r.what)).toEqual([
    `page /${'x'.repeat(61)} (with_flood)`,
    'page / (too_fast)',
  ])
  l.append(0, V, page('3', NOON + HOUR), NOON + HOUR)
  expect(told(l.lead(0, V))).toEqual([0, 1, 1, []])
})

test('of more than 32 acts the first are settled as they stand, after all have been judged', () => {
  const l = started()
  for (let i = 0; i < 32; i++) l.append(0, V, page(`${i}`, NOON + SECOND + i))
  expect(told(l.lead(0, V))).toEqual([0, 32, 32, []])
  l.append(0, V, page('late', NOON))
  expect(told(l.lead(0, V))).toEqual([1, 33, 32, []])
  expect(l.lead(0, V).facts.unsettled[0].id).toBe(idNumber('0'))
  l.append(0, V, page('flood', NOON + SECOND, '/', { flags: ['hot_key'] }))
  // All of that minute are the flood’s, also the one that had to go.
  expect(told(l.lead(0, V)).slice(0, 3)).toEqual([1, 1, 32])
})

test('a visitor’s past is judged with its lead’s, when it comes', () => {
  const l = started()
  l.append(0, V, click('1', NOON, 'x'))
  l.append(1, L, click('2', NOON + SECOND, 'y'))
  const past = asRecord(l.lead(0, V).facts)
  const linked = l.append(0, V, link('l:ada'))
  expect(l.lead(0, V).facts.unsettled).toEqual([])
  l.append(1, L, merge(past, 'v:a', linked))
  expect(told(l.lead(1, L))[3]).toEqual(['all_links', 'all_links'])
  expect(l.lead(1, L).facts.recent.map(r => r.what)).toEqual(
    Array(2).fill('track Email Link Clicked (all_links)'),
  )
  expect(l.sentOn.problems(true)).toEqual([])
})

test('what is overdue is settled before a past comes, and what comes with the past is not', () => {
  const l = started()
  l.append(0, V, page('1', NOON))
  l.append(1, L, page('2', NOON))
  const past = asRecord(l.lead(0, V).facts)
  const linked = l.append(0, V, link('l:ada'))
  l.append(1, L, merge(past, 'v:a', linked), NOON + HOUR)
  expect(told(l.lead(1, L))).toEqual([1, 2, 1, []])
})

describe('the same event on both sides', () => {
  /** @param settles the visitor’s copy, the lead’s, none */
  function both(settles) {
    const l = started()
    const at = side => (settles === side ? NOON - HOUR : NOON)
    l.append(0, V, page('1', at('past'), '/pricing'))
    l.append(1, L, page('1', at('own'), '/pricing', { anonymousId: 'a' }))
    const past = asRecord(l.lead(0, V).facts)
    l.append(1, L, merge(past, 'v:a', l.append(0, V, link('l:ada'))))
    expect(l.lead(1, L).facts.awaited).toEqual([])
    return l.lead(1, L)
  }
  test.each([
    ['unsettled on both', undefined, [0, 1, 1, []], 2],
    ['settled in the past', 'past', [1, 1, 1, []], 0],
    ['settled here', 'own', [0, 1, 1, []], 2],
  ])('%s counts once', (_what, settles, is, counted) => {
    const lead = both(settles)
    expect(told(lead)).toEqual(is)
    expect(lead.facts.unsettled[0].counted).toHaveLength(counted)
  })

  test('on its way through a user id what it counts is dropped from the past', () => {
    const l = started()
    const user = 'demo/l:user'
    l.append(0, V, page('1', NOON))
    l.append(0, V, page('2', NOON))
    l.append(1, user, page('1', NOON, '/', { anonymousId: 'a' }))
    const own = asRecord(l.lead(1, user).facts)
    l.append(1, L, merge(own, 'l:user', l.append(1, user, link('l:ada'))))
    const past = asRecord(l.lead(0, V).facts)
    const through = l.append(1, user, merge(past, 'v:a', l.append(0, V, link('l:user'))))
    const rest = { ...past, recent: [past.recent.find(r => r.id === idNumber('2'))] }
    rest.unsettled = past.unsettled.map(u => (u.id === idNumber('1') ? { ...u, counted: [] } : u))
    rest.visitors = l.lead(1, user).facts.visitors
    l.append(1, L, merge(rest, 'l:user', through))
    expect(told(l.lead(1, L))).toEqual([0, 2, 2, []])
    expect(l.sentOn.problems(true)).toEqual([])
  })
})

describe('a recount', () => {
  const [prepare, take] = ['prepare', 'take'].map(step =>
    control('m1', false, { id: 'r', step, facts: ['page-view'] }),
  )
  const act = (id, verdict = null) => ({
    ...{ id: idNumber(id), at: NOON, act: 'viewed', mail: 0, link: 0, flag: null, verdict },
    counted: [{ name: 'page-view', amount: 5, value: null, gap: null }],
  })
  const recount = (...unsettled) => ({
    ...page('', 0),
    event: null,
    recount: { id: 'r', signals: [], unsettled },
  })
  const shadows = ({ facts }) =>
    (facts.signals.get('@r page-view')?.hours ?? []).reduce((n, h) => n + h.count, 0)

  test('meets the verdict here by the act’s id, and all wait for it', () => {
    const l = started()
    l.append(0, V, page('1', NOON))
    l.append(0, V, page('2', NOON))
    l.append(0, '#', prepare, NOON + HOUR)
    l.append(0, V, followUp('f', NOON))
    expect(l.lead(0, V).facts.unsettled).toHaveLength(2)
    l.append(0, V, recount(act('1'), act('gone'), act('bad', 'too_soon')))
    // What is not here any more counts by the verdict that the recount knows.
    expect(shadows(l.lead(0, V))).toBe(5)
    const [one] = l.lead(0, V).facts.unsettled.filter(u => u.id === idNumber('1'))
    expect(one.counted.map(c => [c.name, c.amount])).toEqual([
      ['page-view', 1],
      ['@r page-view', 5],
    ])
    l.append(0, '#', take)
    expect(l.lead(0, V).facts.unsettled.flatMap(u => u.counted.map(c => [c.name, c.amount]))).toEqual([
      ['page-view', 5],
    ])
    l.append(0, V, followUp('g', NOON))
    expect(told(l.lead(0, V))).toEqual([10, 10, 0, []])
  })

  test('that is given up leaves nothing', () => {
    const l = started()
    l.append(0, V, page('1', NOON))
    l.append(0, '#', prepare)
    l.append(0, V, recount(act('1')))
    l.append(0, '#', control())
    expect(l.lead(0, V).facts.unsettled[0].counted).toHaveLength(1)
  })

  test('that is given up where it arrives counts for nothing, rightly', () => {
    const l = started()
    for (const p of [0, 1]) l.append(p, '#', prepare)
    const linked = l.append(0, V, link('l:ada'))
    l.append(1, L, merge(asRecord(nothingKnown()), 'v:a', linked))
    const sent = l.append(0, V, recount(act('1')))
    l.append(1, '#', control())
    l.append(1, L, via(recount(act('1')), 'v:a', sent))
    expect(l.lead(1, L).facts.signals.size).toBe(0)
    expect(l.sentOn.problems(true)).toEqual([])
  })

  test('is not taken here yet: what a merge’s acts count goes under the recount’s name', () => {
    const l = started()
    for (const p of [0, 1]) l.append(p, '#', prepare)
    l.append(0, V, page('1', NOON))
    l.append(0, '#', take)
    const past = asRecord(l.lead(0, V).facts)
    const linked = l.append(0, V, link('l:ada'))
    l.append(1, L, merge(past, 'v:a', linked, { counted: 'r', ended: 'r' }))
    expect(l.lead(1, L).facts.unsettled[0].counted.map(c => c.name)).toEqual(['@r page-view'])
    expect(l.sentOn.problems(true)).toEqual([])
  })
})
