import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { POINTS, type Point } from '@hotlead/failpoints'
import { factsOf } from '@hotlead/model'
import { hotlead, Installation, type RunningService, type ServiceName, until } from '@hotlead/testkit'
import { RetryingFeed } from './test/retryingFeed.ts'

/**
 * Every step boundary once, on real servers and under load: the step fails, is tried again, and then the process is
 * killed there; the next process, which dies at the next boundary, takes over. At the end every event must count once
 * and every transition be out once.
 */

type Case = ServiceCase | CommandCase

interface ServiceCase {
  service: ServiceName
  /** Dies at the first pass: the step is not passed a second time in one life. */
  once?: true
  /** Brings about what must be there before the step can be reached. */
  arrange?: () => Promise<void>
  /** With the process already running. */
  meanwhile?: () => Promise<void>
  more?: string
}

/** A step of a command: whoever runs it again takes over. */
interface CommandCase {
  service?: undefined
  once?: undefined
  /** @param env what makes it fail */
  command(env: Record<string, string>): ReturnType<typeof hotlead>
  arrange(): Promise<void>
}

const scorer: ServiceCase = { service: 'scorer' }
const tiering: ServiceCase = { service: 'tiering' }
const ingestor: ServiceCase = { service: 'ingestor' }
/** What an earlier victim left in the spool is sent first, and its refusal turns nothing: several sends fail. */
const spooling: ServiceCase = {
  service: 'ingestor',
  more: Array.from({ length: 10 }, (_, i) => `ingest.sending=error@${i + 1};`).join(''),
}
const rebuilt: ServiceCase = { service: 'scorer', arrange: losesRedis }
const renewed: ServiceCase = { service: 'scorer', meanwhile: publishModel }
const silent: ServiceCase = { service: 'scorer', arrange: async () => feed.pause() }
const retried: CommandCase = {
  arrange: bury,
  command: env =>
    hotlead({ ...hot.env, ...env }, ['dlq', 'retry', '--reason', 'too_old', '--backdate', '--yes']),
}
const leavesTail: ServiceCase = {
  service: 'tiering',
  once: true,
  arrange: () => dies('tiering', 'publish.changelog=kill', 'publish.changelog'),
}

/** A point that is missing here does not compile. */
const CASES: Record<Point, Case> = {
  'acquire.begin': scorer,
  'acquire.claimed': scorer,
  'fence.initialised': scorer,
  'fence.aborted': scorer,
  'acquire.fenced': tiering,
  'acquire.ended': tiering,
  'acquire.positioned': tiering,
  'adopt.projected': leavesTail,
  'adopt.written': leavesTail,
  'rebuild.wiped': rebuilt,
  'rebuild.adopted': rebuilt,
  'rebuild.positioned': { ...rebuilt, once: true },
  'acquire.done': scorer,
  'cycle.fetched': scorer,
  'cycle.loaded': scorer,
  'cycle.folded': scorer,
  'publish.elsewhere': scorer,
  'publish.changelog': tiering,
  // What was sent of the first try is adopted, and the rest may fit into one request.
  'publish.within': { ...renewed, once: true },
  'publish.done': tiering,
  'publish.dead': { service: 'scorer', meanwhile: poison },
  'commit.before': tiering,
  'commit.after': scorer,
  'tick.before': silent,
  'tick.after': silent,
  'renew.begin': renewed,
  'renew.published': renewed,
  'renew.written': renewed,
  'renew.marked': renewed,
  'offsets.before': scorer,
  'offsets.after': scorer,
  'ingest.parsed': ingestor,
  'ingest.sending': ingestor,
  'ingest.sent': ingestor,
  'ingest.failed': { service: 'ingestor', more: 'ingest.sending=error;' },
  // Spooling ends with the first refusal of the disk, so these are passed once.
  'spool.written': { ...spooling, once: true },
  'spool.synced': { ...spooling, once: true },
  'spool.sent': spooling,
  'ingest.answering': ingestor,
  'retry.begun': retried,
  'retry.linked': retried,
  'retry.sent': retried,
}

/**
 * Leads that a model change publishes again, with traits that make each some 700 bytes: the 1,500 of a partition go out in
 * one publish, and it takes two requests of 800 kB.
 */
const LEADS = 3_000
const TRAITS = { about: 'a'.repeat(250), more: 'b'.repeat(250) }
const MODEL = readFileSync(join(__dirname, '../models/default.yaml'), 'utf8')

/** ms within which a process must come to its point. */
const REACHED_WITHIN = 40_000

