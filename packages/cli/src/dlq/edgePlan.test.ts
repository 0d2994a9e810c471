import { letterOf as bury, deny, formatNamed, PRIVACY, type Source } from '@hotlead/beacon'
import { type Activity, Codec } from '@hotlead/contracts'
import { edgePlans } from './edgePlan.ts'
import { letterOf } from './letter.ts'

const NOW = Date.UTC(2026, 10, 24)
const DAY = 86_400_000
const SOURCE: Source = {
  workspace: 'acme',
  name: 'web',
  secret: false,
  origins: new Set(),
  names: new Map(),
  key: '',
  limits: { key: undefined, workspace: undefined },
  privacy: PRIVACY,
}
const codec = new Codec<Activity>('activity', 1)

/** A letter of one event of a batch that came by a write key, as it is read back. */
function letter(event: unknown, id = 'own', from: { privacy?: Source['privacy']; gpc?: boolean } = {}) {
  const format = formatNamed('batch')
  const body = Buffer.from(JSON.stringify({ batch: [event] }))
  const split = format?.split(body)
  if (!format || split?.kind !== 'ok') throw new Error('no batch')
  const beacon = {
    format,
    key: undefined,
    origin: undefined,
    userAgent: 'Mozilla/5.0 Firefox/140.0',
    address: '203.0.113.9',
    encoding: undefined,
    body,
    receivedAt: NOW,
    ...(from.gpc && { gpc: true }),
  }
  const why = { kind: 'deadLetter', reason: 'too_old', problems: [] as string[] } as const
  const all = { ...split.value, beacon, source: { ...SOURCE, privacy: from.privacy ?? PRIVACY } }
  const { headers, ...record } = bury(all, 0, 'ingestor.skew', why, id)
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, v]) => [name, Buffer.from(v)]))
  return letterOf(2, { ...record, headers: bytes, offset: 7, timestamp: NOW + 3 })
}
const plan = (o: { backdate?: boolean; mended?: object } = {}) =>
  edgePlans({
    secret: 's',
    encode: value => codec.encode(value),
    partitionOf: key => key.length,
    backdate: o.backdate ?? false,
    mended: o.mended && Buffer.from(JSON.stringify(o.mended)),
  })
const view = { type: 'page', anonymousId: 'ann', timestamp: new Date(NOW - 30 * DAY).toISOString() }

test('what was too old is so still, unless a person answers for its time', () => {
  expect(plan()(letter(view))).toMatchObject({
    kind: 'refusal',
    reason: 'too_old',
    problems: [
      expect.stringMatching(/^timestamp: is 2026-10-25T00:00:00.000Z, more than 24 h before it came/),
    ],
    next: expect.stringContaining('hotlead dlq retry 2:7 --backdate'),
  })
  expect(plan({ backdate: true })(letter(view))).toMatchObject({ kind: 'plan' })
})

test('a letter without what its source denies is sent as the edge would have taken it, flags and all', () => {
  const privacy = {
    ...PRIVACY,
    deny: deny(['properties.phone']),
    consent: { category: 'ads', missing: 'flag' as const },
  }
  const event = { ...view, messageId: 'm1', properties: { phone: 'Xyzzy', plan: 'team', password: 'Xyzzy' } }
  const redacted = letter(event, 'own', { privacy, gpc: true })
  expect(redacted.record.value?.toString()).not.toContain('Xyzzy')
  const planned = plan({ backdate: true })(redacted)
  if (planned.kind !== 'plan') throw new Error(planned.problems.join())
  expect(planned.activity.event).toMatchObject({
    id: 'm1',
    type: 'page',
    flags: ['opted_out', 'no_consent'],
    properties: { plan: 'team' },
  })
  expect(Object.keys(planned.activity.event?.properties ?? {})).toEqual(['plan'])
})

test('one that was left out is sent only mended; a secret in what a person mended is not', () => {
  const left = letter('a phone number', 'own', { privacy: { ...PRIVACY, deny: deny(['properties.phone']) } })
  expect(left.record.value).toHaveLength(0)
  expect(plan({ backdate: true })(left)).toMatchObject({
    kind: 'refusal',
    problems: [expect.stringMatching(/^dlq-left-out: its 16 bytes were not kept.*only a mended event/)],
  })
  const mended = { ...view, traits: { password: 'Xyzzy', plan: 'team' } }
  expect(plan({ backdate: true, mended })(left)).toMatchObject({
    kind: 'plan',
    activity: { event: { traits: { plan: 'team' } } },
  })
  expect(JSON.stringify(plan({ backdate: true, mended })(left))).not.toContain('Xyzzy')
})

test('backdated, it is all the same an event that came by a write key then', () => {
  const context = { ip: '198.51.100.1' }
  const planned = plan({ backdate: true })(letter({ ...view, context, messageId: 'm1' }))
  if (planned.kind !== 'plan') throw new Error(planned.problems.join())
  expect(planned.activity.event).toMatchObject({
    id: 'm1',
    at: NOW - 30 * DAY,
    receivedAt: NOW,
    ip: '203.0.113.0',
    userAgent: 'Mozilla/5.0 Firefox/140.0',
    source: 'web',
  })
  expect(planned).toMatchObject({
    mark: { kind: 'id', key: 'acme/v:ann', id: 'm1' },
    cameAt: NOW,
    lookFrom: { time: NOW - 30 * DAY - 3_600_000 },
    record: { key: 'acme/v:ann', partition: 10, headers: { 'dlq-retry': '2:7' } },
    links: [],
  })
  expect(codec.decode(planned.record.value as Buffer)).toEqual(planned.activity)
})

test('an event without an id has the one that its letter was given, at each retry and in each copy', () => {
  const ids = ['a', 'a', 'b'].map(id => {
    const planned = plan({ backdate: true })(letter(view, id))
    return planned.kind === 'plan' && planned.activity.event?.id
  })
  expect(ids).toEqual(['a', 'a', 'b'])
})

test('visitor and lead in one event: the link goes to the visitor', () => {
  const planned = plan({ backdate: true })(letter({ ...view, properties: { email: 'ann@example.com' } }))
  expect(planned).toMatchObject({
    record: { key: expect.stringMatching(/^acme\/l:/) },
    links: [{ record: { key: 'acme/v:ann' }, lead: expect.stringMatching(/^l:/) }],
  })
})

test('mended, it is what the person says, and came when it came', () => {
  const bad = letter({ type: 'track', anonymousId: 'ann', event: 7, messageId: 'm2' })
  expect(plan()(bad)).toMatchObject({
    reason: 'invalid',
    problems: ['event: must be text of 1 to 1024 characters, is a number'],
    next: expect.stringContaining('--mended'),
  })
  const mended = { type: 'track', anonymousId: 'ann', event: 'Seven', messageId: 'm2' }
  expect(plan({ mended })(bad)).toMatchObject({
    kind: 'plan',
    activity: { event: { id: 'm2', name: 'Seven', receivedAt: NOW } },
  })
})
