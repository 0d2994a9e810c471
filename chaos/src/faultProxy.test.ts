import { connect, createServer, type Socket } from 'node:net'
import { until } from '@hotlead/testkit'
import { FaultProxy } from './faultProxy.ts'

/** Answers each byte with the same byte. */
const echo = createServer({ allowHalfOpen: true }, socket => {
  socket.on('error', () => {})
  socket.pipe(socket)
})
let proxy: FaultProxy
const clients = new Set<Socket>()

beforeAll(async () => {
  await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve))
  proxy = await FaultProxy.open((echo.address() as { port: number }).port)
})
afterEach(() => proxy.heal())
afterAll(async () => {
  for (const client of clients) client.destroy()
  await proxy.close()
  await new Promise(resolve => echo.close(resolve))
})

async function client() {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  clients.add(socket)
  let received = ''
  let wake = () => {}
  socket.on('data', chunk => {
    received += chunk
    wake()
  })
  const ended = new Promise<string>(resolve => {
    socket.on('error', error => resolve((error as NodeJS.ErrnoException).code as string))
    socket.on('close', () => resolve('closed'))
  })
  // One that is refused never connects.
  await Promise.race([new Promise(resolve => socket.once('connect', resolve)), ended])
  return {
    socket,
    ended,
    received: () => received,
    async has(text: string) {
      while (received !== text) await new Promise<void>(resolve => (wake = resolve))
    },
  }
}

test('passes on what is said, and the end of it', async () => {
  const c = await client()
  c.socket.end('hello')
  await c.has('hello')
  expect(await c.ended).toBe('closed')
})

test('carries more than its buffers hold, in order', async () => {
  const c = await client()
  const all = Array.from({ length: 400_000 }, (_, i) => `${i},`).join('')
  c.socket.write(all)
  await c.has(all)
})

test('cuts what stands, and takes new connections at once', async () => {
  const c = await client()
  c.socket.write('a')
  await c.has('a')
  expect(proxy.cut()).toBeGreaterThan(0)
  expect(['ECONNRESET', 'closed']).toContain(await c.ended)
  const next = await client()
  next.socket.write('b')
  await next.has('b')
})

test('refuses new connections while it is told to, and leaves those that stand', async () => {
  const standing = await client()
  proxy.refuse(true)
  expect(['ECONNRESET', 'closed']).toContain(await (await client()).ended)
  standing.socket.write('a')
  await standing.has('a')
  proxy.heal()
  const next = await client()
  next.socket.write('b')
  await next.has('b')
})

test('delays every chunk and keeps their order, also while the delay falls', async () => {
  const c = await client()
  proxy.slow({ up: 400, down: 40 })
  const begun = performance.now()
  c.socket.write('1')
  await until(
    () => proxy.waiting('up'),
    bytes => bytes === 1,
  )
  proxy.slow({ up: 0, down: 40 })
  c.socket.write('2')
  await c.has('12')
  expect(performance.now() - begun).toBeGreaterThan(435)
})

test('holds answers back while commands pass: cut then, a client never learns what was done', async () => {
  const c = await client()
  c.socket.write('a')
  await c.has('a')
  proxy.hold({ up: false, down: true })
  c.socket.write('b')
  // The echo was there: the command arrived, and its answer is held.
  await until(
    () => proxy.waiting('down'),
    bytes => bytes === 1,
  )
  expect(c.received()).toBe('a')
  proxy.heal()
  await c.has('ab')
})
