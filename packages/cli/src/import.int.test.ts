import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { leadSubject } from '@hotlead/contracts'
import { factsOf } from '@hotlead/model'
import { DEMO_SECRET } from '@hotlead/service'
import { Installation } from '@hotlead/testkit'

/** History through the real edge into real scores. */
const root = join(__dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'hotlead-import-'))
const HOUR = 3_600_000
let hot: Installation

beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function json(...args: string[]) {
  const done = await hot.hotlead('import', ...args, '--json')
  return { ...done, value: done.out === '' ? undefined : JSON.parse(done.out) }
}

/** Page views that the scorer has counted of each lead. */
async function counted(): Promise<Map<string, number>> {
  await hot.folded()
  const latest = new Map((await hot.read('scores')).map(r => [r.key as string, r.decoded.lead]))
  return new Map(
    [...latest].map(([key, lead]) => {
      const views = lead && factsOf(lead, 'page-view')
      return [key, views?.buckets.reduce((sum, b) => sum + b.count, 0) ?? 0]
    }),
  )
}

const WHO = 80
const EACH = 60
const FROM = Date.now() - 12 * 24 * HOUR
/** Visits of many, in order of time, four hours apart each; of every second one the address is known from the start. */
const LINES = Array.from({ length: WHO * EACH }, (_, n) => {
  const who = n % WHO
  const properties = { url: `https://www.example.com/blog/${n}` }
  const email = who % 2 === 0 ? { context: { traits: { email: `lead-${who}@example.com` } } } : {}
  const timestamp = FROM + Math.floor(n / WHO) * 4 * HOUR + who
  return JSON.stringify({ type: 'page', anonymousId: `import-${who}`, timestamp, properties, ...email })
})
const keyOf = (who: number) =>
  `demo/${who % 2 === 0 ? leadSubject(DEMO_SECRET, { email: `lead-${who}@example.com` }) : `v:import-${who}`}`

test('killed in the middle and gone on with, every event counts once, at its own time', async () => {
  const file = join(folder, 'history.ndjson.gz')
  writeFileSync(file, gzipSync(LINES.join('\n')))
  const states = join(folder, 'states')
  const child = spawn(
    join(root, 'node_modules/node/bin/node'),
    [join(root, 'packages/cli/src/main.ts'), 'import', file, '--state', states, '--parallel', '2'],
    { env: { ...process.env, ...hot.env }, stdio: 'ignore' },
  )
  const ended = once(child, 'exit')
  const acknowledged = () => {
    const name = existsSync(states) && readdirSync(states).find(n => n.endsWith('.json'))
    if (!name) return 0
    const { lines, beyond } = JSON.parse(readFileSync(join(states, name), 'utf8'))
    return beyond.reduce((sum: number, [from, to]: number[]) => sum + (to ?? 0) - (from ?? 0) + 1, lines)
  }
  while (acknowledged() < 500) await new Promise(resolve => setTimeout(resolve, 2))
  child.kill('SIGKILL')
  await ended
  const before = acknowledged()
  expect(before).toBeLessThan(LINES.length)

  const rest = await json(file, '--state', states)
  expect([rest.code, rest.err.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^history\.ndjson\.gz: going on/),
  ])
  expect(rest.value).toMatchObject({ lines: WHO * EACH, events: WHO * EACH, before, bad: 0 })
  expect(rest.value.sent).toBe(WHO * EACH - before)
  const scored = await counted()
  expect(Array.from({ length: WHO }, (_, who) => scored.get(keyOf(who)))).toEqual(Array(WHO).fill(EACH))
  const times = (await hot.read('activity')).flatMap(r => r.decoded.event?.at ?? [])
  expect([Math.min(...times), Math.max(...times)]).toEqual([FROM, FROM + (EACH - 1) * 4 * HOUR + WHO - 1])

  const again = await json(file, '--state', states)
  expect(again.value).toMatchObject({ sent: 0, before: WHO * EACH })
  expect(again.err).toContain('nothing is sent twice')
}, 240_000)

