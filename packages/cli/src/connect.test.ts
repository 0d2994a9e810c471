import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { ConfigError } from '@hotlead/service'
import { readConfig } from './config.ts'
import { connectKafka, connectRedis } from './connect.ts'
import { postToEdge } from './edge.ts'
import { EXIT } from './exit.ts'
import { openCodec } from './registry.ts'

/** Answers everything like a web server that knows none of our paths, until it is asked for a path below /registry. */
const server = createServer((request, response) => {
  if (request.url?.startsWith('/registry')) {
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end('{"error_code":40401,"message":"No such subject"}')
  } else if (request.url?.startsWith('/shop')) response.end('<h1>Welcome</h1>')
  else response.writeHead(404).end('not found')
})
let address: string
/** Nobody listens there. */
const NOBODY = '127.0.0.1:1'

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test.each([
  ['HOTLEAD_KAFKA', NOBODY, connectKafka],
  ['HOTLEAD_REDIS', `redis://${NOBODY}`, connectRedis],
  ['HOTLEAD_REGISTRY', `http://${NOBODY}`, (c: ReturnType<typeof readConfig>) => openCodec(c, 'scores')],
  ['HOTLEAD_URL', `http://${NOBODY}`, (c: ReturnType<typeof readConfig>) => postToEdge(c, '/v1/batch', {})],
])('where nobody answers, %s is named if it was set', async (name, value, connect) => {
  await expect(connect(readConfig({ [name]: value }))).rejects.toMatchObject({
    exitCode: EXIT.unavailable,
    message: expect.stringContaining(`at ${NOBODY} does not answer`),
    next: expect.stringContaining(name),
  })
})

test('on this machine’s own ports the way out is to start it', async () => {
  await expect(postToEdge(readConfig({ HOTLEAD_INGESTOR_PORT: '1' }), '/v1/batch', {})).rejects.toMatchObject(
    {
      next: expect.stringContaining('npm start'),
    },
  )
})

test('what answers for Redis and is none is called so', async () => {
  await expect(connectRedis(readConfig({ HOTLEAD_REDIS: `redis://${address}` }))).rejects.toMatchObject({
    message: `What answers at ${address} is no Redis (it does not speak its protocol).`,
    next: expect.stringContaining('HOTLEAD_REDIS'),
  })
})

test('what answers for Kafka and is none is called so', async () => {
  await expect(connectKafka(readConfig({ HOTLEAD_KAFKA: address }))).rejects.toMatchObject({
    message: `What answers at ${address} is no Kafka (it does not speak its protocol).`,
    next: expect.stringContaining('HOTLEAD_KAFKA'),
  })
})

test('one broker that answers is enough, and nobody waits for one that hangs', async () => {
  const hanging = createTcpServer(() => {})
  const broker = createTcpServer(socket =>
    socket.once('data', asked =>
      socket.write(Buffer.concat([Buffer.from([0, 0, 0, 4]), asked.subarray(8, 12)])),
    ),
  )
  const places = await Promise.all(
    [hanging, broker].map(async one => {
      await new Promise<void>(resolve => one.listen(0, '127.0.0.1', resolve))
      one.unref()
      return `127.0.0.1:${(one.address() as AddressInfo).port}`
    }),
  )
  const since = performance.now()
  await connectKafka(readConfig({ HOTLEAD_KAFKA: [NOBODY, ...places].join(',') }))
  expect(performance.now() - since).toBeLessThan(2_000)
  hanging.close()
  broker.close()
})

test.each(['', '/shop'])('what answers for the registry and is none is called so (path %j)', async path => {
  const config = readConfig({ HOTLEAD_REGISTRY: `http://${address}${path}` })
  await expect(openCodec(config, 'scores')).rejects.toMatchObject({
    message: expect.stringContaining('is no schema registry'),
    next: expect.stringContaining('HOTLEAD_REGISTRY'),
  })
})

test('a registry that lacks our schema is to be set up', async () => {
  const config = readConfig({ HOTLEAD_REGISTRY: `http://${address}/registry` })
  await expect(openCodec(config, 'scores')).rejects.toMatchObject({
    next: expect.stringContaining('hotlead setup'),
  })
})

test.each(['localhost:8088', 'ftp://example.com', 'edge', 'http://me:word@example.com'])(
  'HOTLEAD_URL may not be %s, nor is it shown',
  url => {
    expect(() => readConfig({ HOTLEAD_URL: url })).toThrow(ConfigError)
    expect(() => readConfig({ HOTLEAD_URL: url })).toThrow(/must be a URL that starts with http/)
    expect(() => readConfig({ HOTLEAD_URL: url })).not.toThrow('word@')
  },
)
