import { gzipSync } from 'node:zlib'
import { Installation } from '@hotlead/testkit'
import { exchange, opened, request } from './test/rawHttp.ts'

/**
 * The edge against what nobody means well with: it answers without a fault of its own, goes on answering everybody else,
 * its memory stays where it was, and nothing of nobody reaches Kafka. docs/security.md is the table of it.
 */

jest.setTimeout(180_000)

/**
 * With room for all that it keeps, and not for what nobody collects: with 4 GB of heap, which Node takes here by itself, what
 * is dead lay about for as long as it pleased (the process grew by 57 to 199 MB in the same test).
 */
const HEAP = '--max-old-space-size=192'
let hot: Installation
let url: string
beforeAll(async () => {
  hot = await Installation.open({ NODE_OPTIONS: HEAP })
  url = (await hot.start('ingestor')).url
}, 240_000)
afterAll(() => hot.close())

const KEY = { authorization: `Basic ${Buffer.from('wk_demo:').toString('base64')}` }
const EVENT = JSON.stringify({ anonymousId: 'a', event: 'E', type: 'track' })

/** Memory of the process, in MiB. */
async function memory(): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes\S* (\S+)/m.exec(metrics)?.[1]) / 2 ** 20
}

/** An ordinary request is answered as always, and soon. */
async function isWell(): Promise<void> {
  const [status] = await exchange(url, request('POST /v1/track', KEY, EVENT))
  expect(status).toBe(200)
}

async function logged(): Promise<number> {
  return (await hot.readBytes('activity')).length + (await hot.readBytes('dead-letter')).length
}

test('nobody’s requests leave nothing in Kafka, whatever they ask for and wherever they put a key', async () => {
  const before = await logged()
  const named = Buffer.from('wk_nobody:').toString('base64')
  const keys: Record<string, string>[] = [
    {},
    { authorization: `Basic ${named}` },
    { authorization: 'Basic' },
    { authorization: 'Basic ====' },
    { authorization: 'Bearer wk_nobody' },
    { authorization: `Basic ${Buffer.from('demo:wk_demo').toString('base64')}` },
    { 'x-write-key': '' },
    { 'x-write-key': '__proto__' },
    { 'x-write-key': 'wk_demo\u0000' },
    { 'x-write-key': 'WK_DEMO' },
    { 'x-write-key': 'w'.repeat(8_000) },
    { cookie: 'writeKey=wk_demo' },
  ]
  const lines = [
    'POST /v1/track',
    'POST /v1/t',
    'POST /v1/batch',
    'POST /v1/identify',
    'POST /beacon/v1/batch',
    'GET /pixel/v1/track?event=E&anonymousId=a&writeKey=wk_nobody',
    'POST /api/s/track',
    'POST /api/s/s2s/track',
    'POST /v1/leads/a@example.com/follow-ups',
    'POST /v1/outcomes',
    'POST /webhooks/sendgrid/nobody',
    'POST /webhooks/mailgun/__proto__',
    'POST /webhooks/postmark/constructor',
    'POST /webhooks/ses/nobody',
    'GET /e/o/0.AAAA.AAAAAAAAAAAAAAAA.gif',
    'GET /e/c/0.AAAA.AAAAAAAAAAAAAAAA',
  ]
  for (const line of lines)
    for (const key of keys) {
      const [status] = await exchange(url, request(line, key, EVENT))
      // 400: a character that no header may have. A pixel is always a picture.
      const refused = line.startsWith('GET /pixel/') ? [200, 400] : [400, 401, 404]
      expect([line, key, refused.includes(status as number)]).toEqual([line, key, true])
    }
  expect(await logged()).toBe(before)
  await isWell()
})

