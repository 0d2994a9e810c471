import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { factsOf } from '@hotlead/model'
import { Installation, type RunningService, until } from '@hotlead/testkit'
import { readConfig } from './config.ts'
import { connectKafka } from './connect.ts'
import { Reading } from './reading.ts'

/** The command line as a process, on the real services. */

const root = join(__dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'hotlead-cli-'))
let hot: Installation
let tiering: RunningService
const started = new Set<ChildProcess>()

beforeAll(async () => {
  hot = await Installation.open()
  const [, scorer, judge] = await Promise.all([
    hot.start('ingestor'),
    hot.start('scorer'),
    hot.start('tiering'),
  ])
  tiering = judge
  hot.env.HOTLEAD_SCORER_PORT = String(scorer.port)
  hot.env.HOTLEAD_TIERING_PORT = String(tiering.port)
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

const page = (anonymousId: string, path: string) =>
  hot.post('/v1/page', { anonymousId, properties: { url: `https://www.example.com${path}` } })

async function json(...args: string[]) {
  const done = await hot.hotlead(...args, '--json')
  return { ...done, value: done.out === '' ? undefined : JSON.parse(done.out) }
}

/** A command that goes on until it is told to end. */
function start(...args: string[]) {
  const child = spawn(
    join(root, 'node_modules/node/bin/node'),
    [join(root, 'packages/cli/src/main.ts'), ...args],
    { env: { ...process.env, ...hot.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  started.add(child)
  const text = { out: '', err: '' }
  child.stdout.on('data', chunk => {
    text.out += chunk
  })
  child.stderr.on('data', chunk => {
    text.err += chunk
  })
  const ended = new Promise<number | null>(resolve => {
    child.on('exit', code => {
      started.delete(child)
      resolve(code)
    })
  })
  return { child, text, ended }
}

test('beacons by hand make a lead whose numbers add up', async () => {
  for (const path of ['/blog/1', '/blog/2', '/pricing']) await page('anna', path)
  const sent = await hot.hotlead(
    ...['send', 'page', '--anonymous-id', 'anna', '--url', 'https://www.example.com/pricing'],
  )
  expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/^page accepted: .* answered 200/) })
  const form = await json(
    ...['send', 'track', '--anonymous-id', 'anna', '--email', 'Anna@Example.com'],
    ...['--event', 'Form Submitted', '--property', 'seats=25', '--message-id', 'form-1'],
  )
  expect(form.value).toMatchObject({ accepted: true, messageId: 'form-1' })

  const { value: story } = await until(
    () => json('lead', 'anna@example.com'),
    ({ value }) => value?.tier === 'HOT' && value.visitor === undefined && value.millipoints === 50_000,
  )
  expect(
    story.contributions.reduce((sum: number, c: { millipoints: number }) => sum + c.millipoints, 0),
  ).toBe(story.millipoints)
  expect(story.contributions.map((c: { rule: string; count: number }) => [c.rule, c.count])).toEqual([
    ['page-view', 4],
    ['pricing', 2],
    ['form-submit', 1],
  ])
  expect(story.next).toMatchObject({ tier: 'WARM' })
  expect(story.recent).toHaveLength(5)
  const enter = story.tiers.find((t: { tier: string }) => t.tier === 'HOT').enter
  expect(enter).toContainEqual({ text: 'count of pricing within 7d ≥ 2', value: '2', holds: true })

  // The visitor leads to its lead, and so does the subject itself.
  expect((await json('lead', 'anna')).value).toMatchObject({ subject: story.subject, visitor: 'v:anna' })
  expect((await json('lead', story.subject)).value.subject).toBe(story.subject)
  const text = await hot.hotlead('lead', 'anna')
  expect(text.out).toContain("v:anna is this lead's visitor")
  expect(text.out).not.toContain('\u001b')
})

test('at another time it is another score', async () => {
  const now = (await json('lead', 'anna@example.com')).value
  const later = (await json('lead', 'anna@example.com', '--at', new Date(now.next.at).toISOString())).value
  expect(later.score).toBeLessThan(25)
  expect(later.tiers.find((t: { tier: string }) => t.tier === 'HOT').exitHolds).toBe(true)
})

test('of a time that has passed, what facts still tell, and what they do not', async () => {
  const now = (await json('lead', 'anna@example.com')).value
  const just = (await json('explain', 'anna@example.com', '--at', new Date(now.last).toISOString())).value
  expect(just).toMatchObject({ millipoints: 50_000, gaps: [], moves: 'known', model: now.model })
  const between = (now.first + now.last) / 2
  const asked = new Date(between).toISOString()
  const { value: earlier } = await json('explain', 'anna@example.com', '--at', asked)
  // The form came in the hour that was under way then, unless another has begun meanwhile.
  const hourOf = (t: number) => Math.floor(t / 3_600_000)
  expect(earlier.gaps.some((g: { signal?: string }) => g.signal === 'form-submit')).toBe(
    hourOf(between) === hourOf(now.last),
  )
  expect(earlier.millipoints).toBeLessThan(50_000)
  expect((await hot.hotlead('explain', 'anna', '--at', asked)).out).toContain('Where the score comes from')
  expect(await hot.hotlead('explain', 'anna', '--at', '3d')).toMatchObject({
    code: 3,
    err: expect.stringContaining('nothing was known of this lead'),
  })
})

test('who is not there is said with 3, what is wrong with 1 and 2', async () => {
  expect(await hot.hotlead('lead', 'nobody@example.com')).toMatchObject({ code: 3, out: '' })
  const refused = await json('lead', 'nobody@example.com')
  expect(JSON.parse(refused.err)).toMatchObject({ exitCode: 3 })
  expect(await hot.hotlead('send', 'page', '--anonymous-id', 'a')).toMatchObject({ code: 2 })
  const placeholder = await hot.hotlead('send', 'identify', '--anonymous-id', 'undefined')
  expect(placeholder).toMatchObject({ code: 1, err: expect.stringContaining('anonymousId') })
  const env = hot.env.HOTLEAD_KEY
  hot.env.HOTLEAD_KEY = 'sk_wrong'
  const key = await hot.hotlead('send', 'identify', '--email', 'a@example.com')
  if (env === undefined) delete hot.env.HOTLEAD_KEY
  else hot.env.HOTLEAD_KEY = env
  expect(key).toMatchObject({ code: 1, err: expect.stringContaining('HOTLEAD_KEY') })
})

test('another count of partitions than the installation’s is told: keys would not be found', async () => {
  const count = hot.env.HOTLEAD_PARTITIONS as string
  hot.env.HOTLEAD_PARTITIONS = '3'
  const done = await hot.hotlead('lead', 'anna@example.com')
  hot.env.HOTLEAD_PARTITIONS = count
  expect(done).toMatchObject({ code: 78, err: expect.stringContaining('Set HOTLEAD_PARTITIONS=4.') })
})

test('leads lists the highest first, by tier too, also who never left the lowest', async () => {
  await page('bert', '/pricing')
  const { value } = await until(
    () => json('leads'),
    ({ value }) => value.total === 2,
  )
  expect(value.leads.map((l: { email?: string; subject: string }) => l.email ?? l.subject)).toEqual([
    'anna@example.com',
    'v:bert',
  ])
  expect(value.tiers).toEqual({ HOT: 1, COLD: 1 })
  // Each look is a later one, and points fade meanwhile.
  const { score: _score, millipoints: _millipoints, ...anna } = value.leads[0]
  const near = (points: number) => ({ score: expect.closeTo(points, 0) })
  expect((await json('leads', '--tier', 'hot')).value.leads).toMatchObject([{ ...anna, ...near(50) }])
  expect((await json('leads', '--tier', 'COLD')).value.leads).toMatchObject([
    { subject: 'v:bert', ...near(9) },
  ])
  expect((await json('leads', '--limit', '1')).value).toMatchObject({ total: 2, leads: [near(50)] })
  expect(await hot.hotlead('leads', '--tier', 'TEPID')).toMatchObject({ code: 2 })
})

test('leads of which a condition holds, as a table for programs and for spreadsheets', async () => {
  const twice = 'count: { signal: pricing, within: 7d, atLeast: 2 }'
  expect((await json('leads', '--where', twice)).value).toMatchObject({
    total: 1,
    leads: [{ email: 'anna@example.com' }],
  })
  const csv = await hot.hotlead('leads', '--where', 'not: { tier: HOT }', '--csv')
  expect(csv.out.split('\n')[1]).toMatch(/^v:bert,,COLD,/)
  expect((await json('leads', '--tier', 'HOT', '--at', '+60d')).value.total).toBe(0)
  const wrong = await hot.hotlead('leads', '--where', 'tier: HOTT')
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('did you mean “HOT”?') })
})

