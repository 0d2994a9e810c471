import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { hotlead, Installation } from '@hotlead/testkit'

/** All that is held of one lead, and nothing of anybody else, on the real services. */

// One partition: everybody's records lie between each other's.
let hot: Installation
const folder = mkdtempSync(join(tmpdir(), 'hotlead-export-'))
beforeAll(async () => {
  hot = await Installation.open({ HOTLEAD_PARTITIONS: '1' })
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Entry {
  subject: string
  kind: string
  via?: { visitor: string }
  event: { id: string }
  value?: { text?: string; base64?: string }
}
interface Document {
  lead: { subject: string; subjects: string[] }
  about: Record<string, { kept: string }>
  state: {
    scorer: { lead: { attributes: { name: string; value: string }[] } }
    tiering: { tier: string; snapshot: object | null }
    identities: { subject: string }[]
  }
  activity: Entry[]
  scores: Entry[]
  tiers: Entry[]
  hotLeads: Entry[]
  deadLetters: Entry[]
}

async function exported(who: string): Promise<Document> {
  const { code, out, err } = await hot.hotlead('export', who)
  expect([code, err]).toEqual([0, expect.stringMatching(/^what +records +from +to\n/)])
  return JSON.parse(out)
}
const idsIn = (entries: Entry[]) => entries.flatMap(e => e.event?.id ?? [])
const dataOf = (document: Document) => JSON.stringify({ ...document, about: undefined })
const page = (id: string, who: object, more: object = {}) => ({
  type: 'page',
  messageId: id,
  ...who,
  properties: { path: `/${id}` },
  ...more,
})
const send = async (...batch: object[]) => {
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
  await settled()
}
/** What a visitor did goes to its user id, and from there to the person: each step writes what the next one folds. */
const settled = async () => {
  for (let step = 0; step < 3; step++) await hot.folded()
}
const OLD = new Date(Date.now() - 3 * 86_400_000).toISOString()
const bury = async (...batch: object[]) =>
  expect(await hot.post('/v1/batch', { batch: batch.map(e => ({ timestamp: OLD, ...e })) }, 'wk_demo')).toBe(
    200,
  )

test('what it did, as a visitor, by a user id and by its address, is there once; of others nothing', async () => {
  await send(page('before', { anonymousId: 'ann-1' }), page('bob-before', { anonymousId: 'bob-1' }))
  await send(page('as-user', { anonymousId: 'ann-1', userId: 'ann-user' }))
  const identify = (who: object, email: string) => ({ type: 'identify', ...who, traits: { email } })
  await send(
    { ...identify({ userId: 'ann-user' }, 'ann@example.com'), messageId: 'told' },
    { ...identify({ anonymousId: 'bob-1' }, 'bob@example.com'), messageId: 'bob-told' },
  )
  await send(page('after', { anonymousId: 'ann-1' }), page('bob-after', { anonymousId: 'bob-1' }))
  await send(page('by-user', { userId: 'ann-user' }))
  const follow = { channel: 'phone', who: 'sales', result: 'continue' }
  expect(await hot.post('/v1/leads/ann@example.com/follow-ups', follow)).toBe(200)
  await settled()

  const ann = await exported('ann@example.com')
  expect(idsIn(ann.activity).toSorted()).toEqual(['after', 'as-user', 'before', 'by-user', 'told'])
  expect(ann.activity.map(e => e.kind)).toEqual(
    expect.arrayContaining(['event', 'link', 'merge', 'followUp']),
  )
  const user = leadSubject(DEMO_SECRET, { userId: 'ann-user' })
  expect(ann.lead.subjects.toSorted()).toEqual([ann.lead.subject, user, 'v:ann-1'].toSorted())
  expect(ann.state.identities.map(i => i.subject).toSorted()).toEqual([user, 'v:ann-1'])
  expect(ann.state.scorer.lead.attributes).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'email', value: 'ann@example.com' })]),
  )
  expect(ann.scores.length).toBeGreaterThan(0)
  for (const others of ['bob', 'sk_demo', 'wk_demo']) expect(dataOf(ann)).not.toContain(others)

  // Whichever name it is asked for by; and the other one has its own.
  for (const who of ['ann-user', 'ann-1', ann.lead.subject])
    expect((await exported(who)).activity).toEqual(ann.activity)
  const bob = await exported('bob@example.com')
  expect(idsIn(bob.activity).toSorted()).toEqual(['bob-after', 'bob-before', 'bob-told'])
  expect(dataOf(bob)).not.toContain('ann')
})

