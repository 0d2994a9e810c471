import { MINUTE, NOON, page, SECOND } from '../test/log.mjs'
import { actOf, isOpen, verdictOn } from './machines.mjs'

const NO_ONE = { mail: 1, link: 0, flag: null, verdict: null, counted: [] }
const open = (at, more) => ({ ...NO_ONE, at, act: 'opened', ...more })
const click = (at, link, more) => ({ ...NO_ONE, at, act: 'clicked', link, ...more })
const delivery = (at, more) => ({ ...NO_ONE, at, act: 'delivered', ...more })
const view = (at, flag = null) => ({ ...NO_ONE, at, act: 'viewed', mail: 0, flag })
const honeypot = at => click(at, 9, { flag: 'honeypot' })

/** Each row: the act that is asked about, what else its lead did, and why it is a machine's. */
test.each([
  ['a reader', click(400_000, 7), [delivery(0), open(390_000)], null],
  ['a link twice', click(0, 7), [click(0, 7), click(500, 7)], null],
  ['two links, a second apart', click(1_000, 7), [click(0, 8)], 'all_links'],
  ['two links, more than a second apart', click(1_001, 7), [click(0, 8)], null],
  ['three links, the middle one', click(5_000, 7), [click(0, 8), click(10_000, 9)], 'all_links'],
  ['three links, more than ten seconds', click(5_000, 7), [click(0, 8), click(10_001, 9)], null],
  ['the second click on a link of a sweep', click(900, 7), [click(0, 7), click(100, 8)], 'all_links'],
  [
    'a provider’s word on one of two links',
    click(0, 7),
    [click(0, 8, { flag: 'machine_click' })],
    'all_links',
  ],
  ['the picture of a sweep', open(-60_000), [click(0, 7), click(500, 8)], 'all_links'],
  ['a picture more than a minute before it', open(-60_001), [click(0, 7), click(500, 8)], null],
  ['ten seconds after a delivery', open(10_000), [delivery(0, { mail: 2 })], 'too_soon'],
  ['later', open(10_001), [delivery(0)], null],
  ['a minute before that very mail came', click(-60_000, 7), [delivery(0)], 'too_soon'],
  ['longer before it came again', click(-60_001, 7), [delivery(0)], null],
  ['before another came', click(-1, 7), [delivery(0, { mail: 2 })], null],
  ['before one came, neither with an id', click(-1, 7, { mail: 0 }), [delivery(0, { mail: 0 })], null],
  ['a minute after the honeypot', open(60_000), [honeypot(0)], 'with_honeypot'],
  ['a minute before it', click(-60_000, 7), [honeypot(0)], 'with_honeypot'],
  ['more than a minute after it', open(60_001), [honeypot(0)], null],
  [
    'the honeypot is the reason before all others',
    click(500, 7),
    [honeypot(0), delivery(0)],
    'with_honeypot',
  ],
  ['a sweep is one before the delivery', click(500, 7), [click(0, 8), delivery(0)], 'all_links'],
  ['a page beside the honeypot', view(0), [honeypot(0)], null],
  ['a mail beside a flood', open(0), [view(0, 'too_fast')], null],
  ['a minute before a flood', view(-60_000), [view(0, 'too_fast')], 'with_flood'],
  ['a minute after a hot key', view(60_000), [view(0, 'hot_key')], 'with_flood'],
  ['longer ago', view(-60_001), [view(0, 'too_fast')], null],
  ['beside a crawler', view(0), [view(0, 'bot')], null],
  ['a hot key that sent a mail’s click', view(0), [click(0, 7, { flag: 'hot_key' })], null],
  ['what is flagged', view(0, 'bot'), [view(0, 'too_fast')], null],
  ['a delivery', delivery(0), [honeypot(0), delivery(0)], null],
  ['a verdict stays', { ...view(0), verdict: 'with_flood' }, [], 'with_flood'],
  ['a verdict gives none', view(0), [{ ...view(0), verdict: 'with_flood' }], null],
])('%s', (_what, act, others, why) => {
  expect(verdictOn(act, [act, ...others])).toBe(why)
  expect(verdictOn(act, [...others.toReversed(), act])).toBe(why)
})

const event = more => page('1', NOON, '/', { type: 'track', ...more }).event
test.each([
  [{ type: 'page' }, { act: 'viewed', mail: 0, link: 0, flag: null }],
  [
    { type: 'screen', flags: ['bot', 'too_fast'] },
    { act: 'viewed', mail: 0, link: 0, flag: 'too_fast' },
  ],
  [
    { name: 'Email Delivered', properties: { email_id: '' } },
    { act: 'delivered', mail: 0, link: 0, flag: null },
  ],
  // FNV-1a of `a`, as its authors publish it: 0xe40c292c.
  [
    { name: 'Email Opened', properties: { email_id: 'a', link_url: 'a' } },
    { act: 'opened', mail: 0xe40c292c | 0, link: 0, flag: null },
  ],
  [
    {
      name: 'Email Link Clicked',
      properties: { link_id: 'a', link_url: null },
      flags: ['machine_click', 'bot'],
    },
    { act: 'clicked', mail: 0, link: 0xe40c292c | 0, flag: 'machine_click' },
  ],
  [
    { type: 'page', name: 'Email Opened' },
    { act: 'viewed', mail: 0, link: 0, flag: null },
  ],
  [{ name: 'Email Delivered', signed: false }, undefined],
  [
    { type: 'page', signed: false },
    { act: 'viewed', mail: 0, link: 0, flag: null },
  ],
  [{ name: 'Form Submitted' }, undefined],
  [{ name: 'toString' }, undefined],
  [{ type: 'identify', name: 'Email Opened' }, undefined],
])('%j', (more, act) => {
  expect(actOf(event(more))).toEqual(act)
})

test('a verdict may come for two minutes on pages, for an hour on mails, either way', () => {
  const bounds = [
    ['viewed', 2 * MINUTE],
    ['delivered', 60 * MINUTE],
    ['opened', 60 * MINUTE],
    ['clicked', 60 * MINUTE],
  ]
  for (const [act, ms] of bounds)
    for (const at of [NOON - ms, NOON + ms]) {
      const inside = at < NOON ? at + 1 : at - 1
      expect([isOpen({ act, at }, NOON), isOpen({ act, at: inside }, NOON)]).toEqual([false, true])
    }
  expect(isOpen({ act: 'viewed', at: NOON - SECOND }, NOON)).toBe(true)
})