const nested = (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`
const withProperties = (json: string) => `{"anonymousId":"a","event":"E","properties":${json}}`
const BODIES: [string, string | Buffer, Record<string, string>?][] = [
  ['nothing', ''],
  ['no JSON', 'event=E&anonymousId=a'],
  ['null', 'null'],
  ['a list', '[[[[1]]]]'],
  ['5,000 levels of objects', withProperties(nested(5_000))],
  ['100,000 levels of lists', `${'['.repeat(100_000)}`],
  [
    'names of Object’s own',
    withProperties('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'),
  ],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['half a surrogate pair', withProperties('{"a\\ud800":"\\udfff"}')],
  ['a zero byte in an id', '{"anonymousId":"a\\u0000b","event":"E"}'],
  ['numbers beyond a double', withProperties('{"a":1e400,"b":-1e400}')],
  ['a number of 20,000 digits', withProperties(`{"a":${'9'.repeat(20_000)}}`)],
  ['times beyond any', '{"anonymousId":"a","event":"E","timestamp":"+275760-09-13T00:00:00.001Z"}'],
  ['a time as a number', '{"anonymousId":"a","event":"E","timestamp":1e308}'],
  ['the same name a thousand times', withProperties(`{${'"a":1,'.repeat(1_000)}"a":2}`)],
  [
    '2,000 names',
    withProperties(JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`n${i}`, i])))),
  ],
  ['a name of 30,000 characters', withProperties(`{"${'n'.repeat(30_000)}":1}`)],
  ['a list where text belongs', '{"anonymousId":["a"],"event":{"toString":"x"}}'],
  ['a byte order mark', `\ufeff${EVENT}`],
  ['100 MB of zeros in a gzip', gzipSync(Buffer.alloc(1e8)), { 'content-encoding': 'gzip' }],
  ['a gzip within a gzip', gzipSync(gzipSync(EVENT)), { 'content-encoding': 'gzip' }],
  ['half a gzip', gzipSync(EVENT).subarray(0, 20), { 'content-encoding': 'gzip' }],
  [
    'a gzip with rubbish behind it',
    Buffer.concat([gzipSync(EVENT), Buffer.alloc(50, 7)]),
    { 'content-encoding': 'gzip' },
  ],
  ['two encodings', gzipSync(EVENT), { 'content-encoding': 'gzip, gzip' }],
  ['an encoding of no name', EVENT, { 'content-encoding': 'x'.repeat(2_000) }],
  ['a type of no name', EVENT, { 'content-type': `${'x'.repeat(4_000)};charset=\u00ff` }],
]
test.each(BODIES)('a body of %s is taken or refused, and is no fault', async (_name, body, headers = {}) => {
  for (const path of ['/v1/track', '/v1/batch', '/beacon/v1/batch', '/api/s/track']) {
    const [status = 0] = await exchange(url, request(`POST ${path}`, { ...KEY, ...headers }, body))
    expect([200, 400, 401, 413]).toContain(status)
  }
  await isWell()
})

const REQUESTS: [string, string | Buffer][] = [
  [
    'TLS where there is none',
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
  ],
  ['HTTP/0.9', 'GET /\r\n\r\n'],
  ['a method of no name', request('BREW /v1/track', KEY, EVENT)],
  ['a path of 20,000 characters', request(`POST /v1/${'a'.repeat(20_000)}`, KEY, EVENT)],
  ['a path with a zero byte', request('POST /v1/track%00', KEY, EVENT)],
  ['a path that cannot be decoded', request('POST /v1/%ff%', KEY, EVENT)],
  ['a path upwards', request('GET /../../etc/passwd')],
  ['a query of 10,000 names', request(`GET /pixel/v1/track?${'a[b][c]=1&'.repeat(1_500)}`, KEY)],
  ['a header of 100 KB', request('POST /v1/track', { ...KEY, 'x-a': 'a'.repeat(100_000) }, EVENT)],
  [
    '5,000 headers',
    request(
      'POST /v1/track',
      { ...KEY, ...Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x-${i}`, '1'])) },
      EVENT,
    ),
  ],
  ['two lengths', request('POST /v1/track', { ...KEY, 'Content-Length': '5' }, EVENT)],
  ['a length and chunks', request('POST /v1/track', { ...KEY, 'transfer-encoding': 'chunked' }, EVENT)],
  ['a length of less than nothing', request('POST /v1/track', KEY, EVENT, -1)],
  ['a length of a petabyte', request('POST /v1/track', KEY, EVENT, 1e15)],
  [
    'an address in a header that names no network',
    request('POST /v1/track', { ...KEY, 'x-forwarded-for': `${'1.2.3.4,'.repeat(500)}<script>` }, EVENT),
  ],
  ['an origin that is none', request('POST /v1/track', { ...KEY, origin: 'null\u00a0' }, EVENT)],
]
test.each(REQUESTS)('%s', async (_name, bytes) => {
  const statuses = await exchange(url, bytes)
  for (const status of statuses) expect([0, 200, 400, 401, 404, 413, 414, 431]).toContain(status)
  await isWell()
})

test('slow clients, 100,000 keys of nobody and 100,000 leads: memory stays, and everybody else is served', async () => {
  // Pipelined, so that the test's own work is small.
  const flood = async (of: (i: number) => Buffer, n: number) => {
    // Of 50 events each: 250 take 3 s by themselves, and on a busy machine more than the 5 s that an ack may take.
    const SIZE = 100
    const statuses = new Set<number>()
    for (let i = 0; i < n; i += SIZE) {
      const many = Buffer.concat(Array.from({ length: SIZE }, (_, j) => of(i + j)))
      for (const status of await exchange(url, many, SIZE)) statuses.add(status)
    }
    return [...statuses]
  }
  const ofNobody = (i: number) => request('POST /v1/track', { 'x-write-key': `wk_${i}` }, EVENT)
  const ofLeads = (i: number) => {
    const events = Array.from({ length: 50 }, (_, j) => ({
      type: 'page',
      anonymousId: `v-${i}-${j}`,
      userId: `u-${i}-${j}`,
    }))
    return request('POST /v1/batch', KEY, JSON.stringify({ batch: events }))
  }
  const began = Date.now()
  const slow = await Promise.all(Array.from({ length: 300 }, () => opened(url)))
  let cut = 0
  for (const [i, socket] of slow.entries()) {
    socket.on('close', () => cut++)
    // Headers without an end, a chunk without one, and a body that is short of what it said.
    if (i % 3 === 0) socket.write('POST /v1/track HTTP/1.1\r\nhost: x\r\nx-a: ')
    else if (i % 3 === 1)
      socket.write('POST /v1/track HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n')
    else
      socket.write(
        `POST /v1/track HTTP/1.1\r\nhost: x\r\nx-write-key: wk_demo\r\ncontent-length: 30000\r\n\r\n{`,
      )
  }
  const dripping = setInterval(() => {
    for (const socket of slow) socket.write(' ')
  }, 1_000)
  await flood(ofNobody, 2_000)
  // More than the edge remembers of whom it has linked: from here on nothing should grow.
  await flood(i => ofLeads(-1 - i), 1_100)
  const warm = await memory()
  expect(await flood(ofNobody, 100_000)).toEqual([401])
  expect(await flood(ofLeads, 2_000)).toEqual([200])
  const after = await memory()
  // 26 MB in one run.
  expect(after - warm).toBeLessThan(100)
  await isWell()
  while (cut < slow.length) {
    // 30 s for a request, looked at every 5 s.
    expect(Date.now() - began).toBeLessThan(120_000)
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  clearInterval(dripping)
})
