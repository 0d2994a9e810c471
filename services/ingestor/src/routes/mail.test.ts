import { request } from 'node:http'
import { connect } from 'node:net'
import { mailKey, signToken } from '@hotlead/beacon'
import { keyOf } from '@hotlead/contracts'
import fc from 'fast-check'
import { type MemoryEdge, memoryEdge } from '../../test/memoryEdge.ts'
import type { Sent } from '../sink.ts'
import { ANSWER_WITHIN } from './mail.ts'

const [NOW, BEFORE] = [
  { id: 'b', secret: 'a secret of at least 16' },
  { id: 'a', secret: 'the secret of last year' },
]
const lead = `l:${'A'.repeat(22)}`
const TARGET = 'https://www.example.com/pricing?a=1'
const mail = { workspace: 'demo', lead, message: 'spring-1', click: undefined }
const OPEN = signToken(mail, mailKey(NOW, 'demo'))
const CLICK = signToken({ ...mail, click: { link: 'price', target: TARGET } }, mailKey(NOW, 'demo'))

let edge: MemoryEdge
let port: number
/** What the log does with events. */
let takes: () => Promise<Sent>
beforeAll(async () => {
  edge = await memoryEdge({ submit: () => takes(), mailSecrets: [NOW, BEFORE] })
  port = Number(new URL(edge.url).port)
})
afterAll(() => edge.close())
beforeEach(() => {
  for (const list of [edge.records, edge.loads, edge.faults]) list.length = 0
  takes = async () => 'acked'
})

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(edge.url + path, { headers, method, redirect: 'manual' })
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body }
}
test('the pixel: an image that is loaded each time, and an open', async () => {
  const { status, headers, body } = await get(`/e/o/${OPEN}.gif`, { 'user-agent': 'Thunderbird/102' })
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'image/gif',
    'content-length': String(body.length),
    'cache-control': 'private, no-store, no-cache, max-age=0',
    'cross-origin-resource-policy': 'cross-origin',
  })
  expect(headers).not.toHaveProperty('etag')
  expect(body.subarray(0, 6).toString()).toBe('GIF89a')
  expect(edge.records.map(r => [r.topic, r.key])).toEqual([['activity', keyOf('demo', lead)]])
  expect(edge.events()).toMatchObject([
    { name: 'Email Opened', source: 'mail', signed: true, ip: '127.0.0.0' },
  ])
  expect(edge.loads).toEqual(['open acknowledged'])
})

test('a link: where the token says, whatever the request says, and a click', async () => {
  const { status, headers, body } = await get(`/e/c/${CLICK}?url=https://evil.example&to=//evil.example`, {
    'x-forwarded-host': 'evil.example',
    referer: 'https://evil.example/',
    'content-encoding': 'gzip',
    'x-write-key': 'no key of ours',
  })
  expect([status, headers.location, body.length]).toEqual([302, TARGET, 0])
  expect(headers['cache-control']).toContain('no-store')
  expect(edge.events()).toMatchObject([{ name: 'Email Link Clicked' }])
  expect(edge.events()[0]?.properties).toEqual({ email_id: 'spring-1', link_id: 'price', link_url: TARGET })
})

test('a mail of before the secret was changed still works', async () => {
  expect((await get(`/e/o/${signToken(mail, mailKey(BEFORE, 'demo'))}.gif`)).status).toBe(200)
})

const INVALID: [string, string][] = [
  ['a link’s token as a pixel', `/e/o/${CLICK}.gif`],
  ['a pixel’s token as a link', `/e/c/${OPEN}`],
  ['a pixel’s without its ending', `/e/o/${OPEN}`],
  ['a link’s with an ending', `/e/c/${CLICK}.gif`],
  ['cut short', `/e/c/${CLICK.slice(0, -1)}`],
  ['tampered with', `/e/c/${CLICK.replace('.', '.A')}`],
  ['a key that is not known', `/e/o/${signToken(mail, { id: 'z', key: 'z' })}.gif`],
  ['no token', '/e/c/'],
  ['nothing at all', '/e/'],
  ['another kind', `/e/x/${CLICK}`],
  ['deeper', `/e/c/${CLICK}/`],
  ['encoded badly', `/e/c/%${CLICK.slice(1)}`],
  ['longer than any', `/e/c/${'A'.repeat(9_000)}`],
  ['a URL', '/e/c/https://evil.example/'],
  ['a URL, encoded', '/e/c/https%3A%2F%2Fevil.example%2F'],
]
test.each(INVALID)('the same 404: %s', async (_name, path) => {
  const { headers, ...answer } = await get(path)
  const first = await get(INVALID[0]?.[1] as string)
  expect(answer).toEqual({ status: 404, body: first.body })
  expect({ ...headers, date: '' }).toEqual({ ...first.headers, date: '' })
  expect(headers).not.toHaveProperty('location')
  expect(edge.records).toEqual([])
})

