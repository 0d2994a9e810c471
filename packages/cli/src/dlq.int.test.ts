import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Codec, NO_ACTIVITY, schemaText } from '@hotlead/contracts'
import { factsOf } from '@hotlead/model'
import { hotlead, Installation, until } from '@hotlead/testkit'

/** Dead letters on the real services: seen, retried so that each counts once whatever happens on the way, and let go. */

const DAY = 86_400_000
const root = join(__dirname, '../../..')
const node = join(root, 'node_modules/node/bin/node')
const main = join(root, 'packages/cli/src/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'hotlead-dlq-'))
let hot: Installation

beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

const OLD = new Date(Date.now() - 3 * DAY).toISOString()
const page = (anonymousId: string, more: object = {}) => ({
  type: 'page',
  anonymousId,
  messageId: `m-${anonymousId}`,
  ...more,
})
/** Sent by a write key so late that the edge puts it aside. */
async function buried(...events: object[]): Promise<void> {
  const batch = events.map(e => ({ timestamp: OLD, ...e }))
  expect(await hot.post('/v1/batch', { batch }, 'wk_demo')).toBe(200)
}

interface Listed {
  partition: number
  offset: number
  reason: string
  subject: string
  state: string
}
async function dlq(...args: string[]) {
  const done = await hot.hotlead('dlq', ...args, '--json')
  return { ...done, value: done.out === '' ? undefined : JSON.parse(done.out) }
}
/** Where the letters about a subject are, those that are settled among them. */
async function lettersAbout(subject: string): Promise<string[]> {
  const { value } = await dlq('list', '--settled', '--limit', '10000')
  return (value.letters as Listed[])
    .filter(l => l.subject === subject)
    .map(l => `${l.partition}:${l.offset}`)
    .toSorted()
}
async function letterAbout(subject: string): Promise<string> {
  const [place, ...more] = await lettersAbout(subject)
  expect([place === undefined, more]).toEqual([false, []])
  return place as string
}

/** Records of activity that can be read. */
async function activity() {
  return (await hot.readBytes('activity')).flatMap(r => {
    try {
      return [{ ...r, decoded: hot.codecs.activity.decode(r.value as Buffer) }]
    } catch {
      return []
    }
  })
}
/** Those with an event of that id. */
async function inLog(id: string) {
  return (await activity()).filter(r => r.decoded.event?.id === id)
}
/** Page views that count for a subject, once all is folded. */
async function views(subject: string): Promise<number> {
  await hot.folded()
  const last = (await hot.read('scores')).filter(r => r.key === `demo/${subject}`).at(-1)
  const facts = last?.decoded.lead && factsOf(last.decoded.lead, 'page-view')
  return facts ? facts.older + facts.buckets.reduce((sum, b) => sum + b.count, 0) : 0
}
const killedAt = (points: string, ...args: string[]) =>
  hotlead({ ...hot.env, HOTLEAD_FAILPOINTS: points }, ['dlq', 'retry', ...args])

test('a letter is listed, shown with its bytes as they came, and what to do about it', async () => {
  const odd = `{ "type" : "track","event":7, "anonymousId":"sh\\u006fwn", "n":1.0 , "n":2 }`
  const body = gzipSync(`{"batch":[${odd}\t,{"type":"page","anonymousId":"fine"}]}`)
  const answer = await fetch(`${hot.env.HOTLEAD_URL}/v1/batch`, {
    method: 'POST',
    headers: { 'x-write-key': 'wk_demo', 'content-encoding': 'gzip' },
    body,
  })
  expect(await answer.json()).toEqual({ success: true, deadLettered: 1 })

  const place = await letterAbout('v:shown')
  const { value: list } = await dlq('list', '--reason', 'invalid')
  expect(list).toMatchObject({
    total: 1,
    reasons: { invalid: 1 },
    letters: [{ step: 'ingestor.validate', workspace: 'demo', source: 'demo', state: 'open' }],
  })
  const table = await hot.hotlead('dlq', 'list')
  expect(table.out).toMatch(/^where +when +reason +step +from +about +bytes/)
  expect(table.out).toMatch(
    new RegExp(`^${place} .* UTC  invalid  ingestor.validate  demo/demo  v:shown`, 'm'),
  )
  expect(table.err).toContain('1 letter: invalid 1')
  const other = await dlq('list', '--workspace', 'other')
  expect(other.value.total).toBe(0)
  expect(other.err).toContain('No model was ever published for a workspace “other”')
  expect((await dlq('list', '--before', '1h')).value.total).toBe(0)

  const shown = await hot.hotlead('dlq', 'show', place)
  expect(shown.out).toContain(`bytes of text:\n${odd}\n`)
  expect(shown.out).toContain('event: must be text of 1 to 1024 characters, is a number')
  expect(shown.out).toContain('dlq-key-kind: write')
  expect(shown.out).toContain(
    `Next: Mend what its source sends. This one event by hand: \`hotlead dlq show ${place}`,
  )
  expect((await hot.hotlead('dlq', 'show', place, '--bytes')).out).toBe(odd)
  expect((await dlq('show', place)).value.value).toEqual({ text: odd })
  expect(await dlq('show', '0:999999')).toMatchObject({ code: 3, value: undefined })
  await hot.hotlead('dlq', 'purge', place, '--yes')
})

test('too old for a write key: refused again as it is, taken once a person answers for it, and only once', async () => {
  await buried(page('late'))
  const place = await letterAbout('v:late')
  const refused = await hot.hotlead('dlq', 'retry', place)
  expect(refused.code).toBe(1)
  expect(refused.out).toMatch(new RegExp(`^${place} +refused +too_old: timestamp: is `, 'm'))
  expect(refused.err).toContain(`\`hotlead dlq retry ${place} --backdate\``)

  const { code, value } = await dlq('retry', place, '--backdate')
  expect([code, value.sent]).toEqual([0, 1])
  const [record, ...more] = await inLog('m-late')
  expect(more).toEqual([])
  expect(value.letters[0].activity).toEqual({ partition: record?.partition, offset: record?.offset })
  expect(record?.decoded.event).toMatchObject({ at: Date.parse(OLD), source: 'demo', ip: '127.0.0.0' })
  expect(await views('v:late')).toBe(1)

  expect((await dlq('retry', place, '--backdate')).value).toMatchObject({ sent: 0, there: 1 })
  expect((await dlq('retry', '--reason', 'too_old')).value).toMatchObject({ letters: [] })
  expect((await hot.hotlead('dlq', 'show', place)).out).toMatch(
    /Next: Nothing: it was sent again, and is in the log/,
  )
  expect(await views('v:late')).toBe(1)
})

test('killed at every step, one after the other, a retry counts once: the event with an id, without one, and its link', async () => {
  const email = 'killed@example.com'
  await buried(page('killed', { context: { traits: { email } } }), page('killed-2', { messageId: undefined }))
  const places = [await letterAbout('v:killed'), await letterAbout('v:killed-2')]
  for (const point of ['begun', 'begun', 'linked', 'sent'])
    expect((await killedAt(`retry.${point}=kill`, ...places, '--backdate')).code).toBeNull()
  const { code, value } = await dlq('retry', ...places, '--backdate')
  expect([code, value.sent, value.there]).toEqual([0, 0, 2])

  const events = (await activity()).filter(r => r.decoded.event?.anonymousId?.startsWith('killed'))
  expect(events.map(e => e.decoded.event?.id).toSorted()).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    'm-killed',
  ])
  expect(await views('v:killed-2')).toBe(1)
  const lead = events.find(e => e.decoded.event?.id === 'm-killed')?.key.replace('demo/', '') as string
  expect(lead).toMatch(/^l:/)
  expect(await views(lead)).toBe(1)
  const links = (await activity()).filter(r => r.key === 'demo/v:killed' && r.decoded.link)
  expect(links.map(r => r.decoded.link?.lead)).toEqual([lead])
})

