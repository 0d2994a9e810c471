import { type Activity, Codec, type Event, NO_ACTIVITY, UndecodableError } from '@hotlead/contracts'
import { letterOf } from './letter.ts'
import { processorPlans } from './processorPlan.ts'

const codec = new Codec<Activity>('activity', 1)
const topics = { activity: 't-activity', scores: 't-scores' }
const plan = processorPlans({
  topics,
  partitions: 4,
  decode: async value => codec.decode(value),
  isUnreadable: error => error instanceof UndecodableError,
})
const AT = Date.UTC(2026, 10, 24)

function letter(value: Buffer, more: Record<string, string | Buffer> = {}) {
  const headers = {
    mine: [Buffer.from([0xff]), Buffer.from('b')],
    'dlq-retry': Buffer.from('0:3'),
    'dlq-reason': Buffer.from('undecodable'),
    'dlq-step': Buffer.from('scorer.decode'),
    'dlq-topic': Buffer.from(topics.activity),
    'dlq-partition': Buffer.from('3'),
    'dlq-offset': Buffer.from('40'),
    ...more,
  }
  const keyBytes = Buffer.from([0x6b, 0xfe])
  return letterOf(3, { key: keyBytes.toString(), keyBytes, value, headers, offset: 5, timestamp: AT })
}
const said = (activity: Partial<Activity> & Pick<Activity, 'kind'>) =>
  letter(codec.encode({ ...NO_ACTIVITY, ...activity }))
const event: Event = {
  id: 'e1',
  type: 'page',
  name: '',
  at: AT - 1_000,
  timestamp: null,
  sentAt: null,
  receivedAt: AT,
  anonymousId: 'a',
  userId: null,
  page: null,
  properties: {},
  traits: {},
  context: {},
  ip: null,
  userAgent: null,
  signed: true,
  source: 's',
  flags: [],
}

test('the very record goes back: bytes, key, own headers, partition', async () => {
  const of = said({ kind: 'event', event })
  expect(await plan(of)).toMatchObject({ kind: 'plan' })
  const planned = await plan(of)
  if (planned.kind !== 'plan') return
  expect(planned.record).toEqual({
    key: 'k\ufffd',
    keyBytes: Buffer.from([0x6b, 0xfe]),
    value: of.record.value,
    headers: { mine: [Buffer.from([0xff]), Buffer.from('b')], 'dlq-retry': '3:5' },
    partition: 3,
  })
})

const HOUR = 3_600_000
test.each<[string, Partial<Activity> & Pick<Activity, 'kind'>, object]>([
  [
    'an event',
    { kind: 'event', event },
    { mark: { kind: 'id', id: 'e1' }, lookFrom: { time: AT - 1_000 - HOUR } },
  ],
  [
    'an event that was sent on',
    { kind: 'event', event, via: { visitor: 'v:a', offset: 9 } },
    { mark: { kind: 'sentOn', visitor: 'v:a', offset: 9 } },
  ],
  [
    'a link',
    { kind: 'link', link: { lead: 'l:x', at: AT, received: 0 } },
    { mark: { kind: 'link', lead: 'l:x' }, lookFrom: { offset: 41 } },
  ],
  [
    'a follow-up of tomorrow',
    {
      kind: 'followUp',
      followUp: { id: 'f', at: AT + 86_400_000, channel: 'mail', who: '', result: 'continue', note: '' },
    },
    { mark: { kind: 'id', id: 'f' }, lookFrom: { time: AT - HOUR } },
  ],
  [
    'an outcome',
    { kind: 'outcome', outcome: { id: 'o', at: AT - 5, outcome: 'won', value: null, note: '' } },
    { mark: { kind: 'id', id: 'o' }, lookFrom: { time: AT - 5 - HOUR } },
  ],
])('%s is known in the log by what it says', async (_what, activity, known) => {
  expect(await plan(said(activity))).toMatchObject({ kind: 'plan', ...known })
})

test.each<[string, ReturnType<typeof letter>, string, RegExp]>([
  ['a snapshot', letter(Buffer.from('x'), { 'dlq-topic': topics.scores }), 'snapshot', /put the lead back/],
  [
    'another installation’s',
    letter(Buffer.from('x'), { 'dlq-topic': 'activity' }),
    'foreign',
    /of this installation/,
  ],
  [
    'a partition that is not there',
    letter(Buffer.from('x'), { 'dlq-partition': '4' }),
    'foreign',
    /of this installation/,
  ],
  [
    'what cannot be read still',
    letter(Buffer.from('poison')),
    'undecodable',
    /cannot be read still: activity: not in the Confluent/,
  ],
  [
    'a control',
    said({ kind: 'control', control: { workspace: 'w', model: 'm', announce: false, recount: null } }),
    'control',
    /make it active now/,
  ],
  ['a tick', said({ kind: 'tick', tick: { owner: 'o' } }), 'tick', /moved the clock/],
  [
    'a part of a recount',
    said({ kind: 'recount', recount: { id: 'r', signals: [], unsettled: [] } }),
    'recount',
    /one publication/,
  ],
])('%s is not sent again, with the reason', async (_what, of, reason, problem) => {
  expect(await plan(of)).toMatchObject({
    kind: 'refusal',
    reason,
    problems: [expect.stringMatching(problem)],
  })
})

test('a registry that does not answer is no reason to refuse: it ends the retry', async () => {
  const away = processorPlans({
    topics,
    partitions: 4,
    decode: async () => {
      throw new Error('connect ECONNREFUSED')
    },
    isUnreadable: error => error instanceof UndecodableError,
  })
  await expect(away(letter(Buffer.from('x')))).rejects.toThrow('ECONNREFUSED')
})