/** A path as it is, past what fetch makes of it. */
function status(path: string): Promise<{ status: number; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, agent: false }, answer => {
      answer.resume()
      resolve({ status: answer.statusCode as number, location: answer.headers.location })
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('any changed character of a token is 404, and no path redirects anywhere', async () => {
  const printable = fc.integer({ min: 0x21, max: 0x7e }).map(c => String.fromCharCode(c))
  const path = fc.oneof(
    fc
      .record({ token: fc.constantFrom(OPEN, CLICK), at: fc.nat(), to: printable })
      .map(({ token, at, to }) => {
        const i = at % token.length
        const changed = token.slice(0, i) + to + token.slice(i + 1)
        return changed === token ? '' : token === OPEN ? `o/${changed}.gif` : `c/${changed}`
      }),
    fc.array(printable, { maxLength: 200 }).map(c => c.join('')),
    fc.webUrl().map(u => `c/${u}`),
    fc
      .tuple(fc.constantFrom('c/', 'o/', ''), fc.array(printable, { maxLength: 80 }))
      .map(([k, c]) => k + c.join('')),
  )
  await fc.assert(
    fc.asyncProperty(path, async p => {
      expect(await status(`/e/${p}`)).toEqual({ status: 404, location: undefined })
    }),
    { numRuns: 300 },
  )
  expect(edge.records).toEqual([])
})

test.each([
  ['a HEAD is answered and not counted', 'HEAD', {}, [200, 302]],
  [
    'a prefetch is refused, so that the browser asks when the person does',
    'GET',
    { 'sec-purpose': 'prefetch' },
    [503, 503],
  ],
  ['a prerender', 'GET', { 'sec-purpose': 'prefetch;prerender' }, [503, 503]],
  ['as Chrome said it', 'GET', { purpose: 'prefetch' }, [503, 503]],
  ['as Firefox said it', 'GET', { 'x-moz': 'prefetch' }, [503, 503]],
] as [string, string, Record<string, string>, number[]][])('%s', async (_name, method, headers, statuses) => {
  const open = await get(`/e/o/${OPEN}.gif`, headers, method)
  const click = await get(`/e/c/${CLICK}`, headers, method)
  expect([open.status, click.status]).toEqual(statuses)
  expect([open.body.length, click.body.length]).toEqual([0, 0])
  expect(edge.records).toEqual([])
  expect(edge.loads).toEqual(['open uncounted', 'click uncounted'])
})

test('a log that never answers holds nobody for longer than the bound, and its loss is counted when it is known', async () => {
  let tell: (sent: Sent) => void = () => {}
  takes = () =>
    new Promise(resolve => {
      tell = resolve
    })
  const asked = performance.now()
  expect((await get(`/e/c/${CLICK}`)).status).toBe(302)
  expect(performance.now() - asked).toBeGreaterThanOrEqual(ANSWER_WITHIN - 1)
  expect(edge.loads).toEqual([])
  tell('unavailable')
  await new Promise(setImmediate)
  expect(edge.loads).toEqual(['click unacknowledged'])
})

test.each<[string, () => Promise<Sent>, number]>([
  ['a log that is away', async () => 'unavailable', 0],
  ['a full queue', async () => 'overloaded', 0],
  ['a fault of ours', () => Promise.reject(new Error('x')), 1],
])('%s: answered at once all the same', async (_name, answer, faulty) => {
  takes = answer
  expect((await get(`/e/o/${OPEN}.gif`)).status).toBe(200)
  expect((await get(`/e/c/${CLICK}`)).headers.location).toBe(TARGET)
  expect(edge.loads).toEqual(['open unacknowledged', 'click unacknowledged'])
  expect(edge.faults).toHaveLength(2 * faulty)
})

test('the same load at once is the same event; another program’s is another', async () => {
  const all = [
    await get(`/e/c/${CLICK}`, { 'user-agent': 'A' }),
    await get(`/e/c/${CLICK}`, { 'user-agent': 'A' }),
    await get(`/e/c/${CLICK}`, { 'user-agent': 'B' }),
  ]
  expect(all.map(a => a.status)).toEqual([302, 302, 302])
  const ids = edge.events().map(e => e?.id)
  expect(ids[2]).not.toBe(ids[0])
  // Two seconds are long, and this machine may be slow: a repeat is one by when it came.
  const [first, second] = edge.events()
  if ((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0) < 1_900) expect(ids[1]).toBe(ids[0])
})

test('a request that is cut while the log is asked is an open all the same', async () => {
  let tell: (sent: Sent) => void = () => {}
  const submitted = new Promise<void>(resolve => {
    takes = () => {
      resolve()
      return new Promise(r => {
        tell = r
      })
    }
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /e/o/${OPEN}.gif HTTP/1.1\r\nhost: x\r\n\r\n`)
  await submitted
  socket.destroy()
  tell('acked')
  await new Promise(setImmediate)
  expect(edge.loads).toEqual(['open acknowledged'])
})
