import { type Beacon, type Outcome, type Refused, refuse } from '@hotlead/beacon'
import { ConfigError, loadConfig, logger, metrics } from '@hotlead/service'
import { ingestorConfig } from '../config.ts'
import type { Taken } from '../pipeline.ts'
import { server } from '../server.ts'
import { demoSources } from '../sources.ts'

/** What its trackers are answered, whatever the pipeline says. */
let close: () => Promise<void>
afterEach(() => close())

const TAKEN: Outcome<Taken> = { kind: 'ok', value: { accepted: 1, buried: 0, dropped: 0 } }

async function opened(outcome: Outcome<Taken> | Error = TAKEN, snowplowPaths: readonly string[] = []) {
  const beacons: Beacon[] = []
  const refused: string[] = []
  const faults: Error[] = []
  const none = async () => ({ kind: 'ok' as const, value: { id: 'i', subject: 'v:a' } })
  const app = server({
    sources: demoSources(),
    ingest: async beacon => {
      beacons.push(beacon)
      if (outcome instanceof Error) throw outcome
      return outcome
    },
    followUp: none,
    outcome: none,
    forget: async () => ({ kind: 'ok', value: { subject: 'l:x', until: 0 } }),
    ready: async () => undefined,
    registry: metrics('ingestor'),
    trustProxy: 0,
    bodyBytes: 4e6,
    snowplowPaths,
    mailSecrets: [],
    mailLoad() {},
    log: logger('ingestor', 'silent'),
    refused: reason => refused.push(reason),
    failed: error => faults.push(error),
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  close = () => {
    app.server.closeAllConnections()
    return app.close()
  }
  return { url, beacons, refused, faults }
}

const TP2 = '/com.snowplowanalytics.snowplow/tp2'
const GIF = 'GIF89a\u0001\u0000\u0001\u0000'

const wait: Refused = { ...refuse(429, 'rate_limited', 'more than 1 event a second'), retryAfter: 7 }
test.each<[string, Outcome<Taken>, number, string | null]>([
  ['taken', TAKEN, 200, null],
  ['not a key', refuse(401, 'unauthorized', 'no source has this key'), 401, null],
  ['too many', wait, 429, '7'],
  ['Kafka is away', refuse(503, 'unavailable', 'Kafka has not acknowledged'), 503, '5'],
  ['too large for the socket', refuse(413, 'socket_limit', 'body: more than'), 400, null],
])(
  '%s: the pixel shows all the same, and the status is the same for both ways',
  async (_name, outcome, ...told) => {
    const { url } = await opened(outcome)
    const pixel = await fetch(`${url}/i?e=pv`)
    expect([pixel.status, pixel.headers.get('retry-after')]).toEqual(told)
    expect(pixel.headers.get('content-type')).toBe('image/gif')
    expect(pixel.headers.get('cache-control')).toMatch(/no-store, no-cache/)
    expect(pixel.headers.get('set-cookie')).toBeNull()
    expect(
      Buffer.from(await pixel.arrayBuffer())
        .toString('latin1')
        .slice(0, 10),
    ).toBe(GIF)
    const posted = await fetch(url + TP2, { method: 'POST', body: '{}' })
    expect([posted.status, posted.headers.get('retry-after')]).toEqual(told)
    expect(posted.headers.get('set-cookie')).toBeNull()
    const text = await posted.text()
    if (outcome.kind === 'ok') expect(text).toBe('ok')
    else expect(JSON.parse(text)).toMatchObject({ success: false, problems: outcome.problems })
  },
)

test('a fault of ours: told as one, logged once, and the pixel shows all the same', async () => {
  const fault = new Error('broken')
  const { url, refused, faults } = await opened(fault)
  const pixel = await fetch(`${url}/i?e=pv`)
  expect([pixel.status, pixel.headers.get('content-type')]).toEqual([500, 'image/gif'])
  expect([faults, refused]).toEqual([[fault], ['internal']])
  expect((await fetch(url + TP2, { method: 'POST' })).status).toBe(500)
})

test('of a pixel the very query is the body, but for a key of ours', async () => {
  const { url, beacons } = await opened()
  const query = 'e=se&se_ac=a+b%20?%zz'
  await fetch(`${url}/i?writeKey=wk_demo&${query}`, { headers: { 'content-encoding': 'br' } })
  expect(beacons[0]).toMatchObject({ key: 'wk_demo', encoding: undefined })
  expect(beacons[0]?.body.toString('latin1')).toBe(query)
  await fetch(`${url}/i`)
  expect(beacons[1]?.body.length).toBe(0)
  // Scanners of mails ask for the head of what is linked, and are no visitors.
  expect((await fetch(`${url}/i?${query}`, { method: 'HEAD' })).status).toBe(405)
  expect(beacons).toHaveLength(2)
})

test.each([
  ['GET', `/i?`],
  ['POST', TP2],
])('%s: who tracks anonymously leaves no address', async (method, path) => {
  const { url, beacons } = await opened()
  await fetch(url + path, { method, headers: { 'sp-anonymous': '*' } })
  await fetch(url + path, { method })
  expect(beacons.map(b => b.address)).toEqual(['', '127.0.0.1'])
})

test('a body beyond the socket’s limit is read to its end and given up with 400: of 413 a tracker would never let go', async () => {
  const { url, refused } = await opened()
  const answer = await fetch(url + TP2, { method: 'POST', body: 'x'.repeat(3_000_000) })
  expect([answer.status, refused]).toEqual([400, ['socket_limit']])
})

test('an address as long as an event may be is taken; a longer one is given up with 400, not 431', async () => {
  const { url, beacons, refused } = await opened()
  const pixel = (bytes: number) => fetch(`${url}/i?e=${'x'.repeat(bytes)}`)
  expect((await pixel(50_000)).status).toBe(200)
  expect(beacons).toHaveLength(1)
  const long = await pixel(80_000)
  const problem = 'request: its address and headers must be at most 65536 bytes'
  expect([long.status, await long.json()]).toEqual([
    400,
    { success: false, error: 'too_large', problems: [problem] },
  ])
  expect(refused).toEqual(['too_large'])
})

test('a page may send its cookies along, as the browser tracker does; one of a strange origin learns nothing', async () => {
  const { url } = await opened()
  const ask = (method: string, path: string, origin: string) =>
    fetch(url + path, { method, headers: { origin } }).then(({ status, headers }) => [
      status,
      headers.get('access-control-allow-origin'),
      headers.get('access-control-allow-credentials'),
      headers.get('access-control-allow-headers')?.split(', ').includes('sp-anonymous') ?? null,
    ])
  const [own, strange] = ['http://localhost:8000', 'https://strange.example']
  expect(await ask('OPTIONS', TP2, own)).toEqual([204, own, 'true', true])
  expect(await ask('OPTIONS', '/i', own)).toEqual([204, own, 'true', true])
  expect(await ask('POST', TP2, own)).toEqual([200, own, 'true', null])
  expect(await ask('GET', '/i?', own)).toEqual([200, own, 'true', null])
  expect(await ask('OPTIONS', TP2, strange)).toEqual([204, null, null, true])
  // Nobody else's SDK needs this.
  expect(await ask('OPTIONS', '/v1/batch', own)).toEqual([204, own, null, true])
})

test('further paths to post to, each once', async () => {
  const { url, beacons } = await opened(TAKEN, ['/com.acme/track', TP2])
  const answer = await fetch(`${url}/com.acme/track`, { method: 'POST' })
  expect([answer.status, await answer.text(), beacons[0]?.format.name]).toEqual([200, 'ok', 'snowplow'])
})

test.each<[string, string[] | undefined]>([
  ['/com.acme/track, /com.acme/t2,/com.acme/track', ['/com.acme/track', '/com.acme/t2']],
  ['/v1/batch', undefined],
  ['com.acme/track', undefined],
  ['/com.acme/:track', undefined],
])('HOTLEAD_SNOWPLOW_PATHS=%s', async (value, paths) => {
  await opened()
  const load = () => loadConfig(ingestorConfig, { HOTLEAD_SNOWPLOW_PATHS: value }).HOTLEAD_SNOWPLOW_PATHS
  if (paths) expect(load()).toEqual(paths)
  else expect(load).toThrow(ConfigError)
})
