import { healthServer } from './health.ts'
import { logger } from './log.ts'
import { fatalSentence } from './main.ts'
import { Counter, metrics } from './metrics.ts'
import { shutdown } from './shutdown.ts'

function lines() {
  const written: string[] = []
  return { written, log: logger('test', 'info', { write: line => void written.push(line) }) }
}

test('keys never reach the log', () => {
  const { written, log } = lines()
  log.info({ writeKey: 'wk_hush', headers: { authorization: 'hush', 'x-write-key': 'hush' } }, 'x')
  log.info({ req: { headers: { authorization: 'hush' } }, secretKey: 'hush' }, 'y')
  expect(written.join('')).not.toMatch('hush')
  expect(JSON.parse(written[0] as string)).toMatchObject({ level: 'info', name: 'test', msg: 'x' })
})

test('live, ready, metrics; not ready says why', async () => {
  const registry = metrics('test')
  new Counter({ name: 'x_total', help: 'x', registers: [registry] }).inc()
  let reason: string | undefined = 'Kafka is away'
  const server = await healthServer({ port: 0, host: '127.0.0.1', ready: async () => reason, registry })
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`)
    return [answer.status, await answer.text()]
  }
  expect(await get('/livez')).toEqual([200, 'ok\n'])
  expect(await get('/readyz')).toEqual([503, 'Kafka is away\n'])
  reason = undefined
  expect(await get('/readyz?x')).toEqual([200, 'ok\n'])
  expect((await get('/metrics'))[1]).toMatch('x_total{service="test"} 1')
  expect((await get('/'))[0]).toBe(404)
  const second = healthServer({
    port: server.port,
    host: '127.0.0.1',
    ready: async () => undefined,
    registry,
  })
  await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${server.port}`)
  await server.close()
})

test('a readiness check that throws is a reason', async () => {
  const ready = () => Promise.reject(new Error('broken'))
  const server = await healthServer({ port: 0, host: '127.0.0.1', ready, registry: metrics('test') })
  expect((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status).toBe(503)
  await server.close()
})

test('steps run in order, each within its time, the rest all the same; the code says whether all went well', async () => {
  const before = new Set(process.listeners('SIGTERM'))
  const { written, log } = lines()
  const ran: string[] = []
  const codes: number[] = []
  const stop = (steps: Parameters<typeof shutdown>[0]) =>
    shutdown(steps, { log, exit: code => void codes.push(code) }).stop('test')
  await stop([
    { name: 'a', run: () => void ran.push('a') },
    { name: 'b', run: async () => void ran.push('b') },
  ])
  await stop([
    { name: 'stuck', run: () => new Promise(() => {}), within: 5 },
    { name: 'fails', run: () => Promise.reject(new Error('no')) },
    { name: 'c', run: () => void ran.push('c') },
  ])
  expect([ran, codes]).toEqual([
    ['a', 'b', 'c'],
    [0, 1],
  ])
  expect(written.join('')).toMatch(/"step":"stuck".*took over 5 ms/)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener)
})

test('a fatal error is one sentence with its causes', () => {
  const cause = new Error('connect refused', {
    cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }),
  })
  expect(fatalSentence(new Error('cannot reach Kafka', { cause }))).toBe(
    'cannot reach Kafka: connect refused: ECONNREFUSED',
  )
  expect(fatalSentence('text')).toBe('text')
})
