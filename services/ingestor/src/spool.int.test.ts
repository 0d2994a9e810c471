import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testServers, until } from '@hotlead/testkit'
import { type Child, run } from '../test/child.ts'
import { post, type Read, Stage } from '../test/stage.ts'

/** Kafka goes away under an edge with a spool: servers of this file's own, since it kills the broker. */
let own: Awaited<ReturnType<typeof testServers>>
let stage: Stage
let root: string
const children: Child[] = []
beforeAll(async () => {
  own = await testServers()
  stage = await Stage.open(own.kafka, own.registry)
  root = mkdtempSync(join(tmpdir(), 'hotlead-spool-int-'))
}, 240_000)
afterEach(async () => {
  for (const { process } of children.splice(0)) if (process.exitCode === null) process.kill('SIGKILL')
  if (isAway) await startKafka()
}, 120_000)
afterAll(async () => {
  rmSync(root, { recursive: true, force: true })
  await stage?.close()
  await own?.release()
}, 240_000)

/** Started twice it would be two, and the second one's process is none. */
let isAway = false
async function killKafka(): Promise<void> {
  isAway = true
  await own.servers.kafka.kill()
}
async function startKafka(): Promise<void> {
  await own.servers.kafka.start()
  isAway = false
}

async function start(
  spool = root,
  more: Record<string, string> = {},
): Promise<{ url: string; child: Child }> {
  const child = run({
    ...stage.env,
    ...more,
    HOTLEAD_SPOOL: spool,
    HOTLEAD_INGEST_ACK_TIMEOUT: '1000',
    LOG_LEVEL: 'info',
  })
  children.push(child)
  const said: unknown[] = []
  for await (const line of child.lines) {
    if (line.url) return { url: line.url, child }
    said.push(line.msg, line.err)
  }
  throw new Error(`it ended before it listened: ${JSON.stringify(said)}`)
}

interface Acknowledged {
  id: string
  /** ms since 1970 at which its answer was there. */
  at: number
}

/** Visitors that each view one page after the other, the next once the one before is acknowledged; a refused one again. */
function visitors(url: string, name: string, count = 6) {
  const acknowledged: Acknowledged[] = []
  const statuses = new Set<number>()
  let running = true
  async function visitor(v: number): Promise<void> {
    for (let n = 0; running; ) {
      const id = `${name}-${v}-${n}`
      const answer = await post(`${url}/v1/page`, { messageId: id, anonymousId: `${name}-${v}` }).catch(
        () => undefined,
      )
      if (!answer) return
      statuses.add(answer.status)
      if (answer.status !== 200) await new Promise(resolve => setTimeout(resolve, 50))
      else {
        acknowledged.push({ id, at: Date.now() })
        n++
      }
    }
  }
  const all = Promise.all(Array.from({ length: count }, (_, v) => visitor(v)))
  return {
    acknowledged,
    statuses,
    async more(count: number): Promise<void> {
      const before = acknowledged.length
      await until(
        () => acknowledged.length,
        n => n >= before + count,
      )
    },
    async stop() {
      running = false
      await all
    },
  }
}

/** Every acknowledged page is in the log, each visitor's in their order, and received before its answer. */
async function complete(name: string, acknowledged: Acknowledged[]): Promise<Read[]> {
  const log = (await stage.activity()).filter(r => r.activity.event?.anonymousId?.startsWith(`${name}-`))
  const first = new Map<string, Read>()
  for (const r of log) {
    const id = r.activity.event?.id as string
    if (!first.has(id)) first.set(id, r)
  }
  expect(acknowledged.filter(a => !first.has(a.id))).toEqual([])
  for (const { id, at } of acknowledged)
    expect(first.get(id)?.activity.event?.receivedAt).toBeLessThanOrEqual(at)
  const byVisitor = Map.groupBy(first.values(), r => r.activity.event?.anonymousId as string)
  for (const reads of byVisitor.values()) {
    const numbers = reads.map(r => Number(r.activity.event?.id.split('-').at(-1)))
    expect(numbers).toEqual(numbers.map((_, i) => i))
  }
  return log
}

/** Those of processes. */
const foldersIn = (root: string) => readdirSync(root).filter(name => !name.startsWith('.'))