test('a model is compared, published, found in the history, and rolled back', async () => {
  const shipped = readFileSync(join(root, 'models/default.yaml'), 'utf8')
  const strict = join(folder, 'strict.yaml')
  writeFileSync(
    strict,
    shipped
      .replace('score: { atLeast: 40 }', 'score: { atLeast: 90 }')
      .replace('score: { below: 25 }', 'score: { below: 80 }'),
  )
  const [{ version: first }] = (await json('model', 'history')).value.history
  const diff = (await json('model', 'diff', strict)).value
  expect(diff.differences).toMatchObject([
    {
      what: 'tier HOT',
      effect: 'at once',
      settings: [
        { path: 'enter.all[0].score.atLeast', before: '40', after: '90' },
        { path: 'exit.any[0].score.below', before: '25', after: '80' },
      ],
    },
  ])
  expect(diff.moves).toMatchObject({
    leads: 2,
    moved: 1,
    announced: 0,
    between: [{ from: 'HOT', to: 'WARM', leads: 1 }],
  })
  const text = await hot.hotlead('model', 'diff', strict)
  expect(text.out).toContain('tier HOT: enter.all[0].score.atLeast  40 → 90')
  expect(text.out).toContain('1 of 2 leads move')

  const tierOf = async () => (await json('lead', 'anna@example.com')).value?.tier
  expect(await hot.hotlead('model', 'publish', strict)).toMatchObject({ code: 0 })
  await until(tierOf, tier => tier === 'WARM')
  expect((await json('model', 'history')).value.history.map((h: { version: string }) => h.version)).toEqual([
    diff.after.version,
    first,
  ])
  expect(await hot.hotlead('model', 'rollback')).toMatchObject({
    code: 0,
    out: expect.stringContaining(first),
  })
  await until(tierOf, tier => tier === 'HOT')
  // Back HOT by the model alone: nobody is told again.
  expect((await hot.hotlead('hot', '--json')).out.trim().split('\n')).toHaveLength(1)
  expect((await json('model', 'history')).value.history.map((h: { version: string }) => h.version)).toEqual([
    first,
    diff.after.version,
    first,
  ])
  expect(await hot.hotlead('model', 'rollback', 'nonsense')).toMatchObject({ code: 2 })
})

