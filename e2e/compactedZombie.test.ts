import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { factsOf } from '@hotlead/model'
import { parsePosition, redisKeys } from '@hotlead/stream'
import {
  CONTROLS,
  Installation,
  launchService,
  mutant,
  type Patch,
  type RunningService,
  until,
} from '@hotlead/testkit'
import { compactHard, UNWATCHED, untilCompacted } from './test/compaction.ts'

/**
 * A scorer that is stopped in the middle of a publish, and wakes after another has taken over and published newer
 * snapshots of the same leads. What it then sends would be the last of each key, and compaction keeps only the last: a
 * rebuild would go back to it. The fence refuses it. Seen here with and without the fence.
 */

/**
 * Of some 900 bytes each: a model change publishes all of a partition's at once, which is more than one request of
 * 800 kB takes. One fetch of events is not.
 */
const LEADS = 3_000
const TRAITS = { about: 'a'.repeat(250), more: 'b'.repeat(250) }
/**
 * A rebuild folds again the minute before its newest snapshot, which would mend what happened within this test's few
 * seconds. With one second only, a stale snapshot stays what it is in any installation that is older than a minute.
 */
const SHORT_OVERLAP: Patch = {
  file: 'packages/stream/src/acquire.ts',
  find: 'const OVERLAP: Millis = 60_000',
  replace: 'const OVERLAP: Millis = 1_000',
}

let hot: Installation
let sources: ReturnType<typeof mutant>
const scorers: RunningService[] = []
afterEach(async () => {
  await Promise.all(scorers.splice(0).map(s => s.kill()))
  await hot?.close()
  sources?.remove()
})

/** Starts a scorer from the patched sources; resolves once it owns what the group gives it. */
async function startScorer(failpoints = ''): Promise<RunningService> {
  const service = await launchService('scorer', { ...hot.env, HOTLEAD_FAILPOINTS: failpoints }, sources.root)
  scorers.push(service)
  await service.ready()
  return service
}

/** One page view of every lead; resolves once all are folded. */
async function view(path: string): Promise<void> {
  for (let i = 0; i < LEADS; i += 100) {
    const batch = Array.from({ length: 100 }, (_, j) => ({
      type: 'page',
      anonymousId: `lead-${i + j}`,
      properties: { path },
      context: { traits: TRAITS },
    }))
    expect(await hot.post('/v1/batch', { batch })).toBe(200)
  }
  await hot.folded()
}

async function publishModel(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-zombie-'))
  const path = join(folder, 'model.yaml')
  const model = readFileSync(join(__dirname, '../models/default.yaml'), 'utf8')
  writeFileSync(path, model.replace('points: -5', 'points: -6'))
  const done = await hot.hotlead('model', 'publish', path)
  rmSync(folder, { recursive: true })
  expect(done).toMatchObject({ code: 0 })
}

const keysOf = (partition: number) => redisKeys(hot.env.HOTLEAD_REDIS_PREFIX as string, 'scorer', partition)

/** How many leads have how many page views, by the scorer's states. */
async function leadsByViews(): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const partition of [0, 1])
    for (const bytes of await hot.redis.hvalsBuffer(keysOf(partition).state)) {
      const { lead } = hot.codecs.scores.decode(bytes)
      const facts = lead && factsOf(lead, 'page-view')
      if (!lead) continue
      const views = (facts?.older ?? 0) + (facts?.buckets ?? []).reduce((sum, b) => sum + b.count, 0)
      counts[views] = (counts[views] ?? 0) + 1
    }
  return counts
}

/** Resolves once the clock of both partitions is `ms` further than now: what happened is out of a rebuild's overlap. */
async function clockMovesBy(ms: number): Promise<void> {
  const clocks = () =>
    Promise.all([0, 1].map(async p => parsePosition(await hot.redis.hgetall(keysOf(p).pos))?.clock ?? 0))
  const target = (await clocks()).map(clock => clock + ms)
  await until(clocks, now => now.every((clock, p) => clock >= (target[p] as number)))
}

/** @returns how many leads have how many views after all of it */
async function zombieWakes(control: readonly Patch[]): Promise<Record<number, number>> {
  sources = mutant([SHORT_OVERLAP, UNWATCHED, ...control])
  hot = await Installation.open({ HOTLEAD_PARTITIONS: '2', HOTLEAD_SESSION_TIMEOUT: '1500' })
  await Promise.all([hot.start('ingestor', sources.root), hot.start('tiering', sources.root)])
  const sleeper = await startScorer('publish.within=pause')
  await view('/one')
  await publishModel()
  await until(
    () => sleeper.log(),
    log => log.includes('failpoint publish.within: pause'),
  )
  await startScorer()
  await view('/two')

  sleeper.signal('SIGCONT')
  // It has sent, or tried to, whatever it had in hand for both partitions.
  await until(
    () => sleeper.log(),
    log => [0, 1].every(p => new RegExp(`"partition":${p}\\b.*partition lost`).test(log)),
  )
  await sleeper.kill()
  await clockMovesBy(2_000)

  const before = await hot.readBytes('scores')
  await compactHard(hot, 'scores')
  await untilCompacted(hot, 'scores', before)
  await hot.redis.unlink(...(await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*}:scorer:*`)))
  await hot.folded()
  return leadsByViews()
}

test('with the fence the newest snapshots are the last, and a rebuild has both views of every lead', async () => {
  expect(await zombieWakes([])).toEqual({ 2: LEADS })
}, 240_000)

test('without the fence the rebuild has lost views: what is seen here can be seen', async () => {
  const found = await zombieWakes(CONTROLS.fence.patches)
  expect(found[1]).toBeGreaterThan(0)
}, 240_000)
