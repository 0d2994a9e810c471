import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Installation, until } from '@hotlead/testkit'

/**
 * Four real days of a real site, 10,000 log lines, through the HTTP edge, with the scorer killed in the middle: the
 * totals, every visitor's score and the HOT set must equal those of count.mjs, which shares no line with the product.
 */

const LOG = join(__dirname, '../testdata/access-log-2015-05.gz')
const COUNT = join(__dirname, 'count.mjs')

interface Count {
  totals: { lines: number; events: number; counted: number; visitors: number; bots: number }
  warm: string[]
  hot: string[]
  uncertain: string[]
  visitors: { id: string; events: number; score: number }[]
}

async function countIndependently(end: number, from: number, at: number): Promise<Count> {
  const args = [COUNT, LOG, '--end', String(end), '--from', String(from), '--at', String(at)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 })
  return JSON.parse(stdout)
}

let hot: Installation
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hotlead-replay-'))
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('tiering')])
})
afterAll(async () => {
  await hot.close()
  rmSync(folder, { recursive: true, force: true })
})

async function folded(): Promise<number> {
  let events = 0
  for (const { decoded } of await hot.read('scores')) if (decoded.lead) events++
  return events
}

test('ten thousand real log lines, a scorer killed among them, equal an independent count', async () => {
  const before = Date.now()
  const scorer = await hot.start('scorer')
  const state = join(folder, 'state.json')
  const replayed = hot.hotlead('replay', LOG, '--state', state, '--json')
  await until(folded, n => n > 100)
  await scorer.kill()
  const { code, out, err } = await replayed
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const sent = JSON.parse(out) as { lines: number; sent: number; visitors: number }
  await hot.start('scorer')
  await hot.folded()

  // The log was shifted so that its last page view happened when the replay began.
  const { startedAt } = JSON.parse(readFileSync(state, 'utf8')) as { startedAt: number }
  const list = JSON.parse((await hot.hotlead('leads', '--limit', '100000', '--json')).out) as {
    at: number
    total: number
    leads: { subject: string; millipoints: number; tier: string }[]
  }
  const count = await countIndependently(startedAt, before, list.at)
  expect(count.uncertain).toEqual([])
  expect(sent).toMatchObject({
    lines: count.totals.lines,
    sent: count.totals.events,
    visitors: count.totals.visitors,
  })
  const scores = new Map(list.leads.map(l => [l.subject, l.millipoints]))
  expect(scores).toEqual(new Map(count.visitors.map(v => [`v:${v.id}`, Math.round(v.score * 1000)])))

  const activity = await hot.read('activity')
  expect(activity.filter(r => r.decoded.event).length).toBe(count.totals.events)

  const announced = await hot.read('hot-leads')
  expect(announced.map(r => r.decoded.lead).sort()).toEqual(count.hot.map(id => `v:${id}`).sort())
  for (const { decoded } of announced)
    expect(decoded.contributions.reduce((sum, c) => sum + c.millipoints, 0)).toBe(decoded.millipoints)
  const inTier = (tier: string) => list.leads.filter(l => l.tier === tier).map(l => l.subject)
  expect(inTier('HOT').length).toBeGreaterThan(0)
  expect([...inTier('HOT'), ...inTier('WARM')].sort()).toEqual(count.warm.map(id => `v:${id}`).sort())

  // Sent once more, a finished log changes nothing.
  expect(JSON.parse((await hot.hotlead('replay', LOG, '--state', state, '--json')).out).sent).toBe(0)
}, 240_000)