test('hot prints what is there; with --follow what comes, until Ctrl-C', async () => {
  const there = await hot.hotlead('hot', '--json')
  expect(there.out.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(there.out)).toMatchObject({
    tier: 'HOT',
    email: 'anna@example.com',
    score: expect.closeTo(50, 0),
  })
  expect((await hot.hotlead('hot', '--since', 'now')).out).toBe('')
  const unknown = await hot.hotlead('hot', '--workspace', 'nope')
  expect([unknown.code, unknown.out]).toEqual([0, ''])
  expect(unknown.err).toContain('No model was ever published for a workspace “nope”; for demo one was.')
  const none = await hot.hotlead('leads', '--workspace', 'nope')
  expect(none.code).toBe(3)
  expect(none.err).toContain('model publish FILE --workspace nope')
  expect(none.err).not.toContain('setup')

  const following = start('hot', '--follow', '--since', 'now')
  await until(
    () => following.text.err,
    text => text.includes('Waiting for the next'),
  )
  for (const path of ['/pricing', '/pricing', '/pricing']) await page('carl', path)
  await hot.hotlead('send', 'track', '--anonymous-id', 'carl', '--event', 'Form Submitted')
  await until(
    () => following.text.out,
    text => text.includes('track Form Submitted'),
  )
  expect(following.text.out).toMatch(/^HOT v:carl\n/)
  expect(following.text.out).toMatch(/✓ count of form-submit within 30d ≥ 1 +is 1/)
  following.child.kill('SIGINT')
  expect(await following.ended).toBe(0)
})

