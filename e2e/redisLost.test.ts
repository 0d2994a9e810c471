import { Installation, until } from '@hotlead/testkit'
import { expectExact, feed } from './test/steadyFeed.ts'

/** A Redis that comes back empty, or as it was a while ago, under load and with every service running. */

let hot: Installation
beforeEach(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterEach(() => hot.close())

const keys = () => hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*`)
/** Keys once there is state among them: soon after a loss there is none to lose. */
const stored = () => until(keys, all => all.some(key => key.endsWith(':state')))

/** All keys at one moment, as a dump of Redis has them; the returned call puts them back, all at one moment too. */
async function dump(): Promise<() => Promise<void>> {
  const names = await stored()
  const all = (await hot.redis.callBuffer(
    'EVAL',
    "local d = {} for i, k in ipairs(KEYS) do d[i] = redis.call('DUMP', k) end return d",
    String(names.length),
    ...names,
  )) as (Buffer | null)[]
  return async () => {
    const transaction = hot.redis.multi()
    for (const name of await keys()) transaction.del(name)
    names.forEach((name, i) => {
      if (all[i]) transaction.call('RESTORE', name, '0', all[i])
    })
    for (const [error] of (await transaction.exec()) ?? []) if (error) throw error
  }
}

test('Redis emptied twice under load: the same sums, and nobody is told twice', async () => {
  await feed(hot, async round => {
    if (round === 20 || round === 50) await hot.redis.unlink(...(await stored()))
  })
  await expectExact(hot)
}, 240_000)

test('Redis back at an older dump, twice under load: the same sums, and nobody is told twice', async () => {
  let putBack = async () => {}
  await feed(hot, async round => {
    if (round === 15) putBack = await dump()
    if (round === 25 || round === 55) await putBack()
  })
  await expectExact(hot)
}, 240_000)
