import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventsOf, funnel, SITE } from '../../test/funnel.ts'
import { run } from '../run.ts'

/** The whole command over files, which needs nothing that runs. */

const folder = mkdtempSync(join(tmpdir(), 'hotlead-calibrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)
mkdirSync(at('drafts'))

const leads = funnel(240)
const won = leads.filter(l => l.outcome === 'won').length
const timed = leads.flatMap(lead => {
  const { before, after } = eventsOf(lead)
  return [
    ...before.map(e => ({ ...e, timestamp: lead.cameAt })),
    ...after.map(e => ({ ...e, timestamp: lead.endedAt + 1_000 })),
  ]
})
writeFileSync(at('site.yaml'), SITE)
writeFileSync(
  at('events.ndjson'),
  timed
    .sort((a, b) => a.timestamp - b.timestamp)
    .map(e => JSON.stringify(e))
    .join('\n'),
)
const row = (email: string, outcome: string, time: number) =>
  `${new Date(time).toISOString()},${email},${outcome}`
writeFileSync(
  at('crm.csv'),
  [
    'date,lead,outcome',
    ...leads.map(l => row(l.email, l.outcome, l.endedAt)),
    row('who@example.com', 'won', leads[0]!.endedAt),
    row(leads[0]!.email, 'lost', leads[9]!.endedAt),
  ].join('\n'),
)

async function calibrate(...argv: string[]) {
  const text = { out: '', err: '' }
  const stdout = { write: (written: string) => (text.out += written) }
  const stderr = { write: (written: string) => (text.err += written) }
  const files = [at('site.yaml'), '--outcomes', at('crm.csv'), '--events', at('events.ndjson')]
  const code = await run(
    argv[0] === 'simulate' ? argv : ['calibrate', ...files, ...argv],
    {},
    { stdout, stderr },
  )
  return { code, ...text }
}

test('says what was read, what tells, how well, and what the tiers are; the draft is a model that simulates', async () => {
  const draft = at('drafts/draft.yaml')
  const { code, out, err } = await calibrate('--out', draft, '--tier', 'WARM=50%', '--tier', 'HOT=75%')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^outcomes {2}(won \d+, lost \d+|lost \d+, won \d+)$/m)
  expect(out).toMatch(/^left out {2}1 of leads that the log does not know; 1 of leads that had one before$/m)
  expect(out).toMatch(new RegExp(`^leads {5}240, ${won} of them won$`, 'm'))
  expect(out).toMatch(/with pricing \(2 or more\) +\d+ of \d+ \(8\d %, \d+ to \d+ %\) +1\.\d$/m)
  expect(out).toMatch(/AUC 0\.\d{3} \(0\.\d{3} to (0\.\d{3}|1\.000)\)/)
  expect(out).toMatch(/┃/)
  expect(out).toMatch(/WARM +\d+ +\d+\.\d +\d+ % \(\d+ % to \d+ %\) +\d+ %$/m)
  // What leads do once they are won is nobody's sign.
  expect(out).not.toMatch(/thanks/)
  const text = readFileSync(draft, 'utf8')
  expect(text).toMatch(/^extends: \.\.\/site\.yaml$/m)
  expect(text).toMatch(/signal: pricing/)

  const simulated = await calibrate('simulate', draft, '--events', at('events.ndjson'), '--json')
  expect(simulated).toMatchObject({ code: 0, err: '' })
  // About those who came for the price twice, and no others.
  const likely = leads.filter(l => l.pricing >= 2).length
  const [called] = JSON.parse(simulated.out).leads
  expect(called).toBeGreaterThan(likely * 0.7)
  expect(called).toBeLessThan(likely * 1.3)
})

test('a file is never overwritten but with --force; the draft never takes the place of its base', async () => {
  const draft = at('there.yaml')
  writeFileSync(draft, 'mine')
  expect(await calibrate('--out', draft)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is there already/),
  })
  expect(readFileSync(draft, 'utf8')).toBe('mine')
  expect((await calibrate('--out', draft, '--force')).code).toBe(0)
  expect(readFileSync(draft, 'utf8')).toMatch(/^extends: site\.yaml$/m)
  const nowhere = await calibrate('--out', at('nowhere/draft.yaml'))
  expect(nowhere).toMatchObject({ code: 3, err: expect.stringMatching(/There is no folder .*nowhere/) })
  const base = await calibrate('--out', at('site.yaml'), '--force')
  expect(base).toMatchObject({ code: 2, err: expect.stringMatching(/is the model itself/) })
})

test('calls a week among leads with an outcome alone are said to be so', async () => {
  const told = /counted among leads with an outcome: there will be more/
  expect((await calibrate('--tier', 'HOT=5/week', '--json')).err).toMatch(told)
  expect((await calibrate('--tier', 'HOT=5/week', '--others')).err).not.toMatch(told)
  expect((await calibrate('--tier', 'HOT=50%')).err).not.toMatch(told)
})

test('without --out the draft alone is on stdout; as JSON it is one value', async () => {
  const { out, err } = await calibrate()
  expect(out).toMatch(/^# A draft that outcomes suggest/)
  expect(err).toMatch(new RegExp(`^leads {5}240, ${won} of them won$`, 'm'))
  const json = JSON.parse((await calibrate('--json', '--good', 'lost')).out)
  expect(json).toMatchObject({
    leads: 240,
    unknown: [expect.stringMatching(/^l:/)],
    leftOut: { again: 1, unknown: 1 },
  })
  expect(json.training.won + json.heldOut.won).toBe(240 - won)
  expect(json.draft).toContain('were lost')
})

test.each([
  [
    ['--held-out', '2030-01-01'],
    1,
    /held out: 0 won and 0 not; at least 20[\s\S]*\d+ leads that were won[\s\S]*--others/,
  ],
  [['--from', '2026-05-01'], 1, /at least 20 of each are needed/],
  [['--good', 'sold'], 2, /--good names “sold”, which is no outcome[\s\S]*opportunity, won, lost, archive/],
  [['--tier', 'HOT'], 2, /NAME=50%/],
  [['--rules', '0'], 2, /--rules/],
])('%p is answered with what to do', async (argv, code, words) => {
  expect(await calibrate(...argv)).toMatchObject({ code, err: expect.stringMatching(words) })
})