describe('replay', () => {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
  const lines = Array.from({ length: 90 }, (_, i) => {
    const minute = `${String(Math.floor(i / 60) + 10)}:${String(i % 60).padStart(2, '0')}`
    const path = i % 3 === 0 ? `/a${i}.css` : `/blog/${i}`
    return `192.0.2.${i % 2} - - [17/May/2015:${minute}:00 +0000] "GET ${path} HTTP/1.1" 200 1 "-" "${agent}"`
  })
  const log = join(folder, 'access.log.gz')
  const state = join(folder, 'state.json')

  test('interrupted and gone on with, every page view counts once; done, it does nothing', async () => {
    writeFileSync(log, gzipSync(lines.join('\n')))
    // An hour takes 36 s: it is in the middle when the signal comes.
    const slow = start('replay', log, '--speed', '100', '--state', state)
    const pages = async () => {
      const latest = new Map((await hot.read('scores')).map(r => [r.key, r.decoded.lead]))
      const views = [...latest]
        .filter(([key]) => key.startsWith('demo/v:log-'))
        .map(([, lead]) => lead && factsOf(lead, 'page-view'))
      return views.map(s => s?.buckets.reduce((sum, b) => sum + b.count, 0) ?? 0)
    }
    const sum = (list: number[]) => list.reduce((a, b) => a + b, 0)
    await until(pages, list => sum(list) >= 2)
    slow.child.kill('SIGINT')
    expect(await slow.ended).toBe(130)
    expect(slow.text.err).toContain('The same command goes on from there.')

    const rest = await json('replay', log, '--state', state)
    expect(rest.code).toBe(0)
    expect(rest.value).toMatchObject({
      lines: 90,
      events: 60,
      visitors: 2,
      skipped: { asset: 30, malformed: 0, method: 0, status: 0 },
    })
    expect(rest.value.before).toBeGreaterThanOrEqual(2)
    expect(rest.value.sent).toBe(60 - rest.value.before)

    const again = await json('replay', log, '--state', state)
    expect(again.value).toMatchObject({ sent: 0, before: 60, wasDone: true })

    await until(pages, list => sum(list) >= 60)
    expect(await pages()).toEqual([30, 30])
  }, 240_000)

  test('an edge that is not there is told at once, with 69', async () => {
    const env = hot.env.HOTLEAD_URL as string
    hot.env.HOTLEAD_URL = 'http://127.0.0.1:9'
    const done = await hot.hotlead('replay', log, '--state', join(folder, 'other.json'))
    hot.env.HOTLEAD_URL = env
    expect(done).toMatchObject({ code: 69, err: expect.stringContaining('127.0.0.1:9') })
  })
})

test('while a partition is rebuilt, no numbers of it are shown', async () => {
  const prefix = hot.env.HOTLEAD_REDIS_PREFIX as string
  const { value: before } = await json('leads')
  const partitions = [0, 1, 2, 3].map(p => `${prefix}{${p}}:scorer:pos`)
  for (const pos of partitions) await hot.redis.hset(pos, 'rebuildUntil', '999999999')
  const lead = await hot.hotlead('lead', 'anna@example.com')
  const { value: leads, code, err } = await json('leads')
  const { value: status } = await json('status')
  for (const pos of partitions) await hot.redis.hdel(pos, 'rebuildUntil')
  expect(lead).toMatchObject({ code: 69, out: '', err: expect.stringMatching(/rebuilding partition \d/) })
  expect(leads).toMatchObject({ total: 0, leads: [] })
  expect(leads.rebuilding).toHaveLength(4)
  expect([code, err]).toEqual([69, expect.stringContaining('without 4 of 4 partitions')])
  expect(status.lag.scorer.rebuilding).toEqual([0, 1, 2, 3])
  expect((await json('leads')).value.total).toBe(before.total)
})

