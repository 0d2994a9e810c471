import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type Child, run as runChild } from '../test/child.ts'
import { post, Stage } from '../test/stage.ts'

/** The ingestor as a process of its own, as `npm start` runs it. */

let stage: Stage
let child: ChildProcess | undefined
beforeAll(async () => {
  stage = await Stage.open()
}, 240_000)
afterEach(() => {
  child?.kill('SIGKILL')
})
afterAll(() => stage.close())

function run(env: Record<string, string>): Child {
  const started = runChild(env)
  child = started.process
  return started
}

test('SIGTERM under load: everything answered 200 is in the log, and the process ends with 0', async () => {
  const { process: ingestor, lines } = run({ ...stage.env, LOG_LEVEL: 'info' })
  let url = ''
  const said: string[] = []
  for await (const line of lines) {
    said.push(line.msg as string)
    if (line.url) url = line.url
    if (url && said.some(s => s.includes('wk_demo'))) break
  }
  expect(said.join('\n')).toMatch(/write key wk_demo, secret key sk_demo/)

  const acknowledged: string[] = []
  let sent = 0
  const exited = once(ingestor, 'exit') as Promise<[number]>
  async function client(): Promise<void> {
    for (;;) {
      const messageId = randomUUID()
      try {
        const { status } = await post(`${url}/v1/page`, { messageId, anonymousId: messageId })
        if (status === 200) acknowledged.push(messageId)
        if (++sent === 500) ingestor.kill('SIGTERM')
      } catch {
        return
      }
    }
  }
  await Promise.all(Array.from({ length: 20 }, client))
  const [code] = await exited
  expect(code).toBe(0)
  expect(acknowledged.length).toBeGreaterThan(400)
  const log = new Set((await stage.activity()).map(r => r.activity.event?.id))
  expect(acknowledged.filter(id => !log.has(id))).toEqual([])
})

test('a connection that goes idle while we leave does not hold us: its request is answered, then it is closed', async () => {
  const ingestor = await stage.start()
  const { hostname, port } = new URL(ingestor.url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.setEncoding('utf8').on('data', text => {
    answer += text
  })
  const closed = once(socket, 'close')
  const body = JSON.stringify({ anonymousId: 'idle', messageId: 'idle-1' })
  socket.write(
    `POST /v1/page HTTP/1.1\r\nhost: x\r\nx-write-key: wk_demo\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  // The interim answer says that the request has reached the server; its body comes once the server is closing.
  await once(socket, 'data')
  const stopped = ingestor.stopAccepting()
  socket.write(body)
  await Promise.all([stopped, closed])
  await ingestor.flush()
  expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/)
  expect(await stage.events('idle-1')).toHaveLength(1)
})

test.each<[string, Record<string, string>, RegExp]>([
  [
    'production without keys',
    { NODE_ENV: 'production', HOTLEAD_SECRET: 'x'.repeat(32) },
    /HOTLEAD_SOURCES is not set/,
  ],
  [
    'demo keys beyond loopback',
    { HOTLEAD_HOST: '0.0.0.0' },
    /HOTLEAD_HOST is "0.0.0.0", which others can reach/,
  ],
  ['a wrong port', { HOTLEAD_INGESTOR_PORT: 'x' }, /HOTLEAD_INGESTOR_PORT is "x" and must be a whole number/],
])('%s: exit code 78 and a sentence', async (_name, env, sentence) => {
  const { process: ingestor, lines } = run({ ...stage.env, LOG_LEVEL: 'info', ...env })
  const exited = once(ingestor, 'exit') as Promise<[number]>
  const said: string[] = []
  for await (const line of lines) said.push(line.msg as string)
  expect((await exited)[0]).toBe(78)
  expect(said.join('\n')).toMatch(sentence)
})
