import { logger, metrics } from '@hotlead/service'
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
    ingest: async () => ({ kind: 'ok', value: { accepted: 1, buried: 0 } }),
    followUp: async () => ({ kind: 'ok', value: { id: 'f', subject: 'v:a' } }),
    outcome: async () => ({ kind: 'ok', value: { id: 'o', subject: 'v:a' } }),
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
  return { post, errors, refused }
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
