import { randomUUID } from 'node:crypto'
import { mailKey, signToken } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { testServers, until } from '@hotlead/testkit'
import { post, Stage } from '../test/stage.ts'

/**
 * Kafka goes away under a running edge and comes back. Nothing is answered 2xx that is not in the log, memory stays
 * within its bound, and nobody has to restart anything. Servers of this file's own, since it stops the broker.
 */
let own: Awaited<ReturnType<typeof testServers>>
let stage: Stage
beforeAll(async () => {
  own = await testServers()
  stage = await Stage.open(own.kafka, own.registry)
}, 240_000)
afterAll(async () => {
  await stage?.close()
  await own?.release()
}, 240_000)

const QUEUE = 1_048_576
const ACK_TIMEOUT = 4_000

describe.each([
  ['stopped', () => own.servers.kafka.stop()],
  ['killed', () => own.servers.kafka.kill()],
])('Kafka %s', (_how, takeAway) => {
  test('503 with Retry-After and not ready, but live; back again: 200 and nothing lost', async () => {
    const { url } = await stage.start({
      HOTLEAD_INGEST_ACK_TIMEOUT: String(ACK_TIMEOUT),
      HOTLEAD_INGEST_QUEUE_BYTES: String(QUEUE),
    })
    const load = clients(url, 8)
    await until(
      () => load.acknowledged.length,
      n => n >= 200,
    )

    await takeAway()
    // Four times what the queue may hold: what fits waits until its ack is late, the rest is refused at once.
    const answers = await Promise.all(
      Array.from({ length: 160 }, () =>
        post(`${url}/v1/page`, { ...page(randomUUID()), properties: FILLER }),
      ),
    )
    expect(new Set(answers.map(a => a.status))).toEqual(new Set([503]))
    expect(new Set(answers.map(a => a.json.error))).toEqual(new Set(['overloaded', 'unavailable']))
    for (const { headers } of answers) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(load.highestQueue()).toBeGreaterThan(QUEUE / 2)
    expect(load.highestQueue()).toBeLessThanOrEqual(QUEUE)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    // A mail's reader cannot try again, so it is answered whatever happens.
    for (const path of [`o/${OPEN}.gif`, `c/${CLICK}`])
      expect((await fetch(`${url}/e/${path}`, { redirect: 'manual' })).status).toBe(
        path.startsWith('o') ? 200 : 302,
      )
    const metrics = await (await fetch(`${url}/metrics`)).text()
    for (const kind of ['open', 'click'])
      expect(metrics).toContain(`mail_loads_total{kind="${kind}",fate="unacknowledged",service="ingestor"} 1`)
    // Away for longer than an ack may take: told at once.
    const asked = performance.now()
    expect((await post(`${url}/v1/page`, page(randomUUID()))).json.error).toBe('unavailable')
    expect(performance.now() - asked).toBeLessThan(ACK_TIMEOUT / 2)
    // Whoever loads an image can be told nothing.
    const image = await fetch(`${url}/pixel/v1/page?writeKey=wk_demo&userId=u`)
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/gif'])

    await own.servers.kafka.start()
    const before = load.acknowledged.length
    await until(
      () => load.acknowledged.length,
      n => n >= before + 200,
    )
    await until(
      () => fetch(`${url}/readyz`),
      r => r.status === 200,
    )
    await load.stop()
    expect([...load.statuses].sort()).toEqual([200, 503])
    const log = new Set((await stage.activity()).map(r => r.activity.event?.id))
    expect(load.acknowledged.filter(id => !log.has(id))).toEqual([])
  }, 240_000)
})

const mail = { workspace: 'demo', lead: leadSubject(DEMO_SECRET, { email: 'ann@example.com' }), message: 'm' }
const key = mailKey({ id: '0', secret: DEMO_SECRET }, 'demo')
const OPEN = signToken({ ...mail, click: undefined }, key)
const CLICK = signToken({ ...mail, click: { link: 'x', target: 'https://www.example.com/' } }, key)

const page = (messageId: string) => ({ messageId, anonymousId: `a-${messageId}` })

/** Thirty texts of 800 characters: about 25 KB, below the limit of one event. */
const FILLER = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p${i}`, 'x'.repeat(800)]))

/** Clients that send one page view after the other until told to stop, and one that watches the queue. */
function clients(url: string, count: number) {
  const acknowledged: string[] = []
  const statuses = new Set<number>()
  let highest = 0
  let running = true
  async function client(): Promise<void> {
    while (running) {
      const id = randomUUID()
      const { status } = await post(`${url}/v1/page`, page(id))
      statuses.add(status)
      if (status === 200) acknowledged.push(id)
      // A refused client waits a little, as any SDK does.
      else await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  async function watch(): Promise<void> {
    while (running) {
      const metrics = await (await fetch(`${url}/metrics`)).text()
      const bytes = Number(/^hotlead_ingest_queue_bytes\{service="ingestor"\} (\d+)$/m.exec(metrics)?.[1])
      highest = Math.max(highest, bytes)
    }
  }
  const all = Promise.all([...Array.from({ length: count }, client), watch()])
  return {
    acknowledged,
    statuses,
    highestQueue: () => highest,
    async stop() {
      running = false
      await all
    },
  }
}
