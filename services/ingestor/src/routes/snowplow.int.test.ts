import { randomUUID } from 'node:crypto'
import { staged } from '../../test/stage.ts'

/** What Snowplow's routes make of what no tracker sends, on a real Kafka. Its client is in test/clients. */

const edge = staged()

const post = (body: string, query = '', headers: Record<string, string> = {}) =>
  fetch(`${edge.url}/com.snowplowanalytics.snowplow/tp2${query}`, { method: 'POST', body, headers }).then(
    async answer => [answer.status, await answer.text()] as const,
  )

test.each(['{"schema":"x","data":[{"e":"pv"', '{"data":{}}', '', 'é{'])(
  'a body that is none (%j): a dead letter of its very bytes where the head says whose it is, else refused',
  async body => {
    const before = (await edge.stage.records('dead-letter')).length
    expect(await post(body, '?writeKey=wk_demo')).toEqual([200, 'ok'])
    const letters = (await edge.stage.records('dead-letter')).filter(
      r => String(r.headers?.['dlq-reason']) === 'malformed',
    )
    expect(letters.map(r => [r.key, r.value?.toString()])).toContainEqual(['demo/?', body])
    const [status, text] = await post(body)
    expect([status, JSON.parse(text).error]).toEqual([400, 'malformed'])
    expect((await edge.stage.records('dead-letter')).length).toBe(before + 1)
  },
)

test('one bad event of several: 200 and a dead letter; of a key that is not its own too', async () => {
  const [good, foreign] = [randomUUID(), randomUUID()]
  const data = [
    { e: 'pv', eid: good, duid: `d-${good}`, aid: 'wk_demo' },
    { e: 'pv', eid: foreign, duid: `d-${foreign}`, aid: 'wk_other' },
    { e: 'nonsense', duid: `d-${good}`, aid: 'wk_demo' },
  ]
  expect(await post(JSON.stringify({ data }))).toEqual([200, 'ok'])
  expect(await edge.stage.events(good, foreign)).toHaveLength(1)
  const letters = await edge.stage.records('dead-letter')
  const reasons = [foreign, good].map(id => letters.filter(r => r.key === `demo/v:d-${id}`))
  expect(reasons.flat().map(r => String(r.headers?.['dlq-reason']))).toEqual(['unauthorized', 'invalid'])
})

test('a batch beyond what others may send is taken, event by event', async () => {
  const ids = Array.from({ length: 40 }, () => randomUUID())
  const data = ids.map(eid => ({
    e: 'se',
    se_ac: 'x',
    se_la: 'x'.repeat(20_000),
    eid,
    duid: ids[0],
    aid: 'wk_demo',
  }))
  expect(await post(JSON.stringify({ data }))).toEqual([200, 'ok'])
  expect((await edge.stage.events(...ids)).map(r => r.activity.event?.id)).toEqual(ids)
})

test('a secret key in a link is refused, by whichever name; in a header of a server it is not', async () => {
  const eid = randomUUID()
  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${edge.url}/i?e=pv&duid=d&eid=${eid}${query}`, { headers }).then(answer => answer.status)
  expect(await get('&aid=sk_demo')).toBe(401)
  expect(await get('&writeKey=sk_demo')).toBe(401)
  expect(await edge.stage.events(eid)).toEqual([])
  expect(await get('', { 'x-write-key': 'sk_demo' })).toBe(200)
  expect(await edge.stage.events(eid)).toHaveLength(1)
})

test.each([
  ['GET', '/i?e=pv&aid=wk_demo'],
  ['POST', '/com.snowplowanalytics.snowplow/tp2'],
])('%s: a browser key is only good for its origins', async (method, path) => {
  const duid = randomUUID()
  const ask = (origin: string) =>
    fetch(`${edge.url}${path}${method === 'GET' ? `&duid=${duid}` : ''}`, {
      method,
      headers: { origin },
      ...(method === 'POST' && { body: JSON.stringify({ data: [{ e: 'pv', aid: 'wk_demo', duid }] }) }),
    })
  expect((await ask('https://strange.example')).status).toBe(401)
  expect((await ask('http://localhost:8000')).status).toBe(200)
  expect((await edge.stage.activity()).filter(r => r.key === `demo/v:${duid}`)).toHaveLength(1)
})
