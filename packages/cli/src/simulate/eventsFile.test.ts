import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { leadSubject } from '@hotlead/contracts'
import { type Model, parseModel } from '@hotlead/model'
import { simulate } from '@hotlead/whatif'
import { openEvents } from './eventsFile.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotlead-events-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SECRET = 'a secret of a test'
const NOON = Date.UTC(2026, 0, 5, 12)
const at = (s: number) => new Date(NOON + s * 1000).toISOString()

const model = modelOf(`
name: pages
signals: { page-view: { type: page } }
rules: [{ signal: page-view, points: 10 }]
tiers: [{ name: COLD }, { name: HOT, announce: true, enter: { score: { atLeast: 25 } } }]
`)

function modelOf(source: string): Model {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.model
}

let files = 0
async function simulated(lines: (object | string)[], o: { gz?: boolean; to?: number } = {}) {
  const file = join(folder, `${++files}.ndjson`)
  const text = lines.map(l => (typeof l === 'string' ? l : JSON.stringify(l))).join('\n')
  writeFileSync(file, o.gz ? gzipSync(text) : text)
  const source = openEvents(file, { secret: SECRET })
  const found = await simulate({
    models: [model],
    ...source.log({ workspace: 'w', to: o.to, onProgress() {} }),
  })
  const told = found.report.told.map(t => [t.subject, ...(t.alerts[0] ?? []).map(a => (a.at - NOON) / 1000)])
  return { told, notes: source.notes(found.log), ...found.log }
}

const page = (anonymousId: string, s: number, rest: object = {}) => ({
  type: 'page',
  anonymousId,
  timestamp: at(s),
  properties: { url: 'https://www.example.com/x' },
  ...rest,
})

test.each([false, true])(
  'what a visitor did before it was known counts for its lead; packed: %p',
  async gz => {
    const ann = {
      type: 'identify',
      anonymousId: 'a',
      timestamp: at(20),
      traits: { email: 'Ann@example.com' },
    }
    const { told, notes } = await simulated(
      [page('a', 0), page('a', 10), ann, page('a', 30), page('b', 40)],
      { gz },
    )
    expect(told).toEqual([[leadSubject(SECRET, { email: 'ann@example.com' }), 30]])
    expect(notes).toEqual([])
  },
)

test('an event came when its receivedAt says, else its sentAt; its clock is mended as at the edge', async () => {
  const offline = { timestamp: at(0), sentAt: at(600) }
  const wrongClock = { timestamp: at(7200 + 700), sentAt: at(7200 + 700), receivedAt: at(700) }
  const { told, end } = await simulated([
    page('a', 0, offline),
    page('a', 0, { timestamp: at(1), sentAt: at(600) }),
    page('a', 0, wrongClock),
  ])
  expect(told).toEqual([['v:a', 700]])
  expect(end).toBe(NOON + 700_000)
})

test('events out of order count, and move leads from the time before them on; it is said', async () => {
  const { told, notes } = await simulated([page('a', 0), page('b', 7200), page('a', 10), page('a', 20)])
  expect(told).toEqual([['v:a', 7200]])
  expect(notes).toEqual([
    expect.stringMatching(/^2 events stand after later ones, by up to 1 h: .*Sort the file/),
  ])
})

test('what is no event is left out, counted, and the first is named with its line', async () => {
  const { told, notes } = await simulated([
    page('a', 0),
    '{"type":"page"',
    { ...page('a', 1), type: 'view' },
    { type: 'page', anonymousId: 'a' },
    { ...page('guest', 1) },
    '',
    page('a', 2),
    page('a', 3),
  ])
  expect(told).toEqual([['v:a', 3]])
  expect(notes).toEqual([
    expect.stringMatching(/^4 of 8 lines are no events, and were left out; line 2: must be JSON/),
  ])
})

test('a crawler scores nothing, and what came after --to is not there', async () => {
  const bot = {
    context: { userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
  }
  const lines = [1, 2, 3].flatMap(s => [page('bot', s, bot), page('a', s), page('b', s + 100)])
  expect((await simulated(lines, { to: NOON + 50_000 })).told).toEqual([['v:a', 3]])
})

test('a file that is not there, and one that is no text', async () => {
  const source = openEvents(join(folder, 'none'), { secret: SECRET })
  const log = source.log({ workspace: 'w', to: undefined, onProgress() {} })
  await expect(simulate({ models: [model], ...log })).rejects.toMatchObject({
    message: expect.stringMatching(/There is no file/),
    next: expect.stringMatching(/newline-delimited JSON/),
  })
})