const ready = async (url: string) => (await fetch(`${url}/readyz`)).status
const metric = async (url: string, name: string) =>
  Number(
    new RegExp(`^${name}\\{[^}]*\\} (\\d+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1],
  )

test('Kafka is killed and comes back: nobody is refused, and everything is in the log in order', async () => {
  const { url } = await start()
  const load = visitors(url, 'away')
  await load.more(100)
  await killKafka()
  await load.more(200)
  expect(await ready(url)).toBe(200)
  expect(await metric(url, 'hotlead_ingest_spool_bytes')).toBeGreaterThan(0)
  await startKafka()
  await until(
    () => metric(url, 'hotlead_ingest_spool_bytes'),
    bytes => bytes === 0,
  )
  await load.more(100)
  await load.stop()
  expect([...load.statuses]).toEqual([200])
  const log = await complete('away', load.acknowledged)
  const waited = log.filter(r => Number(r.timestamp) - (r.activity.event?.receivedAt ?? 0) > 1_000)
  expect(waited.length).toBeGreaterThan(50)
}, 240_000)

test('kill -9 of an edge that spools: the next one takes over what it had acknowledged', async () => {
  const { url, child } = await start()
  const load = visitors(url, 'killed')
  await load.more(50)
  await killKafka()
  await load.more(300)
  child.process.kill('SIGKILL')
  await once(child.process, 'exit')
  await load.stop()
  expect(foldersIn(root).length).toBe(1)
  await startKafka()
  const next = await start()
  await until(
    () => metric(next.url, 'hotlead_ingest_replayed_records_total'),
    n => n >= 300,
  )
  await until(
    async () => foldersIn(root).flatMap(name => readdirSync(join(root, name))),
    names => !names.some(n => n.startsWith('taken-')),
  )
  await complete('killed', load.acknowledged)
}, 240_000)

test('an edge that starts while Kafka is away listens; what it takes is in the log in order once Kafka is back', async () => {
  const before = await start()
  before.child.process.kill('SIGKILL')
  await once(before.child.process, 'exit')
  await killKafka()
  const { url } = await start()
  const load = visitors(url, 'began')
  await load.more(100)
  expect(await ready(url)).toBe(200)
  await startKafka()
  await until(
    () => metric(url, 'hotlead_ingest_replayed_records_total'),
    n => n >= 100,
  )
  await until(
    () => metric(url, 'hotlead_ingest_spool_bytes'),
    bytes => bytes === 0,
  )
  await load.more(50)
  await load.stop()
  expect([...load.statuses]).toEqual([200])
  await complete('began', load.acknowledged)
}, 240_000)

test('the same while the registry is away: nothing is in Kafka before it has confirmed the id of the schema', async () => {
  const before = await start()
  before.child.process.kill('SIGKILL')
  await once(before.child.process, 'exit')
  const port = await freePort()
  const { url } = await start(root, { HOTLEAD_REGISTRY: `http://127.0.0.1:${port}/apis/ccompat/v7` })
  const load = visitors(url, 'unread')
  await load.more(100)
  expect(await metric(url, 'hotlead_ingest_replayed_records_total')).toBe(0)
  const relay = await relayTo(new URL(own.registry), port)
  await until(
    () => metric(url, 'hotlead_ingest_spool_bytes'),
    bytes => bytes === 0,
  )
  await load.more(50)
  await load.stop()
  relay.close()
  expect([...load.statuses]).toEqual([200])
  await complete('unread', load.acknowledged)
}, 240_000)

test('without an id that was kept, an edge that starts while the registry is away ends with a sentence', async () => {
  const fresh = mkdtempSync(join(tmpdir(), 'hotlead-spool-fresh-'))
  const away = { HOTLEAD_REGISTRY: 'http://127.0.0.1:1/apis/ccompat/v7' }
  await expect(start(fresh, away)).rejects.toThrow('the schema registry at 127.0.0.1:1 cannot be used')
  rmSync(fresh, { recursive: true, force: true })
}, 120_000)

