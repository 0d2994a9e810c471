import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOPICS } from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import { type Model, parseModel } from '@hotlead/model'
import { Installation, until } from '@hotlead/testkit'
import { foldLog } from '@hotlead/whatif'

/** A log that the real services wrote, folded again by the model that was active; and the command, which writes nothing. */

const folder = mkdtempSync(join(tmpdir(), 'hotlead-simulate-'))
const PARTITIONS = 4
let hot: Installation

/** HOT for three seconds after a look at the price, so that time moves leads too. */
const MODEL = `
name: quick
signals:
  page-view: { type: page }
  pricing: { type: page, path: /pricing }
rules:
  - { signal: page-view, points: 4 }
tiers:
  - name: COLD
  - name: WARM
    enter: { score: { atLeast: 8 } }
  - name: HOT
    announce: true
    enter: { all: [{ score: { atLeast: 12 } }, { recency: { signal: pricing, within: 3s } }] }
    exit: { not: { recency: { signal: pricing, within: 3s } } }
`

beforeAll(async () => {
  hot = await Installation.open()
  const file = save('quick.yaml', MODEL)
  expect((await hot.hotlead('model', 'publish', file)).code).toBe(0)
  const services = await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
  // Each step is folded before the next comes: what happens to a lead within a batch is the batch's to say.
  const step = async (route: string, body: object) => {
    expect(await hot.post(route, body)).toBe(200)
    await hot.folded()
  }
  const page = (anonymousId: string, path: string) =>
    step('/v1/page', { anonymousId, properties: { url: `https://www.example.com${path}` } })
  for (const path of ['/', '/pricing', '/pricing']) await page('ann', path)
  for (const path of ['/', '/a']) await page('bob', path)
  await step('/v1/identify', { anonymousId: 'bob', traits: { email: 'bob@example.com' } })
  await page('bob', '/pricing')
  await page('cid', '/')
  // Time takes both off HOT again, by ticks.
  await until(
    async () => (await hot.read('tiers')).filter(t => t.decoded.cause === 'time').length,
    n => n >= 2,
  )
  await page('ann', '/pricing')
  await hot.folded()
  await Promise.all(services.map(s => s.kill()))
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

function save(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

function modelOf(source: string): Model {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.model
}

test('by the model that was active: exactly the moves that tiering wrote', async () => {
  const [records, tiers] = [await hot.readBytes('activity'), await hot.read('tiers')]
  const moves: object[] = []
  await foldLog<(typeof records)[number]>({
    models: [modelOf(MODEL)],
    isTiered: true,
    workspace: 'demo',
    partitions: Array.from({ length: PARTITIONS }, async function* (_, p) {
      yield records.filter(r => r.partition === p)
    }),
    partitionOf: key => partitionOf(key, PARTITIONS),
    decode: r => hot.codecs.activity.decode(r.value as Buffer),
    onRun([run]) {
      for (const { key, transition } of run?.moves ?? []) moves.push(row(key, transition))
    },
  })
  const written = tiers.map(t => row(t.key, t.decoded))
  const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
  expect(moves.sort(byText)).toEqual(written.sort(byText))
  // All kinds are among them.
  expect(new Set(tiers.map(t => t.decoded.cause))).toEqual(new Set(['activity', 'merge', 'time']))
  expect(tiers.length).toBeGreaterThanOrEqual(8)
})

function row(key: string, t: { number: number; from: string; to: string; at: number; millipoints: number }) {
  return { key, number: t.number, from: t.from, to: t.to, at: t.at, millipoints: t.millipoints }
}

async function everything(): Promise<object> {
  const topics = await Promise.all(TOPICS.map(async t => [t.name, (await hot.readBytes(t.name)).length]))
  const keys = (await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*`)).sort()
  const values = await Promise.all(keys.map(async key => [key, await hot.redis.dumpBuffer(key)]))
  return { topics: Object.fromEntries(topics), values }
}

test('the command says who becomes HOT by a draft and by the active model, and writes nothing anywhere', async () => {
  const before = await everything()
  const draft = save('draft.yaml', MODEL.replace('atLeast: 12', 'atLeast: 16'))
  const { code, out, err } = await hot.hotlead('simulate', draft, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const said = JSON.parse(out)
  const hotNow = (await hot.read('hot-leads')).map(h => h.decoded.since)
  expect(said).toMatchObject({
    workspace: 'demo',
    leads: [1, 2],
    overlap: { onlyFirst: 0, onlySecond: 1, both: 1 },
  })
  const active = said.told.flatMap((t: { alerts: { at: number }[][] }) => t.alerts[1]?.map(a => a.at))
  expect(active.sort()).toEqual(hotNow.sort())
  expect(said.days.reduce((sum: number, d: { alerts: number[] }) => sum + (d.alerts[1] ?? 0), 0)).toBe(
    hotNow.length,
  )
  expect(said.told.find((t: { email?: string }) => t.email === 'bob@example.com')).toMatchObject({
    alerts: [[], [{}]],
  })

  const text = await hot.hotlead('simulate', draft, '--from', '1h')
  expect(text.out).toMatch(/by both 1, only by draft 0, only by current 1/)
  expect(text.out).toMatch(/Only by current: 1\n.*HOT {2}bob@example.com/)
  expect(await everything()).toEqual(before)
})

test('by threads as by one', async () => {
  const draft = join(folder, 'draft.yaml')
  const by = async (threads: string, ...more: string[]) => {
    const { code, out, err } = await hot.hotlead('simulate', draft, '--json', '--threads', threads, ...more)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return { ...JSON.parse(out), seconds: 0 }
  }
  expect(await by('3')).toEqual(await by('1'))
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
  expect(await by('9', '--from', hourAgo)).toEqual(await by('1', '--from', hourAgo))
})

test('what is wrong is said with the way out', async () => {
  const file = save('quick.yaml', MODEL)
  const nobody = await hot.hotlead('simulate', file, '--workspace', 'nobody')
  expect(nobody).toMatchObject({
    code: 3,
    err: expect.stringMatching(/scored by no model.*\n.*--against none/s),
  })
  const window = await hot.hotlead('simulate', file, '--from', '1h', '--to', '2h')
  expect(window).toMatchObject({ code: 2, err: expect.stringMatching(/must lie before --to/) })
  const alone = await hot.hotlead('simulate', file, '--workspace', 'nobody', '--against', 'none')
  expect(alone).toMatchObject({ code: 0, out: expect.stringMatching(/0 records of nobody/) })
})