test('an operator that hangs and wakes is shut out by the one after it, and nothing counts twice', async () => {
  await buried(page('hangs'))
  const place = await letterAbout('v:hangs')
  const child = spawn(node, [main, 'dlq', 'retry', place, '--backdate'], {
    env: { ...process.env, ...hot.env, HOTLEAD_FAILPOINTS: 'retry.begun=pause' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', chunk => (err += chunk))
  const ended = new Promise(resolve => child.on('close', resolve))
  await until(
    () => err,
    text => text.includes('failpoint retry.begun: pause'),
  )
  expect((await dlq('retry', place, '--backdate')).value.sent).toBe(1)
  child.kill('SIGCONT')
  expect(await ended).toBe(1)
  expect(err).toContain('Another `hotlead dlq` began meanwhile and took over.')
  expect(await inLog('m-hangs')).toHaveLength(1)
  expect(await views('v:hangs')).toBe(1)
})

test('of two operators at once either may be shut out; between them every letter counts once', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `both-${i}`)
  await buried(...names.map(name => page(name)))
  const retry = () => hot.hotlead('dlq', 'retry', '--reason', 'too_old', '--backdate', '--yes')
  for (const { code, err } of await Promise.all([retry(), retry()]))
    if (code !== 0) expect(err).toMatch(/Another `hotlead dlq` began meanwhile and took over/)
  expect((await retry()).code).toBe(0)
  const log = (await activity())
    .flatMap(r => r.decoded.event?.id ?? [])
    .filter(id => id.startsWith('m-both-'))
  expect(log.toSorted()).toEqual(names.map(name => `m-${name}`).toSorted())
  expect((await dlq('list', '--reason', 'too_old')).value.total).toBe(0)
})

test('an event that its sender sent again itself is not sent, however long ago that was', async () => {
  const event = page('again', { timestamp: OLD })
  expect(await hot.post('/v1/batch', { batch: [event] })).toBe(200)
  // More than a lead remembers: by its window alone a repeat would count by now.
  const later = Array.from({ length: 40 }, (_, i) => page('again', { messageId: `later-${i}` }))
  expect(await hot.post('/v1/batch', { batch: later })).toBe(200)
  await buried(event)
  const { value } = await dlq('retry', await letterAbout('v:again'), '--backdate')
  expect(value).toMatchObject({ sent: 0, there: 1 })
  expect(await inLog('m-again')).toHaveLength(1)
  expect(await views('v:again')).toBe(41)
  expect(await hot.post('/v1/batch', { batch: [event] })).toBe(200)
  expect(await views('v:again')).toBe(42)
})

test('a batch that came twice left two letters of one event: it is sent once', async () => {
  await buried(page('twice'))
  await buried(page('twice'))
  const { value } = await dlq('retry', ...(await lettersAbout('v:twice')), '--backdate')
  expect(value).toMatchObject({ sent: 1, there: 1 })
  expect(new Set(value.letters.map((l: { activity: object }) => JSON.stringify(l.activity))).size).toBe(1)
  expect(await views('v:twice')).toBe(1)
})

test('whose visitor became somebody else since keeps that, and the event counts for whom it names', async () => {
  await buried(page('moved', { context: { traits: { email: 'first@example.com' } } }))
  const identify = { anonymousId: 'moved', traits: { email: 'second@example.com' } }
  expect(await hot.post('/v1/identify', identify)).toBe(200)
  expect((await dlq('retry', await letterAbout('v:moved'), '--backdate')).value.sent).toBe(1)
  const links = (await activity()).filter(r => r.key === 'demo/v:moved' && r.decoded.link)
  expect(links).toHaveLength(1)
  const [event] = await inLog('m-moved')
  expect(event?.key).toMatch(/^demo\/l:/)
  expect(event?.key).not.toBe(`demo/${links[0]?.decoded.link?.lead}`)
})

test('mended by hand and killed: whatever it is mended to the next time, it is in the log', async () => {
  const bad = { type: 'track', anonymousId: 'mended', event: 7, timestamp: new Date().toISOString() }
  await buried(bad)
  const place = await letterAbout('v:mended')
  const file = (name: string, event: object) => {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(event))
    return path
  }
  const first = file('first.json', { ...bad, event: 'Seven', userId: 'user-7' })
  expect((await killedAt('retry.sent=kill', place, '--mended', first)).code).toBeNull()
  const other = file('other.json', { ...bad, event: 'Seven', anonymousId: 'somebody-else', messageId: 'new' })
  expect((await dlq('list', '--reason', 'invalid')).value.letters).toMatchObject([{ state: 'begun' }])
  expect((await dlq('retry', place, '--mended', other)).value).toMatchObject({ sent: 0, there: 1 })
  expect(await inLog('new')).toEqual([])
  const sevens = (await activity()).filter(r => r.decoded.event?.name === 'Seven')
  expect(sevens).toHaveLength(1)
  expect((await dlq('retry', place)).value).toMatchObject({ sent: 0, there: 1 })
})