test('everyone’s events are in the log in the file’s order', async () => {
  const order = new Map<string, number[]>()
  const seen = new Set<string>()
  for (const { key, decoded } of await hot.read('activity')) {
    const { event } = decoded
    // What was sent again after the kill stands behind its first time.
    if (!event || !key || seen.has(event.id)) continue
    seen.add(event.id)
    order.set(key, [...(order.get(key) ?? []), event.at])
  }
  for (let who = 0; who < WHO; who++) {
    const times = order.get(keyOf(who)) as number[]
    expect(times).toEqual([...times].sort((a, b) => a - b))
  }
})

test('a second run that knows of no first one sends the same ids, and what a lead still remembers counts once', async () => {
  const file = join(folder, 'few.ndjson')
  const line = (n: number) => ({
    type: 'page',
    anonymousId: 'few',
    timestamp: FROM + n * 48 * HOUR,
    properties: { url: `https://www.example.com/${n}` },
  })
  writeFileSync(file, Array.from({ length: 10 }, (_, n) => JSON.stringify(line(n / 2))).join('\n'))
  for (const state of ['one', 'two'])
    expect((await json(file, '--state', join(folder, state))).value.sent).toBe(10)
  const ids = (await hot.read('activity')).flatMap(r =>
    r.decoded.event?.anonymousId === 'few' ? r.decoded.event.id : [],
  )
  expect([ids.length, new Set(ids).size]).toEqual([20, 10])
  expect((await counted()).get('demo/v:few')).toBe(10)
})

test('lines that are no events are named, and the others are sent', async () => {
  const file = join(folder, 'bad.ndjson')
  const good = {
    type: 'page',
    anonymousId: 'good',
    timestamp: FROM,
    properties: { url: 'https://www.example.com/' },
  }
  writeFileSync(
    file,
    [JSON.stringify(good), '', '{"email":"ann@example.com"', JSON.stringify({ ...good, type: 'pge' })].join(
      '\r\n',
    ),
  )
  const checked = await json(file, '--check')
  expect(checked).toMatchObject({ code: 1, value: { lines: 4, events: 1, bad: 2 } })
  expect(checked.value).not.toHaveProperty('sent')
  const { code, out, err } = await hot.hotlead('import', file, '--state', join(folder, 'bad'))
  expect(code).toBe(1)
  expect(out).toMatch(/^events {4}1: 1 sent now$/m)
  expect(out).toMatch(/bad\.ndjson:3: must be JSON \(.+\)$/m)
  expect(out).toMatch(/bad\.ndjson:4: type: must be one of track, .+, is text of 3 characters$/m)
  expect(out + err).not.toContain('ann@')
  expect(err).toMatch(
    /^hotlead: 2 lines are no events, and were left out\.\nCorrect them in a file of their own/,
  )
})

test('a write key may not bring history: it ends at the first answer, and says what is missing', async () => {
  const file = join(folder, 'bad.ndjson')
  hot.env.HOTLEAD_KEY = 'wk_demo'
  const done = await hot.hotlead('import', file, '--state', join(folder, 'write-key'))
  delete hot.env.HOTLEAD_KEY
  expect(done).toMatchObject({ code: 1, err: expect.stringMatching(/needs a secret key \(HOTLEAD_KEY\)/) })
})

test('the README’s way from CSV', async () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8')
  const program = /```python\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const csv =
    'type,timestamp,userId,context.traits.email,properties.url\npage,2026-01-02T03:04:05Z,u1,"ann@example.com",https://www.example.com/\npage,2026-01-02,u2,,\n'
  const { stdout, stderr, error } = spawnSync('python3', ['-c', program], { input: csv, encoding: 'utf8' })
  if ((error as NodeJS.ErrnoException)?.code === 'ENOENT')
    return console.log('not run, since there is no python3')
  expect(stderr).toBe('')
  expect(
    stdout
      .trim()
      .split('\n')
      .map(l => JSON.parse(l)),
  ).toEqual([
    {
      type: 'page',
      timestamp: '2026-01-02T03:04:05Z',
      userId: 'u1',
      context: { traits: { email: 'ann@example.com' } },
      properties: { url: 'https://www.example.com/' },
    },
    { type: 'page', timestamp: '2026-01-02', userId: 'u2' },
  ])
})