test('a browser that is somebody else’s by now: each has what it was theirs for', async () => {
  const told = (id: string, email: string) => ({
    type: 'identify',
    messageId: id,
    anonymousId: 'shared',
    traits: { email },
  })
  await send(page('cat-0', { anonymousId: 'shared' }))
  await send(told('cat-told', 'cat@example.com'))
  await send(page('cat-1', { anonymousId: 'shared' }))
  await send(told('dan-told', 'dan@example.com'))
  await send(page('dan-1', { anonymousId: 'shared' }))
  await bury(page('dan-late', { anonymousId: 'shared' }))

  const cat = await exported('cat@example.com')
  expect(idsIn(cat.activity).toSorted()).toEqual(['cat-0', 'cat-1', 'cat-told'])
  expect(cat.state.identities).toEqual([])
  const dan = await exported('dan@example.com')
  expect(idsIn(dan.activity).toSorted()).toEqual(['dan-1', 'dan-told'])
  expect(dan.deadLetters).toHaveLength(1)
  expect(dan.state.identities).toMatchObject([
    { subject: 'v:shared', scorer: { lead: { pastWith: 'somebody else' } } },
  ])
  for (const [document, other] of [
    [cat, 'dan'],
    [dan, 'cat'],
  ] as const)
    expect(dataOf(document)).not.toContain(other)
  expect(JSON.stringify(cat)).not.toContain(dan.lead.subject)
  expect(JSON.stringify(dan)).not.toContain(cat.lead.subject)
})

test('dead letters about it, by the visitor that they lie under or by the address in their bytes', async () => {
  await send(page('eve', { anonymousId: 'eve-1', context: { traits: { email: 'eve@example.com' } } }))
  await bury(
    page('eve-late', { anonymousId: 'eve-1', writeKey: 'wk_in_body' }),
    page('eve-new', { anonymousId: 'eve-2', context: { traits: { email: 'EVE@example.com' } } }),
    page('eve-only', { userId: 'eve@example.com' }),
    page('fay-on-eve', { anonymousId: 'eve-1', context: { traits: { email: 'fay@example.com' } } }),
    page('gus-late', { anonymousId: 'gus-1' }),
  )
  await hot.produce('activity', { key: 'demo/v:eve-1', value: Buffer.from([9, 255, 1]) })
  await hot.folded()

  const { deadLetters, activity } = await exported('eve@example.com')
  const found = deadLetters.map(l => l.value?.text ?? l.value?.base64)
  expect(found.map(v => /"messageId":"([^"]+)"/.exec(v as string)?.[1] ?? v).toSorted()).toEqual(
    ['Cf8B', 'eve-late', 'eve-new', 'eve-only'].toSorted(),
  )
  expect(JSON.stringify(deadLetters)).not.toContain('wk_in_body')
  expect(activity.filter(e => 'unreadable' in e)).toMatchObject([{ subject: 'v:eve-1', unreadable: 'Cf8B' }])
})

test('who became HOT has every move and the announcement, with what is known of their keeping', async () => {
  const who = { anonymousId: 'hal-1', context: { traits: { email: 'hal@example.com' } } }
  await send(
    page('hal-1', who, { properties: { path: '/pricing' } }),
    page('hal-2', who, { properties: { path: '/pricing' } }),
    { type: 'track', event: 'Form Submitted', messageId: 'hal-3', ...who },
  )
  const hal = await exported('hal@example.com')
  expect(hal.state.tiering).toMatchObject({ tier: 'HOT', snapshot: { lead: { first: expect.any(Number) } } })
  expect(hal.tiers.at(-1)).toMatchObject({ subject: hal.lead.subject, transition: { to: 'HOT' } })
  expect(hal.hotLeads).toMatchObject([{ announcement: { tier: 'HOT' } }])
  expect(hal.about).toMatchObject({
    activity: { kept: 'for 400 days after it was written' },
    deadLetters: { kept: 'for 30 days after it was written' },
  })
})

test('into a file that only its owner reads, never over another without --force', async () => {
  await send(page('ida', { anonymousId: 'ida' }))
  const path = join(folder, 'ida.json')
  const done = await hot.hotlead('export', 'ida', '--output', path, '--json')
  expect(JSON.parse(done.out)).toMatchObject({
    lead: 'v:ida',
    file: path,
    sections: { activity: { count: 1 }, deadLetters: { count: 0 } },
  })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(idsIn(JSON.parse(readFileSync(path, 'utf8')).activity)).toEqual(['ida'])

  writeFileSync(path, 'mine', { mode: 0o644 })
  const refused = await hot.hotlead('export', 'ida', '--output', path)
  expect([refused.code, refused.err, readFileSync(path, 'utf8')]).toEqual([
    1,
    expect.stringContaining('is there already'),
    'mine',
  ])
  const forced = await hot.hotlead('export', 'ida', '--output', path, '--force')
  expect([forced.code, forced.out]).toEqual([0, expect.stringMatching(/^what +records.*\nactivity +1 /)])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(path, 'utf8')).lead.subject).toBe('v:ida')
})

test('nobody known, or a part away, is told in a sentence, and leaves no file', async () => {
  const path = join(folder, 'nobody.json')
  expect(await hot.hotlead('export', 'nobody@example.com', '--output', path)).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringContaining('knows no lead “nobody@example.com”'),
  })
  for (const [name, value, part] of [
    ['HOTLEAD_REDIS', 'redis://127.0.0.1:1', 'Redis'],
    ['HOTLEAD_KAFKA', '127.0.0.1:1', 'Kafka'],
  ] as const)
    expect(await hotlead({ ...hot.env, [name]: value }, ['export', 'ida', '--output', path])).toMatchObject({
      code: 69,
      out: '',
      err: expect.stringContaining(`${part} at 127.0.0.1:1 does not answer`),
    })
  expect(() => statSync(path)).toThrow('ENOENT')
})
