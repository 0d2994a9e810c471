import { type Activity, type Event, NO_ACTIVITY } from '@hotlead/contracts'
import { Evidence, type Mark, RETRY_HEADER } from './evidence.ts'

const event = (id: string, via: Activity['via'] = null): Activity => ({
  ...NO_ACTIVITY,
  kind: 'event',
  via,
  event: { id } as Event,
})
const link = (lead: string): Activity => ({
  ...NO_ACTIVITY,
  kind: 'link',
  link: { lead, at: 1, received: 1 },
})
const sentOn = (offset: number, visitor = 'v:a') => event(`e${offset}`, { visitor, offset })
const record = (key: string, offset: number, timestamp = 0, headers?: Record<string, string>) => ({
  key,
  value: Buffer.alloc(0),
  headers,
  offset,
  timestamp,
})

const ID: Mark = { kind: 'id', key: 'w/v:a', id: '1' }
const LINK: Mark = { kind: 'link', key: 'w/v:a', lead: 'l:x' }
const SENT_ON: Mark = { kind: 'sentOn', key: 'w/l:x', visitor: 'v:a', offset: 7 }

test.each<[string, Mark, [key: string, Activity][], string, number?]>([
  ['nothing', ID, [], 'new'],
  ['its id', ID, [['w/v:a', event('1')]], 'there', 0],
  [
    'its id twice: the first counts',
    ID,
    [
      ['w/v:a', event('1')],
      ['w/v:a', event('1')],
    ],
    'there',
    0,
  ],
  ['another’s id', ID, [['w/v:a', event('2')]], 'new'],
  ['its id under another visitor', ID, [['w/v:b', event('1')]], 'new'],
  ['its id, sent on by the scorer', ID, [['w/v:a', event('1', { visitor: 'v:z', offset: 3 })]], 'there', 0],
  [
    'its id as a follow-up’s',
    ID,
    [['w/v:a', { ...NO_ACTIVITY, kind: 'followUp', followUp: { id: '1' } as never }]],
    'there',
    0,
  ],
  [
    'its id as an outcome’s',
    ID,
    [['w/v:a', { ...NO_ACTIVITY, kind: 'outcome', outcome: { id: '1' } as never }]],
    'there',
    0,
  ],
  ['no link', LINK, [['w/v:a', event('1')]], 'new'],
  ['its link', LINK, [['w/v:a', link('l:x')]], 'there', 0],
  [
    'its link and then another’s',
    LINK,
    [
      ['w/v:a', link('l:x')],
      ['w/v:a', link('l:y')],
    ],
    'overtaken',
    1,
  ],
  [
    'another’s link and then its own',
    LINK,
    [
      ['w/v:a', link('l:y')],
      ['w/v:a', link('l:x')],
    ],
    'there',
    1,
  ],
  ['nothing sent on', SENT_ON, [], 'new'],
  ['what came before it', SENT_ON, [['w/l:x', sentOn(6)]], 'new'],
  [
    'itself',
    SENT_ON,
    [
      ['w/l:x', sentOn(6)],
      ['w/l:x', sentOn(7)],
    ],
    'there',
    1,
  ],
  ['what came after it', SENT_ON, [['w/l:x', sentOn(8)]], 'overtaken', 0],
  ['what came after it, of another visitor', SENT_ON, [['w/l:x', sentOn(8, 'v:b')]], 'new'],
])('the log has %s', (...[, mark, log, verdict, offset]) => {
  const evidence = new Evidence()
  evidence.ask(mark)
  for (const [i, [key, activity]] of log.entries()) evidence.see(3, record(key, i), activity)
  expect(evidence.judge(mark)).toMatchObject({ verdict })
  expect(evidence.judge(mark).place).toEqual(offset === undefined ? undefined : { partition: 3, offset })
})

test.each<[string, [lead: string, at: number][], boolean]>([
  ['nobody’s', [], true],
  ['its lead’s before', [['l:x', 5]], false],
  ['its lead’s since', [['l:x', 15]], false],
  ['another’s before: the event is the later word', [['l:y', 5]], true],
  ['another’s since: that is the later word', [['l:y', 15]], false],
  [
    'its lead’s, then another’s',
    [
      ['l:x', 5],
      ['l:y', 15],
    ],
    false,
  ],
])('an event that came at 10 needs its link where its visitor is %s', (_what, links, needed) => {
  const evidence = new Evidence()
  evidence.ask(ID, ['w/v:a'])
  for (const [i, [lead, at]] of links.entries()) evidence.see(0, record('w/v:a', i, at), link(lead))
  expect(evidence.needsLink('w/v:a', 'l:x', 10)).toBe(needed)
})

test('a record that a retry wrote is found by its header, whatever it says, and only for who asks', () => {
  const evidence = new Evidence()
  evidence.askForRetry({ partition: 2, offset: 9 })
  const [own, others] = ['2:9', '2:8'].map((letter, i) =>
    record('w/l:z', 40 + i, 0, { [RETRY_HEADER]: letter }),
  )
  for (const r of [own, others]) if (r && evidence.asksFor(r)) evidence.see(1, r, undefined)
  expect(evidence.retryOf({ partition: 2, offset: 9 })).toEqual({ partition: 1, offset: 40 })
  expect(evidence.retryOf({ partition: 2, offset: 8 })).toBeUndefined()
})

test('a record that the scorer passed over counts for nobody, though it can be read by now; a retry it may be all the same', () => {
  const evidence = new Evidence(new Set(['3:0']))
  evidence.ask(ID)
  evidence.askForRetry({ partition: 2, offset: 9 })
  evidence.see(3, record(ID.key, 0, 0, { [RETRY_HEADER]: '2:9' }), event('1'))
  expect(evidence.judge(ID).verdict).toBe('new')
  expect(evidence.retryOf({ partition: 2, offset: 9 })).toEqual({ partition: 3, offset: 0 })
  evidence.see(3, record(ID.key, 1), event('1'))
  expect(evidence.judge(ID)).toEqual({ verdict: 'there', place: { partition: 3, offset: 1 } })
})

test('only what is asked for is worth decoding', () => {
  const evidence = new Evidence()
  evidence.ask(ID, ['w/v:visitor'])
  const keys = ['w/v:a', 'w/v:visitor', 'w/v:b']
  expect(keys.map(key => evidence.asksFor(record(key, 0)))).toEqual([true, true, false])
})

test('what is about to be sent is known to the next letter, and where it went as soon as that is known', () => {
  const evidence = new Evidence()
  evidence.ask(ID)
  const place = { partition: 0, offset: -1 }
  evidence.add(ID.key, event('1'), place, 0)
  place.offset = 12
  expect(evidence.judge(ID)).toEqual({ verdict: 'there', place: { partition: 0, offset: 12 } })
})