/** Ids are given out one after the other, by whoever asks: tried, each time of another visitor, until nobody else asked in between. */
async function recordOfSchemaToCome(): Promise<{ id: number; subject: string }> {
  const registry = hot.env.HOTLEAD_REGISTRY as string
  const register = async (subject: string, schema: object) => {
    const answer = await fetch(`${registry}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(schema) }),
    })
    return ((await answer.json()) as { id: number }).id
  }
  const fields = (name: string) => [{ name, type: ['null', 'string'], default: null }]
  for (;;) {
    const name = `x${randomUUID().slice(0, 8)}`
    const last = await register(name, { type: 'record', name, fields: fields('a') })
    const value = new Codec('activity', last + 1).encode({
      ...NO_ACTIVITY,
      kind: 'event',
      event: (await inLog('m-late'))[0]?.decoded.event,
    } as never)
    const newer = JSON.parse(schemaText('activity'))
    newer.fields.push(...fields(name))
    const subject = `v:${name}`
    // A null at the end, for the field that is new.
    const record = {
      key: `demo/${subject}`,
      value: Buffer.concat([value, Buffer.from([0])]),
      headers: { mine: 'yes' },
    }
    for (let twice = 0; twice < 2; twice++) await hot.produce('activity', record)
    const places = await until(
      () => lettersAbout(subject),
      letters => letters.length > 1,
    )
    expect((await dlq('retry', ...places)).value).toMatchObject({ sent: 0 })
    const id = await register(`${hot.env.HOTLEAD_TOPIC_PREFIX}activity-value`, newer)
    if (id === last + 1) return { id, subject }
    for (const place of places) await hot.hotlead('dlq', 'purge', place, '--yes')
  }
}

test('a record that nobody could read goes back as it was once its schema is there; it came twice, and counts once', async () => {
  const { id, subject } = await recordOfSchemaToCome()
  const places = (await dlq('list', '--reason', 'undecodable')).value.letters.map(
    (l: Listed) => `${l.partition}:${l.offset}`,
  ) as string[]
  const letters = (await hot.readBytes('dead-letter')).filter(r =>
    places.includes(`${r.partition}:${r.offset}`),
  )
  expect(letters.map(l => l.value?.readUInt32BE(1))).toEqual([id, id])
  expect((await killedAt('retry.sent=kill', ...places)).code).toBeNull()
  expect((await dlq('retry', ...places)).value).toMatchObject({ sent: 0, there: 2 })
  const copies = (await hot.readBytes('activity')).filter(r => r.key === `demo/${subject}`)
  const [original, repeated, again, ...more] = copies
  expect(more).toEqual([])
  expect([again?.value, repeated?.value]).toEqual([original?.value, original?.value])
  expect(again?.partition).toBe(original?.partition)
  expect(again?.headers).toEqual({
    mine: Buffer.from('yes'),
    'dlq-retry': Buffer.from(`${letters[0]?.partition}:${letters[0]?.offset}`),
  })
  expect(await views(subject)).toBe(1)
})

test('a snapshot that tiering could not read is not sent again: the lead would go back in time', async () => {
  await hot.produce('scores', { key: 'demo/v:torn', value: Buffer.from('torn') })
  const [place] = await until(
    () => lettersAbout('v:torn'),
    letters => letters.length > 0,
  )
  const refused = await hot.hotlead('dlq', 'retry', place as string)
  expect(refused.code).toBe(1)
  expect(refused.out).toMatch(
    /snapshot: scores holds whole leads: an older snapshot at its end would put the lead back/,
  )
  expect((await hot.hotlead('dlq', 'show', place as string)).out).toContain('hotlead dlq purge')
})

test('many are not sent, and none is purged, where nobody can be asked', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `asked-${i}`)
  await buried(...names.map(name => page(name)))
  const all = ['--reason', 'too_old', '--backdate']
  const retry = await hot.hotlead('dlq', 'retry', ...all)
  expect([retry.code, retry.err]).toEqual([
    2,
    expect.stringMatching(/Send 12 letters again \(too_old 12\)\?.*--yes/s),
  ])
  const purge = await hot.hotlead('dlq', 'purge', '--reason', 'too_old')
  expect([purge.code, purge.err]).toEqual([
    2,
    expect.stringMatching(/Purge \d+ letters .* 12 wait still\?.*--yes/s),
  ])
  expect((await hot.hotlead('dlq', 'retry')).code).toBe(2)
  expect((await dlq('list', '--reason', 'too_old')).value.total).toBe(12)
})

test('purged letters are hidden and never sent; their bytes go once no kept letter lies before them', async () => {
  // Of one visitor, so in one partition: what is kept lies before what is not.
  await buried(page('pinned', { type: 'track' }))
  await buried(page('pinned'))
  const [kept, late] = (await lettersAbout('v:pinned')).toSorted(
    (a, b) => Number(a.split(':')[1]) - Number(b.split(':')[1]),
  ) as [string, string]
  const hidden = await dlq('purge', '--reason', 'too_old', '--yes')
  expect(hidden.code).toBe(0)
  expect(hidden.value.remain).toBeGreaterThanOrEqual(1)
  expect((await dlq('list', '--reason', 'too_old')).value.total).toBe(0)
  expect((await dlq('show', late)).value).toMatchObject({ state: 'purged', reason: 'too_old' })
  const refused = await hot.hotlead('dlq', 'retry', late, '--backdate')
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringContaining('was purged: it is not sent again'),
  ])
  expect(await inLog('m-pinned')).toEqual([])

  expect((await dlq('show', kept)).value).toMatchObject({ state: 'open', reason: 'invalid' })
  expect((await dlq('purge', '--since', '30d', '--yes')).value.remain).toBe(0)
  expect((await dlq('list', '--settled')).value.total).toBe(0)
  expect((await hot.readBytes('dead-letter')).filter(r => r.value !== null)).toEqual([])
  expect(await dlq('show', late)).toMatchObject({
    code: 3,
    err: expect.stringContaining('gone by retention or a purge'),
  })
})

test('what is older than a time goes for good, in one request', async () => {
  await buried(page('gone-1'))
  const cut = Date.now() + 1
  await until(Date.now, now => now > cut)
  await buried(page('gone-2', { anonymousId: 'gone-1', messageId: 'm-gone-2' }))
  const { code, value } = await dlq('purge', '--before', String(cut), '--yes')
  expect([code, value]).toMatchObject([0, { before: cut, letters: 1 }])
  const left = (await dlq('list')).value.letters
  expect(left).toHaveLength(1)
  expect((await hot.hotlead('dlq', 'show', `${left[0].partition}:${left[0].offset}`)).out).toContain(
    'm-gone-2',
  )
  expect((await dlq('purge', '--all', '--yes')).code).toBe(0)
  expect((await dlq('list')).value.total).toBe(0)
})
