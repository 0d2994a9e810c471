import { once } from 'node:events'
import { connect } from 'node:net'
import { logger, metrics } from '@hotlead/service'
import { until } from '@hotlead/testkit'
import { type ServerOptions, server } from './server.ts'
import { demoSources } from './sources.ts'

/** Answers that need no Kafka. */
let close: () => Promise<void>
afterEach(() => close())

async function opened(more: Partial<ServerOptions> = {}) {
  const errors: unknown[] = []
  const refused: string[] = []
  const app = server({
    sources: demoSources(),
    ingest: async () => ({ kind: 'ok', value: { accepted: 1, buried: 0, dropped: 0 } }),
    followUp: async () => ({ kind: 'ok', value: { id: 'f', subject: 'v:a' } }),
    outcome: async () => ({ kind: 'ok', value: { id: 'o', subject: 'v:a' } }),
    forget: async () => ({ kind: 'ok', value: { subject: 'l:x', until: 0 } }),
    ready: async () => undefined,
    registry: metrics('ingestor'),
    trustProxy: 0,
    bodyBytes: 1e6,
    log: logger('ingestor', 'silent'),
    mailSecrets: [],
    mailLoad() {},
    refused: reason => refused.push(reason),
    failed: error => errors.push(error),
    ...more,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  close = () => app.close()
  const post = async (path: string) => {
    const answer = await fetch(url + path, { method: 'POST', body: '{}' })
    return { status: answer.status, json: await answer.json() }
  }
  return { app, url, post, errors, refused }
}

test('a fault of ours: 500, logged and counted, and the client learns no more than that', async () => {
  const fault = new Error('secret detail')
  const { post, errors, refused } = await opened({ ingest: () => Promise.reject(fault) })
  const problems = ['the request met a fault of ours: it is in our log']
  expect(await post('/v1/page')).toEqual({
    status: 500,
    json: { success: false, error: 'internal', problems },
  })
  expect([errors, refused]).toEqual([[fault], ['internal']])
})

test.each<[string, string, number, RegExp]>([
  ['an unknown path', '/v2/track?writeKey=wk_x', 404, /^POST \/v2\/track: there is no such route$/],
  ['a path that is no text', '/v1/leads/%zz/follow-ups', 400, /^request: /],
])('%s says so in the same form', async (_name, path, status, problem) => {
  const { post, errors } = await opened()
  const json = { success: false, problems: [expect.stringMatching(problem)] }
  expect(await post(path)).toMatchObject({ status, json })
  expect(errors).toEqual([])
})

test.each([
  ['GET', '/v1/track?writeKey=wk_x', 'POST, OPTIONS', 'GET /v1/track: this path takes POST'],
  ['GET', '/v1/leads/ann', 'DELETE, OPTIONS', 'GET /v1/leads/ann: this path takes DELETE'],
  ['POST', '/livez', 'GET, HEAD, OPTIONS', 'POST /livez: this path takes GET'],
])('%s %s: 405, and the methods that the path has', async (method, path, allow, problem) => {
  const { url } = await opened()
  const answer = await fetch(url + path, { method })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
  expect(await answer.json()).toEqual({ success: false, error: 'not_found', problems: [problem] })
})

test('a request that comes while we leave: 503 as any other, also for a page', async () => {
  const first = Promise.withResolvers<void>()
  const { app, url } = await opened({
    ingest: async () => {
      await first.promise
      return { kind: 'ok', value: { accepted: 1, buried: 0, dropped: 0 } }
    },
  })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answers = ''
  socket.setEncoding('utf8').on('data', text => {
    answers += text
  })
  const closed = once(socket, 'close')
  const request = 'POST /v1/page HTTP/1.1\r\nhost: x\r\norigin: http://localhost:3000\r\n'
  // Its answer is still to come, so that the connection is not idle when we leave.
  socket.write(`${request}expect: 100-continue\r\ncontent-length: 2\r\n\r\n{}`)
  await until(
    () => answers,
    text => text.includes('100 Continue'),
  )
  const left = app.close()
  await until(
    () => app.server.listening,
    listening => !listening,
  )
  socket.write(`${request}content-length: 2\r\n\r\n{}`)
  socket.end()
  // Pipelined answers stand in the order of their requests.
  first.resolve()
  await Promise.all([left, closed])
  const [, , second = ''] = answers.split('HTTP/1.1 ').slice(1)
  const [head = '', body = ''] = second.split('\r\n\r\n')
  expect(head).toMatch(/^503 /)
  expect(head).toMatch(/^retry-after: 5\r?$/m)
  expect(head).toMatch(/^access-control-allow-origin: http:\/\/localhost:3000\r?$/m)
  expect(JSON.parse(body)).toEqual({
    success: false,
    error: 'unavailable',
    problems: ['this server is leaving: send this again later'],
  })
})
