import { readFileSync } from 'node:fs'
import { type Format, MAILGUN, SENDGRID } from '@hotlead/beacon'
import { InMemory } from './test/inMemory.ts'

/** What a lead does with mails, from a provider's webhook to its score. */
const MIA = 'mia@example.com'
const payloads = (name: string) =>
  JSON.parse(readFileSync(new URL(`../testdata/webhooks/${name}.json`, import.meta.url), 'utf8'))
const sendgrid = payloads('sendgrid')
const mailgun = payloads('mailgun')

async function told(...all: [Format, (now: number) => unknown][]) {
  const open = await InMemory.open()
  for (const [format, body] of all) expect(await open.webhook(format, body(open.clock))).toBe('ok')
  return open
}
// Times are left out: things happen when they come.
const { timestamp: _opened, ...opened } = sendgrid.opened
const { timestamp: _machine, ...byMachine } = sendgrid['opened by a machine']
const { timestamp: _clicked, ...clicked } = sendgrid.clicked
const { timestamp: _scanned, ...scanned } = mailgun['clicked by a machine']

test('a person opens and clicks: 1 and 4 points, once each, however often the provider says so', async () => {
  const all = await told(
    [SENDGRID, () => [opened, clicked]],
    [SENDGRID, () => [opened, clicked]],
    [SENDGRID, () => [clicked]],
  )
  expect(all.counts(MIA)).toEqual({ 'mail-click': 1, 'mail-open': 1 })
  expect(all.score(MIA).millipoints).toBe(5_000)
})

test('a machine opens and clicks: it stands in the story, by the name of what gave it away, and scores 0', async () => {
  const all = await told([SENDGRID, () => [byMachine]], [MAILGUN, () => ({ 'event-data': scanned })])
  expect(all.score(MIA)).toMatchObject({ millipoints: 0, lead: { signals: [] } })
  const lines = all.score(MIA).lead.recent.flatMap(r => r.what || [])
  expect(lines).toEqual([expect.stringMatching(/machine_open/), expect.stringMatching(/machine_click/)])
})
