import { Installation, mutant } from '@hotlead/testkit'
import { compactHard, UNWATCHED, untilCompacted } from './test/compaction.ts'
import { expectExact, feed, LEADS } from './test/steadyFeed.ts'

/** Redis emptied under load once the topics that it is rebuilt from hold only the last record of each key. */

let hot: Installation
let sources: ReturnType<typeof mutant>
beforeAll(() => {
  sources = mutant([UNWATCHED])
})
afterAll(() => sources.remove())
beforeEach(async () => {
  hot = await Installation.open()
  await Promise.all((['ingestor', 'scorer', 'tiering'] as const).map(name => hot.start(name, sources.root)))
})
afterEach(() => hot.close())

async function emptyRedis(): Promise<void> {
  await hot.redis.unlink(...(await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*`)))
}

test('scores compacted, then Redis emptied under load, twice: the same sums, and nobody is told twice', async () => {
  await feed(hot, async round => {
    if (round !== 27 && round !== 50) return
    const before = await hot.readBytes('scores')
    await compactHard(hot, 'scores')
    await untilCompacted(hot, 'scores', before)
    await emptyRedis()
  })
  await expectExact(hot)
}, 240_000)

test('tiers compacted too: moves go on from the last number of each lead', async () => {
  let earlier: Awaited<ReturnType<typeof hot.read<'tiers'>>> = []
  await feed(hot, async round => {
    // By now every lead is WARM; the form in round 40 makes it HOT: two moves, however quick the feed is.
    if (round === 30) await hot.folded()
    if (round === 47) {
      await hot.folded()
      earlier = await hot.read('tiers')
      const snapshots = await hot.readBytes('scores')
      await compactHard(hot, 'scores', 'tiers')
      // Each partition that is taken over gets the fence's markers, and with them a new segment of `tiers`.
      await emptyRedis()
      await untilCompacted(hot, 'tiers', earlier)
      await untilCompacted(hot, 'scores', snapshots)
      await emptyRedis()
    }
    if (round === 52)
      for (let lead = 0; lead < LEADS; lead++)
        expect(
          await hot.post(`/v1/leads/v:lead-${lead}/follow-ups`, { channel: 'phone', result: 'continue' }),
        ).toBe(200)
  })
  await expectExact(hot, { tier: 'WARM', earlier })
}, 240_000)
