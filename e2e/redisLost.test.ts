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

/** Which keys there are is asked in the same step: one that comes between would be missing beside a position that knows it. */
const DUMP = `local names = redis.call('KEYS', ARGV[1])
local all = {}
for i, name in ipairs(names) do all[i] = redis.call('DUMP', name) end
return {names, all}`
const PUT_BACK = `for _, name in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', name) end
for i = 2, #ARGV, 2 do redis.call('RESTORE', ARGV[i], 0, ARGV[i + 1]) end`

/** All keys at one moment, as a dump of Redis has them; the returned call puts them back, all at one moment too. */
async function dump(): Promise<() => Promise<void>> {
  await stored()
  const pattern = `${hot.env.HOTLEAD_REDIS_PREFIX}*`
  const [names, all] = (await hot.redis.callBuffer('EVAL', DUMP, '0', pattern)) as [Buffer[], Buffer[]]
  return async () => {
    const pairs = names.flatMap((name, i) => [name, all[i] as Buffer])
    await hot.redis.call('EVAL', PUT_BACK, '0', pattern, ...pairs)
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
