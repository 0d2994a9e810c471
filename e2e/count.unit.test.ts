import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The independent count, on a log so small that its answers can be worked out on paper. */
const COUNT = fileURLToPath(new URL('count.mjs', import.meta.url))
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const GOOGLE = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

const line = (address: string, time: string, request: string, status: number, agent: string) =>
  `${address} - - [${time}] "${request} HTTP/1.1" ${status} 100 "-" "${agent}"`
const times = (n: number, text: string) => Array.from({ length: n }, () => text)

const LOG = [
  // ann: 13 views on the 24th, of which 10 count, and one a week before, which is worth half by 13:00.
  line('10.0.0.1', '24/Nov/2026:12:30:00 +0000', 'GET /pricing', 200, FIREFOX),
  ...times(12, line('10.0.0.1', '24/Nov/2026:12:05:00 +0000', 'GET /blog/a', 304, FIREFOX)),
  line('10.0.0.1', '17/Nov/2026:12:10:00 +0000', 'GET /Pricing/?plan=pro', 200, FIREFOX),
  // bot
  line('10.0.0.2', '24/Nov/2026:12:00:00 +0000', 'GET /pricing', 200, GOOGLE),
  // cas, without a user agent, two hours ahead of UTC: four files, of which three count.
  ...times(4, line('10.0.0.3', '24/Nov/2026:14:15:00 +0200', 'GET /files/a.zip', 200, '-')),
  line('10.0.0.3', '24/Nov/2026:14:16:00 +0200', 'GET /projects/x', 206, '-'),
  // dee: 5 + 10 points until noon, and less than 15 after it.
  ...times(5, line('10.0.0.4', '24/Nov/2026:11:15:00 +0000', 'GET /products', 200, FIREFOX)),
  // no page views
  line('10.0.0.1', '24/Nov/2026:12:40:00 +0000', 'HEAD /pricing', 200, FIREFOX),
  line('10.0.0.1', '24/Nov/2026:12:40:00 +0000', 'GET /gone', 404, FIREFOX),
  line('10.0.0.1', '24/Nov/2026:12:40:00 +0000', 'GET /style.CSS?v=2', 200, FIREFOX),
  line('10.0.0.1', '24/Nov/2026:12:40:00 +0000', 'GET /robots.txt', 200, FIREFOX),
  '10.0.0.1 - - [24/Nov/2026:12:40:00 +0000] "GET /pricing HTTP/1.1" 200 100 "-" "Mozilla/5.0 (cut',
]

function count(end: string, at: string, from: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'hotlead-count-')), 'access.log')
  writeFileSync(file, `${LOG.join('\n')}\n`)
  const ms = (time: string) => String(Date.parse(time))
  const args = [COUNT, file, '--end', ms(end), '--at', ms(at), '--from', ms(from)]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

test('a log worked out on paper', () => {
  const counted = count('2026-11-24T12:30:00Z', '2026-11-24T13:00:00Z', '2026-11-24T12:00:00Z')
  expect(counted.totals).toEqual({
    lines: 30,
    skipped: { malformed: 1, method: 1, status: 1, asset: 2 },
    events: 25,
    counted: 24,
    visitors: 4,
    bots: 1,
  })
  const [ann, bot, cas, dee] = counted.visitors
  expect(ann).toMatchObject({ score: 22.5, byRule: { 'page-view': 10.5, pricing: 12 } })
  expect(bot).toMatchObject({ score: 0, byRule: {}, events: 1, counted: 0, bot: true })
  expect(cas).toMatchObject({ score: 43, byRule: { 'page-view': 5, product: 2, download: 36 }, bot: false })
  // 15 · 2^(−1/168), each rule rounded: 4.979 + 9.959
  expect(dee).toMatchObject({ score: 14.938, byRule: { 'page-view': 4.979, product: 9.959 } })
  expect(counted.warm).toEqual([ann.id, cas.id].sort())
  expect(counted.hot).toEqual([cas.id])
  expect(counted.uncertain).toEqual([dee.id])
})

test('shifted by a year and a minute: everything moves with its hours', () => {
  const counted = count('2027-11-24T12:31:00Z', '2027-11-24T13:00:00Z', '2027-11-24T13:00:00Z')
  expect(counted.shift).toBe(365 * 86_400_000 + 60_000)
  expect(counted.visitors.map((v: { score: number }) => v.score)).toEqual([22.5, 0, 43, 14.938])
  expect(counted.uncertain).toEqual([])
})
