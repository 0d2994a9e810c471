import { type MemoryEdge, memoryEdge } from '../../test/memoryEdge.ts'
import type { Sent } from '../sink.ts'

/** RudderStack's own routes; its SDK for Node is in test/clients. */
let edge: MemoryEdge
let sent: Sent | Error = 'acked'
beforeAll(async () => {
  edge = await memoryEdge({
    submit: async () => {
      if (sent instanceof Error) throw sent
      return sent
    },
  })
})
afterEach(() => {
  sent = 'acked'
  for (const list of [edge.records, edge.refused, edge.faults]) list.length = 0
})
afterAll(() => edge.close())

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }
const get = (path: string, headers: Record<string, string> = browser) => fetch(edge.url + path, { headers })

async function isImage(response: Response): Promise<void> {
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('image/gif')
  expect(response.headers.get('cache-control')).toContain('no-store')
  const bytes = Buffer.from(await response.arrayBuffer())
  expect([bytes.toString('latin1', 0, 6), bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([
    'GIF89a',
    1,
    1,
  ])
}

describe('pixel', () => {
  test('a page view from its query', async () => {
    const query =
      'writeKey=wk_demo&anonymousId=%22amp-1%22&name=Pricing&context.page.url=https%3A%2F%2Fx.io%2Fpricing%3Fa%3D1&context.page.title=Prices&properties.plan=pro&context.traits.email=ann%40example.com&context.library.name=amp'
    await isImage(await get(`/pixel/v1/page?${query}`))
    expect(edge.events()).toEqual([
      expect.objectContaining({
        type: 'page',
        name: 'Pricing',
        anonymousId: 'amp-1',
        page: { host: 'x.io', path: '/pricing', search: '?a=1', referrer: '', title: 'Prices' },
        properties: { plan: 'pro' },
        traits: { email: 'ann@example.com' },
        context: { 'library.name': 'amp' },
        userAgent: browser['user-agent'],
        ip: '127.0.0.0',
        flags: [],
      }),
    ])
  })

  test('each load is an event of its own, and one that names its id is not', async () => {
    for (const id of ['', '', '&messageId=m1', '&messageId=m1'])
      await get(`/pixel/v1/track?writeKey=wk_demo&userId=u&event=Opened${id}`)
    const ids = edge.events().map(e => e.id)
    expect([new Set(ids).size, ids.slice(2)]).toEqual([3, ['m1', 'm1']])
  })

  test.each<[string, string, string]>([
    ['no key', 'userId=u&event=x', 'unauthorized'],
    ['a wrong key', 'writeKey=nope&userId=u&event=x', 'unauthorized'],
    ['a key given twice', 'writeKey=wk_demo&writeKey=wk_demo&userId=u&event=x', 'unauthorized'],
    ['a secret key', 'writeKey=sk_demo&userId=u&event=x', 'unauthorized'],
  ])('%s: the image all the same, and nothing in the log', async (_name, query, reason) => {
    await isImage(await get(`/pixel/v1/track?${query}`))
    expect([edge.records, edge.refused]).toEqual([[], [reason]])
  })

  test.each<[string, string, string]>([
    ['track', 'userId=u&properties.a=1', 'event: must be text of 1 to 1024 characters, is missing'],
    ['page', 'context=x&userId=u', 'context: must be an object, is text of 1 characters'],
    ['page', 'name=x', 'anonymousId, userId: one must name somebody'],
  ])('what is no event is a dead letter, without its key: %s?%s', async (type, query, problem) => {
    await isImage(await get(`/pixel/v1/${type}?writeKey=wk_demo&${query}`))
    expect(edge.records.map(r => [r.topic, r.value.toString(), r.headers?.['dlq-format']])).toEqual([
      ['dead-letter', query, `pixel-${type}`],
    ])
    expect(edge.records[0]?.headers?.['dlq-detail']).toContain(problem)
  })

  test.each<[string, Sent | Error, string]>([
    ['Kafka away', 'unavailable', 'unavailable'],
    ['too much waiting for it', 'overloaded', 'overloaded'],
    ['a fault of ours', new Error('broken'), 'internal'],
  ])('%s: the image all the same', async (_name, what, reason) => {
    sent = what
    await isImage(await get('/pixel/v1/page?writeKey=wk_demo&userId=u'))
    expect([edge.records, edge.refused]).toEqual([[], [reason]])
    expect(edge.faults).toEqual(what instanceof Error ? [what] : [])
  })

  test('a scanner that only asks for the head is no visitor', async () => {
    const response = await fetch(`${edge.url}/pixel/v1/page?writeKey=wk_demo&userId=u`, { method: 'HEAD' })
    expect([response.status, edge.records]).toEqual([405, []])
  })
})

describe('beacon', () => {
  const batch = JSON.stringify({
    batch: [
      { type: 'page', anonymousId: 'a', messageId: 'b1', originalTimestamp: new Date().toISOString() },
      { type: 'track', anonymousId: 'a', messageId: 'b2', event: 'Left', userId: '' },
      { type: 'track', anonymousId: 'a', messageId: 'b3' },
    ],
    sentAt: new Date().toISOString(),
  })
  const beacon = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${edge.url}/beacon/v1/batch${query}`, {
      method: 'POST',
      body: batch,
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin: 'http://localhost:3000', ...headers },
    })
    return [response.status, await response.json()]
  }

  test('a batch by sendBeacon, its key in the query', async () => {
    expect(await beacon('?writeKey=wk_demo')).toEqual([200, { success: true, deadLettered: 1 }])
    expect(edge.events().map(e => [e.id, e.type, e.userId])).toEqual([
      ['b1', 'page', null],
      ['b2', 'track', null],
    ])
  })

  test.each<[string, string, Record<string, string>, string]>([
    ['without a key', '', {}, 'unauthorized'],
    ['from another page', '?writeKey=wk_demo', { origin: 'https://evil.example' }, 'origin'],
    ['with a secret key', '?writeKey=sk_demo', {}, 'origin'],
  ])('%s: 401, and nothing in the log', async (_name, query, headers, error) => {
    expect(await beacon(query, headers)).toEqual([401, expect.objectContaining({ success: false, error })])
    expect(edge.records).toEqual([])
  })
})
