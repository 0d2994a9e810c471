import { type MemoryEdge, memoryEdge } from '../test/memoryEdge.ts'

/** What a page may send and read, at every route, from an origin of the demo source and from one of nobody. */
let edge: MemoryEdge
beforeAll(async () => {
  edge = await memoryEdge()
})
afterEach(() => {
  edge.records.length = 0
})
afterAll(() => edge.close())

const OWN = 'http://localhost:3000'
const OTHERS = [
  'https://evil.example',
  // What only begins or ends as one of ours does.
  'http://localhost.evil.example',
  'https://evil-localhost:3000',
  // A page in a sandbox, or one of a file.
  'null',
]

const visitor = { anonymousId: 'a' }
const track = { ...visitor, event: 'X' }
const group = { ...visitor, groupId: 'g' }
const alias = { userId: 'u', previousId: 'p' }
const batch = { batch: [{ ...visitor, type: 'page' }] }

/** Path and body of what a browser key may post, and how. */
const posts: [string, object][] = [
  ['/v1/track', track],
  ['/v1/page', visitor],
  ['/v1/screen', visitor],
  ['/v1/identify', visitor],
  ['/v1/group', group],
  ['/v1/alias', alias],
  ['/v1/batch', batch],
  ['/v1/t', track],
  ['/v1/p', visitor],
  ['/v1/s', visitor],
  ['/v1/i', visitor],
  ['/v1/g', group],
  ['/v1/a', alias],
  ['/v1/b', batch],
  ['/beacon/v1/batch?writeKey=wk_demo', batch],
  ['/api/s/track', track],
  ['/api/s/page', visitor],
  ['/api/s/screen', visitor],
  ['/api/s/identify', visitor],
  ['/api/s/group', group],
  ['/api/s/alias', alias],
  ['/api/s/event', { ...visitor, type: 'page' }],
  ['/api/s/s2s/track', track],
  ['/api/s/s2s/batch', batch],
  ['/com.snowplowanalytics.snowplow/tp2', { data: [{ e: 'pv', duid: 'a' }] }],
]
/** Open to anyone, whoever asks. */
const open: [string, string][] = [
  ['POST', '/v1/m'],
  ['GET', '/tracker.js'],
  ['GET', '/openapi.json'],
  ['GET', '/livez'],
]
const PIXEL = '/pixel/v1/track?writeKey=wk_demo&userId=u&event=x'
const sales: [string, object][] = [
  ['/v1/leads/ann@example.com/follow-ups', { channel: 'phone', result: 'continue' }],
  ['/v1/outcomes', { lead: 'ann@example.com', outcome: 'won' }],
]

async function ask(method: string, path: string, origin: string, more: { key?: string; body?: object } = {}) {
  const response = await fetch(edge.url + path, {
    method,
    headers: { origin, ...(more.key && { 'x-write-key': more.key }) },
    ...(more.body && { body: JSON.stringify(more.body) }),
  })
  await response.arrayBuffer()
  return response
}

/** What a browser looks for in an answer before a page may see it. */
const shown = ({ headers }: Response) => [headers.get('access-control-allow-origin'), headers.get('vary')]

describe('preflight', () => {
  const paths = [
    ...posts.map(([path]) => path),
    ...sales.map(([path]) => path),
    ...open.map(([, p]) => p),
    PIXEL,
    '/i',
  ]

  test.each(paths)('%s', async path => {
    const own = await ask('OPTIONS', path, OWN)
    expect([own.status, ...shown(own)]).toEqual([204, OWN, 'Origin'])
    expect(own.headers.get('access-control-max-age')).toBe('86400')
    expect(own.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS')
    for (const origin of OTHERS) {
      const other = await ask('OPTIONS', path, origin)
      expect([other.status, ...shown(other)]).toEqual([204, null, 'Origin'])
    }
  })

  test.each<[string, string]>([
    ['@segment/analytics-next', 'authorization, x-retry-count'],
    ['@segment/analytics-next with headers of JSON', 'authorization, content-type, x-retry-count'],
    ['@rudderstack/analytics-js', 'anonymousid, authorization, content-type, sentat'],
    [
      'the same, coming again',
      'anonymousid, authorization, content-type, rsa-recovered, rsa-retry-attempt, rsa-retry-reason, rsa-since-first-attempt, rsa-since-last-attempt, sentat',
    ],
    ['@jitsu/js', 'content-type, x-write-key'],
    ['@snowplow/browser-tracker, anonymously', 'content-type, sp-anonymous'],
    ['@jitsu/js with debug and ipPolicy', 'content-type, x-enable-debug, x-ip-policy, x-write-key'],
  ])('the headers of %s', async (_client, headers) => {
    const response = await ask('OPTIONS', '/v1/t', OWN)
    const allowed = response.headers.get('access-control-allow-headers')?.split(', ')
    expect(allowed).toEqual(expect.arrayContaining(headers.split(', ')))
  })
})

describe('the answer itself', () => {
  test.each(posts)('%s', async (path, body) => {
    const own = await ask('POST', path, OWN, { key: 'wk_demo', body })
    expect([own.status, ...shown(own)]).toEqual([200, OWN, 'Origin'])
    expect(own.headers.get('access-control-expose-headers')).toBe('retry-after')
    const taken = edge.records.length
    expect(taken).toBeGreaterThan(0)
    for (const origin of OTHERS) {
      const other = await ask('POST', path, origin, { key: 'wk_demo', body })
      expect([other.status, ...shown(other)]).toEqual([401, null, 'Origin'])
    }
    const secret = await ask('POST', path.replace('wk_', 'sk_'), OWN, { key: 'sk_demo', body })
    expect(secret.status).toBe(401)
    expect(edge.records).toHaveLength(taken)
  })

  test.each(sales)('%s is for no page at all', async (path, body) => {
    for (const origin of [OWN, ...OTHERS]) {
      const response = await ask('POST', path, origin, { key: 'sk_demo', body })
      expect([response.status, ...shown(response)]).toEqual([401, null, 'Origin'])
    }
    expect(edge.records).toEqual([])
  })

  test.each(open)('%s %s is for all, and says whose page may read it', async (method, path) => {
    const own = await ask(method, path, OWN)
    expect([own.status, ...shown(own)]).toEqual([200, OWN, 'Origin'])
    const other = await ask(method, path, 'https://evil.example')
    expect([other.status, ...shown(other)]).toEqual([200, null, 'Origin'])
  })

  test('an image is answered to all, and what a page fetches as one without the right to counts as nothing', async () => {
    expect([(await ask('GET', PIXEL, OWN)).status, edge.records.length]).toEqual([200, 1])
    const other = await ask('GET', PIXEL, 'https://evil.example')
    expect([other.status, ...shown(other), edge.records.length]).toEqual([200, null, 'Origin', 1])
  })

  test.each<[string, string, string, object, number]>([
    ['what is malformed', 'POST', '/v1/track', visitor, 400],
    ['an unknown path', 'POST', '/v2/track', visitor, 404],
    ['a wrong key', 'POST', '/v1/page?writeKey=nope', visitor, 401],
  ])('%s is told to the page', async (_name, method, path, body, status) => {
    const key = path.includes('?') ? {} : { key: 'wk_demo' }
    const response = await ask(method, path, OWN, { ...key, body })
    expect([response.status, ...shown(response)]).toEqual([status, OWN, 'Origin'])
  })
})
