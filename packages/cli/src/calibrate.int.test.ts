import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Installation } from '@hotlead/testkit'
import { eventsOf, funnel, SITE } from '../test/funnel.ts'

/** From beacons and outcomes, through real servers, to a draft that simulates. */

const folder = mkdtempSync(join(tmpdir(), 'hotlead-calibrate-'))
const at = (name: string) => join(folder, name)
const leads = funnel(200)
let hot: Installation

beforeAll(async () => {
  hot = await Installation.open()
  writeFileSync(at('site.yaml'), SITE)
  const services = await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
  expect((await hot.hotlead('model', 'publish', at('site.yaml'))).code).toBe(0)
  const send = async (events: object[]) => expect(await hot.post('/v1/batch', { batch: events })).toBe(200)
  // The first page of each is a visitor's, so that what came before it was known counts too.
  await send(
    leads.map((_, i) => ({
      type: 'page',
      anonymousId: `v${i}`,
      properties: { url: 'https://www.example.com/' },
    })),
  )
  await send(
    leads.flatMap((lead, i) => eventsOf(lead).before.map(event => ({ ...event, anonymousId: `v${i}` }))),
  )
  await hot.folded()
  // All of a kind at one time, in the order of the leads: no time is divided where the later ones are held out.
  for (let i = 0; i < leads.length; i += 10)
    await Promise.all(
      leads.slice(i, i + 10).map(async ({ email, outcome }) => {
        expect(await hot.post('/v1/outcomes', { lead: email, outcome })).toBe(200)
      }),
    )
  await send(leads.flatMap(lead => eventsOf(lead).after))
  await Promise.all(services.map(s => s.kill()))
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a draft from the log’s outcomes: sound, simulated, and nothing in it of what came after them', async () => {
  const draft = at('draft.yaml')
  const done = await hot.hotlead('calibrate', at('site.yaml'), '--out', draft, '--tier', 'HOT=60%', '--json')
  expect({ code: done.code, err: done.err }).toEqual({ code: 0, err: '' })
  const said = JSON.parse(done.out)
  const won = leads.filter(l => l.outcome === 'won').length
  expect(said).toMatchObject({
    workspace: 'demo',
    leads: 200,
    outcomes: { won, lost: 200 - won },
    leftOut: { unknown: 0, nothingBefore: 0, again: 0 },
  })
  expect(said.auc.heldOut.value).toBeGreaterThan(0.7)
  const signals = said.lifts.map((l: { term: { signal?: string } }) => l.term.signal)
  expect(signals).toContain('pricing')
  expect(signals).not.toContain('thanks')
  expect(readFileSync(draft, 'utf8')).toBe(said.draft)

  const checked = await hot.hotlead('model', 'check', draft)
  expect(checked).toMatchObject({ code: 0, out: expect.stringMatching(/is right: the model site draft/) })
  const simulated = await hot.hotlead('simulate', draft, '--json')
  expect(simulated).toMatchObject({ code: 0, err: '' })
  // Those of the draft and of the model that is active, by which nobody is HOT.
  const [called, before] = JSON.parse(simulated.out).leads
  expect(called).toBeGreaterThan(50)
  expect(before).toBe(0)
})
