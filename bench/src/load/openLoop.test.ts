import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ingestTraffic } from '../traffic/beacons.ts'
import type { LoadOrder, LoadResult } from './messages.ts'
import { OpenLoop } from './openLoop.ts'

/** A real server that answers each request after `ms`, every second one by `status`. */
async function serve(ms: number, status: number, run: (port: number) => Promise<void>): Promise<string[]> {
  const bodies: string[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += chunk))
    request.on('end', () => {
      bodies.push(body)
      response.statusCode = bodies.length % 2 === 0 ? status : 200
      setTimeout(() => response.setHeader('content-length', 2).end('ok'), ms)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    await run((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  return bodies
}

async function load(port: number, more: Partial<LoadOrder>): Promise<LoadResult> {
  const order: LoadOrder = {
    host: '127.0.0.1',
    port,
    connections: 4,
    rate: 200,
    warmup: 0,
    seconds: 0.5,
    run: 'test',
    visitors: 10,
    traffic: { kind: 'ingest', batch: 1 },
    ...more,
  }
  const batch = order.traffic.kind === 'ingest' ? order.traffic.batch : 1
  return new OpenLoop(order, ingestTraffic('test', batch, 10), () => {}).run()
}

test('every request is sent, whole, under an id of its own; events are counted, not requests', async () => {
  const bodies = await serve(0, 200, async port => {
    const result = await load(port, { traffic: { kind: 'ingest', batch: 3 } })
    expect(result).toMatchObject({ due: 300, refused: 0, unanswered: 0 })
    expect(result.ack.count).toBe(100)
  })
  const ids = bodies.flatMap(b =>
    (JSON.parse(b) as { batch: { messageId: string }[] }).batch.map(e => e.messageId),
  )
  expect(new Set(ids).size).toBe(300)
})

test('all connections are used in turn: an ingestor closes one that has asked for nothing', async () => {
  const asked = new Set<number | undefined>()
  const server = createServer((request, response) => {
    asked.add(request.socket.remotePort)
    request.resume().on('end', () => response.end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  await load((server.address() as AddressInfo).port, {})
  server.close()
  expect(asked.size).toBe(4)
})

test('what is not answered 200 is not acknowledged', async () => {
  await serve(0, 503, async port => {
    expect(await load(port, {})).toMatchObject({ due: 100, refused: 50 })
  })
})

test('times count from when a request was due: a server for 50/s under 200/s cannot look well', async () => {
  await serve(20, 200, async port => {
    // One request at a time takes 20 ms each; seen from its schedule the last one is 1.5 s late.
    const { ack, acked, due } = await load(port, { connections: 1 })
    expect(due).toBe(100)
    expect(acked).toBeLessThan(60)
    expect(ack.p50).toBeGreaterThan(500)
    expect(ack.max).toBeGreaterThan(1_300)
  })
})

test('seconds of warm-up do not count', async () => {
  await serve(0, 200, async port => {
    expect(await load(port, { warmup: 0.25, seconds: 0.25 })).toMatchObject({ due: 50, ack: { count: 50 } })
  })
})