test('what is found to be wrong only then ends the edge, and what it took stays in the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-spool-wrong-'))
  const before = await start(folder)
  before.child.process.kill('SIGTERM')
  await once(before.child.process, 'exit')
  await killKafka()
  const { url, child } = await start(folder, { HOTLEAD_PARTITIONS: '5' })
  expect((await post(`${url}/v1/page`, { messageId: 'wrong', anonymousId: 'wrong' })).status).toBe(200)
  const ended = once(child.process, 'exit')
  await startKafka()
  expect(await ended).toEqual([1, null])
  const next = await start(folder)
  await until(
    () => metric(next.url, 'hotlead_ingest_replayed_records_total'),
    n => n === 1,
  )
  expect(await stage.events('wrong')).toHaveLength(1)
  rmSync(folder, { recursive: true, force: true })
}, 240_000)

/** A port that nobody listens on, for now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Takes connections at a port from now on, and leads them to a server. */
async function relayTo(target: URL, port: number): Promise<Server> {
  const server = createServer(socket => {
    const to = connect(Number(target.port), target.hostname)
    socket.on('error', () => to.destroy()).pipe(to)
    to.on('error', () => socket.destroy()).pipe(socket)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** A disk of 256 KB, where this machine lets us mount one. */
const disk = mkdtempSync(join(tmpdir(), 'hotlead-small-disk-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status === 0
if (!mounted) console.log('no full disk is tried: this machine lets nobody mount one')
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})
;(mounted ? test : test.skip)(
  'a full disk: 503 with Retry-After and not ready, and nothing acknowledged is lost',
  async () => {
    const { url } = await start(disk)
    const load = visitors(url, 'full')
    await load.more(50)
    await killKafka()
    await until(
      () => ready(url),
      status => status === 503,
    )
    const answer = await until(
      () => post(`${url}/v1/page`, { anonymousId: 'late' }),
      a => a.status === 503,
    )
    expect([answer.json.error, answer.headers.get('retry-after')]).toEqual([
      'overloaded',
      expect.stringMatching(/^[1-9]/),
    ])
    await startKafka()
    await until(
      () => metric(url, 'hotlead_ingest_spool_bytes'),
      bytes => bytes === 0,
    )
    await load.more(50)
    await load.stop()
    expect([...load.statuses].sort()).toEqual([200, 503])
    await complete('full', load.acknowledged)
  },
  240_000,
)

/** A disk that can be frozen, where this machine lets us mount one: a write to it returns once it is thawed. */
const hanging = mkdtempSync(join(tmpdir(), 'hotlead-hanging-disk-'))
const image = `${hanging}.ext4`
const sh = (command: string) => spawnSync('sh', ['-c', command]).status === 0
const freezes = sh(
  `truncate -s 64M ${image} && mkfs.ext4 -q ${image} && mount -o loop ${image} ${hanging} && fsfreeze -f ${hanging} && fsfreeze -u ${hanging}`,
)
if (!freezes) console.log('no disk that hangs is tried: this machine lets nobody mount or freeze one')
afterAll(() => {
  if (freezes) sh(`fsfreeze -u ${hanging}; umount -l ${hanging}`)
  rmSync(image, { force: true })
  rmSync(hanging, { recursive: true, force: true })
})
;(freezes ? test : test.skip)(
  'a disk that hangs: 503 with Retry-After before a client gives up, not ready, and by itself again once it answers',
  async () => {
    const { url } = await start(hanging)
    const load = visitors(url, 'hangs')
    await load.more(50)
    await killKafka()
    await load.more(50)
    sh(`fsfreeze -f ${hanging}`)
    try {
      const before = Date.now()
      const answer = await post(`${url}/v1/page`, { anonymousId: 'late' })
      expect(Date.now() - before).toBeLessThan(9_000)
      expect([answer.status, answer.json.error, answer.headers.get('retry-after')]).toEqual([
        503,
        'unavailable',
        expect.stringMatching(/^[1-9]/),
      ])
      const readyz = await fetch(`${url}/readyz`)
      expect([readyz.status, await readyz.text()]).toEqual([503, expect.stringContaining('has not answered')])
    } finally {
      sh(`fsfreeze -u ${hanging}`)
    }
    await until(
      () => ready(url),
      status => status === 200,
    )
    await load.more(50)
    await startKafka()
    await until(
      () => metric(url, 'hotlead_ingest_spool_bytes'),
      bytes => bytes === 0,
    )
    await load.stop()
    expect([...load.statuses].sort()).toEqual([200, 503])
    await complete('hangs', load.acknowledged)
  },
  240_000,
)