test('where Redis holds nothing at all, nobody is unknown and no list is empty', async () => {
  const prefix = hot.env.HOTLEAD_REDIS_PREFIX as string
  hot.env.HOTLEAD_REDIS_PREFIX = 'emptied:'
  const lead = await hot.hotlead('lead', 'anna@example.com')
  const leads = await json('leads')
  const list = await json('leads', '--tier', 'HOT')
  const { value: status } = await json('status')
  const hotLeads = await hot.hotlead('hot', '--json')
  hot.env.HOTLEAD_REDIS_PREFIX = prefix
  expect(lead).toMatchObject({
    code: 69,
    out: '',
    err: expect.stringMatching(/Redis holds nothing of partition \d: .* about to rebuild it/),
  })
  for (const { code, value } of [leads, list]) {
    expect([code, value.total]).toEqual([69, 0])
    expect(value.rebuilding).toHaveLength(4)
  }
  expect(status.lag.scorer.unowned).toEqual([0, 1, 2, 3])
  // These are in the log, which nothing of Redis touches.
  expect(hotLeads.out).toContain('anna@example.com')
})

test('the state of another log is not shown for this one’s', async () => {
  const positions = [0, 1, 2, 3].map(p => `${hot.env.HOTLEAD_REDIS_PREFIX}{${p}}:scorer:pos`)
  const cluster = (await hot.redis.hget(positions[0] as string, 'cluster')) as string
  for (const pos of positions) await hot.redis.hset(pos, 'cluster', 'another-cluster')
  const lead = await hot.hotlead('lead', 'anna@example.com')
  const { code, value } = await json('leads')
  for (const pos of positions) await hot.redis.hset(pos, 'cluster', cluster)
  expect(lead).toMatchObject({ code: 69, out: '', err: expect.stringContaining('another-cluster') })
  expect([code, value.total, value.rebuilding.length]).toEqual([69, 0, 4])
})

test('what was read while a partition changed its owner is read again', async () => {
  const config = readConfig({ ...process.env, ...hot.env })
  const reading = await Reading.open(config, await connectKafka(config), hot.redis)
  const pos = `${hot.env.HOTLEAD_REDIS_PREFIX}{0}:scorer:pos`
  let reads = 0
  const read = await reading.whole(0, async () => {
    // As one who wipes the partition, rebuilds it and is done, all in between; the real owner then takes it back.
    if (reads++ === 0) await hot.redis.hset(pos, 'stamp', 'another/9')
    return reads
  })
  expect(read).toEqual({ found: expect.any(Number) })
  expect(reads).toBeGreaterThan(1)
  // It notices by its next commit, and is not ready while it does: what follows is to meet it as it was.
  await until(
    () => hot.redis.hget(pos, 'stamp'),
    stamp => stamp !== null && !stamp.startsWith('another/'),
  )
  await until(
    () => json('status'),
    ({ code }) => code === 0,
  )
})

test('status shows every part up and caught up, and what is down with 69', async () => {
  const up = await until(
    () => json('status'),
    ({ value }) => value.lag.scorer.records === 0 && value.lag.tiering.records === 0,
  )
  expect(up.code).toBe(0)
  expect(up.value.parts.map((p: { name: string; isUp: boolean }) => [p.name, p.isUp])).toEqual(
    ['kafka', 'redis', 'registry', 'ingestor', 'scorer', 'tiering'].map(name => [name, true]),
  )
  await tiering.stop()
  await page('dora', '/pricing')
  const down = await until(
    () => hot.hotlead('status'),
    ({ out }) => / tiering|^tiering.* records? behind/m.test(out),
  )
  expect(down.code).toBe(69)
  expect(down.out).toMatch(/^tiering +down +127\.0\.0\.1:\d+ +\d+ records behind/m)
  expect(down.out).toMatch(/^scorer +up/m)
  expect(down.err).toContain('tiering is down')
})
