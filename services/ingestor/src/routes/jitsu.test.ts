import { type MemoryEdge, memoryEdge } from '../../test/memoryEdge.ts'

/** Jitsu's routes; its client is in test/clients. */
let edge: MemoryEdge
beforeAll(async () => {
  edge = await memoryEdge()
})
afterEach(() => {
  edge.records.length = 0
})
afterAll(() => edge.close())

async function post(
  path: string,
  body: object,
  headers: Record<string, string> = { 'x-write-key': 'wk_demo:x' },
) {
  const response = await fetch(edge.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, json: await response.json() }
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const visitor = { anonymousId: 'a' }

test.each<[string, object, string]>([
  ['track', { ...visitor, event: 'X' }, 'track'],
  ['t', { ...visitor, event: 'X' }, 'track'],
  ['page', visitor, 'page'],
  ['p', visitor, 'page'],
  ['screen', visitor, 'screen'],
  ['s', visitor, 'screen'],
  ['identify', visitor, 'identify'],
  ['i', visitor, 'identify'],
  ['group', { ...visitor, groupId: 'g' }, 'group'],
  ['g', { ...visitor, groupId: 'g' }, 'group'],
  ['alias', { userId: 'u', previousId: 'p' }, 'alias'],
  ['a', { userId: 'u', previousId: 'p' }, 'alias'],
  ['event', { ...visitor, type: 'page' }, 'page'],
  ['e', { ...visitor, type: 'identify' }, 'identify'],
])('/api/s/%s, and the same below s2s', async (name, body, type) => {
  for (const path of ['/api/s', '/api/s/s2s'])
    expect(await post(`${path}/${name}`, body)).toEqual({ status: 200, json: { ok: true } })
  expect(edge.events().map(e => e.type)).toEqual([type, type])
})

test.each<[string, Record<string, string>, number]>([
  ['a key with any password', { 'x-write-key': 'wk_demo:whatever' }, 200],
  ['a key alone', { 'x-write-key': 'wk_demo' }, 200],
  ['by Basic auth', basic('wk_demo:x'), 200],
  ['the password of nothing', { 'x-write-key': ':wk_demo' }, 401],
  ['a wrong key', { 'x-write-key': 'nope:wk_demo' }, 401],
  ['only the body’s, which is masked', {}, 401],
])('%s', async (_name, headers, status) => {
  const answer = await post('/api/s/page', { ...visitor, writeKey: 'wk_demo:***' }, headers)
  expect([answer.status, edge.records.length]).toEqual([status, status === 200 ? 1 : 0])
})

test('what is wrong is told, and a type that is none is no route', async () => {
  expect(await post('/api/s/event', { ...visitor, type: 'purchase' })).toEqual({
    status: 400,
    json: expect.objectContaining({
      problems: ['type: must be one of track, page, screen, identify, group, alias, is text of 8 characters'],
    }),
  })
  expect((await post('/api/s/purchase', visitor)).status).toBe(404)
  expect(edge.records).toEqual([])
})

test('a batch says how many were taken', async () => {
  const batch = [{ ...visitor, type: 'page' }, { type: 'page' }]
  expect(await post('/api/s/s2s/batch', { batch })).toEqual({
    status: 200,
    json: { ok: false, receivedEvents: 2, okEvents: 1 },
  })
  expect(edge.records.map(r => r.topic)).toEqual(['activity', 'dead-letter'])
  expect(await post('/api/s/s2s/batch', { batch: [] })).toEqual({
    status: 200,
    json: { ok: true, receivedEvents: 0, okEvents: 0 },
  })
})
