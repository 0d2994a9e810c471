import { Installation, type RunningService } from '@hotlead/testkit'
import { counted, expectExact, feed } from './test/steadyFeed.ts'

/** Services that are killed or stopped in the middle of the work, and the sums that must come out all the same. */

let hot: Installation
afterEach(() => hot.close())

test('scorer and tiering killed under load: every event counts once, every lead is told once', async () => {
  hot = await Installation.open()
  await hot.start('ingestor')
  let [scorer, tiering] = await Promise.all([hot.start('scorer'), hot.start('tiering')])
  let returned: Promise<unknown> = Promise.resolve()
  await feed(hot, async round => {
    if (round % 20 === 7) {
      await scorer.kill()
      returned = hot.start('scorer').then(s => (scorer = s))
    }
    if (round % 20 === 17) {
      await tiering.kill()
      returned = Promise.all([returned, hot.start('tiering').then(s => (tiering = s))])
    }
    if (round % 20 === 19) await returned
  })
  await expectExact(hot)
}, 240_000)

test('a scorer that slept through its session, while another took over, changes nothing when it wakes', async () => {
  hot = await Installation.open()
  await hot.start('ingestor')
  const [sleeper] = (await Promise.all([hot.start('scorer'), hot.start('tiering')])) as [
    RunningService,
    RunningService,
  ]
  await feed(hot, async round => {
    if (round !== 20) return
    sleeper.signal('SIGSTOP')
    await hot.start('scorer')
  })
  // The other has everything only once the sleeper's session is over.
  await counted(hot)
  sleeper.signal('SIGCONT')
  await expectExact(hot)
  expect(await sleeper.stop()).toBe(0)
}, 240_000)