let hot: Installation
let feed: RetryingFeed
let folder: string
let models = 0
let poisoned = 0
let late = 0
const alive = new Map<ServiceName, RunningService>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hotlead-failpoints-'))
  hot = await Installation.open({
    HOTLEAD_PARTITIONS: '2',
    HOTLEAD_SESSION_TIMEOUT: '1500',
    HOTLEAD_SPOOL: join(folder, 'spool'),
  })
  for (const name of ['ingestor', 'scorer', 'tiering'] as const) alive.set(name, await hot.start(name))
  for (let i = 0; i < LEADS; i += 100) {
    const batch = Array.from({ length: 100 }, (_, j) => ({
      type: 'page',
      anonymousId: `lead-${i + j}`,
      context: { traits: TRAITS },
    }))
    expect(await hot.post('/v1/batch', { batch })).toBe(200)
  }
  await hot.folded()
  feed = new RetryingFeed(hot)
}, 240_000)
afterAll(async () => {
  await feed?.stop()
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the service until it dies at the point. */
async function dies(
  name: ServiceName,
  failpoints: string,
  point: Point,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  // Tiering has something to do only while a scorer lives.
  if (name === 'tiering' && !alive.has('scorer')) alive.set('scorer', await hot.start('scorer'))
  await alive.get(name)?.stop()
  alive.delete(name)
  const victim = await hot.launch(name, { HOTLEAD_FAILPOINTS: failpoints })
  if (meanwhile) {
    // What the one before it left undone may be enough to kill it at its start.
    await victim.ready().catch(() => victim.exited)
    await meanwhile()
  }
  // A victim that lives on would hold its partitions, and fail the cases after this one too.
  const tooLate = setTimeout(() => victim.signal('SIGTERM'), REACHED_WITHIN)
  expect([await victim.exited, victim.log()]).toEqual([
    'SIGKILL',
    expect.stringContaining(`failpoint ${point}: kill`),
  ])
  clearTimeout(tooLate)
}

async function losesRedis(): Promise<void> {
  await alive.get('scorer')?.stop()
  alive.delete('scorer')
  await hot.redis.unlink(...(await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*}:scorer:*`)))
}

async function publishModel(): Promise<void> {
  const path = join(folder, 'model.yaml')
  writeFileSync(path, MODEL.replace('points: -5', `points: -${++models + 5}`))
  expect(await hot.hotlead('model', 'publish', path)).toMatchObject({ code: 0 })
}

async function poison(): Promise<void> {
  poisoned++
  await hot.produce('activity', { key: `demo/v:steady-${poisoned}`, value: Buffer.from('poison') })
}

/** An event of a visitor and its lead that is too old for its key: a dead letter, until somebody answers for its time. */
async function bury(): Promise<void> {
  const anonymousId = `late-${++late}`
  const traits = { email: `${anonymousId}@example.com` }
  const page = {
    type: 'page',
    anonymousId,
    messageId: anonymousId,
    timestamp: '2026-01-01',
    context: { traits },
  }
  expect(await hot.post('/v1/batch', { batch: [page] }, 'wk_demo')).toBe(200)
  // A 200 may mean that it is in the spool, on its way.
  await until(
    () => hot.readBytes('dead-letter'),
    letters => letters.some(l => l.key === `demo/v:${anonymousId}`),
  )
}

async function failsAt(point: Point, { command, arrange }: CommandCase): Promise<void> {
  await arrange()
  const failed = await command({ HOTLEAD_FAILPOINTS: `${point}=error` })
  expect([failed.code, failed.err]).toEqual([1, expect.stringContaining(`failpoint ${point}`)])
  // What the one before has done is not done again, so that this one may come to the point needs another letter.
  await arrange()
  const killed = await command({ HOTLEAD_FAILPOINTS: `${point}=kill` })
  expect([killed.code, killed.err]).toEqual([null, expect.stringContaining(`failpoint ${point}: kill`)])
  expect(await command({})).toMatchObject({ code: 0 })
}

test.each(Object.keys(POINTS) as Point[])(
  '%s',
  async point => {
    const step = CASES[point]
    if (step.service === undefined) return failsAt(point, step)
    const { service, once, arrange, meanwhile, more = '' } = step
    await arrange?.()
    const failpoints = once ? `${point}=kill` : `${point}=error;${point}=kill@2`
    await dies(service, more + failpoints, point, meanwhile)
    feed.resume()
    if (service === 'ingestor') alive.set('ingestor', await hot.start('ingestor'))
  },
  60_000,
)

test('after all of it every event counts once, and every transition is out once', async () => {
  for (const name of ['ingestor', 'scorer', 'tiering'] as const)
    if (!alive.has(name)) alive.set(name, await hot.start(name))
  await feed.stop()
  await hot.folded()
  const views = new Map<string, number>()
  for (const { key, decoded } of await hot.read('scores')) {
    const facts = decoded.lead && factsOf(decoded.lead, 'page-view')
    if (decoded.lead)
      views.set(key, facts ? facts.older + facts.buckets.reduce((sum, b) => sum + b.count, 0) : 0)
  }
  expect([...views.values()].reduce((a, b) => a + b, 0)).toBe(feed.views + LEADS + late)
  const moves = await hot.read('tiers')
  for (const list of Map.groupBy(moves, r => r.key).values()) {
    expect(list.map(r => r.decoded.number)).toEqual(list.map((_, i) => i + 1))
    list.forEach((r, i) => {
      expect(r.decoded.from).toBe(i === 0 ? 'COLD' : list[i - 1]?.decoded.to)
    })
  }
  const announced = moves.filter(r => r.decoded.announce).map(r => `${r.key}#${r.decoded.number}`)
  expect(announced.length).toBeGreaterThan(100)
  expect((await hot.read('hot-leads')).map(r => String(r.headers?.ce_id)).sort()).toEqual(announced.sort())
  const dead = await hot.readBytes('dead-letter')
  expect(dead.length).toBeGreaterThanOrEqual(poisoned)
}, 240_000)
