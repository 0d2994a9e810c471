import type { Admitted, Identified } from '@hotlead/beacon'
import { openRedis } from '@hotlead/redis'
import { Directory, digestOf } from '@hotlead/sources'
import { Links } from '../../../services/ingestor/src/links.ts'
import { KeyBuckets } from '../../../services/ingestor/src/quota/keyBuckets.ts'
import { leadBuckets } from '../../../services/ingestor/src/quota/leadBuckets.ts'
import { Quotas } from '../../../services/ingestor/src/quota/quotas.ts'
import { redisBuckets } from '../../../services/ingestor/src/quota/sharedBuckets.ts'
import { sourceOf } from '../../../services/ingestor/src/steps/admit.ts'
import { heat } from '../../../services/ingestor/src/steps/heat.ts'
import { limit } from '../../../services/ingestor/src/steps/limit.ts'

/** Between two pauses, in which what Redis answers is taken up. */
const CHUNK = 1_000
const KEYS = 10_000

const [kind, count, url] = process.argv.slice(2)
const passes = Number(count)

/** So much that nothing is refused: what is measured is the way of a request that passes. */
const limits = { eventsPerSecond: 1_000_000, burst: 1_000_000_000 }
const directory = new Directory({
  workspaces: Array.from({ length: KEYS }, (_, i) => ({
    name: `w${i}`,
    ...limits,
    sources: [
      {
        name: 's',
        ...limits,
        origins: [`https://www.w${i}.example`],
        keys: [{ kind: 'write' as const, digest: digestOf(`wk_${i}`) }],
      },
    ],
  })),
})
const keys = Array.from({ length: KEYS }, (_, i) => `wk_${i}`)
const client = openRedis(url as string, () => {}, { answerWithin: 1_000 })
const shared = redisBuckets(client, 'bench:')
const quotas = new Quotas({ shared, onAway() {}, onBack() {} })
const admitted = keys
  .slice(0, 100)
  .map(key => ({ source: directory.find(key)?.source, events: [{}] }) as unknown as Admitted)
const limited = limit(quotas)
const [cool] = [heat({ rate: 5, burst: 500 }, leadBuckets(new KeyBuckets(), new Links()), () => {})]
const identified = Array.from({ length: 100_000 }, (_, i) => ({
  key: `w/v:6f9619ff-8b86-d011-b42d-00cf4fc9${i}`,
  flags: [],
  admitted: { source: { secret: false } },
})) as unknown as Identified[]
const pick = <T>(list: readonly T[], i: number) => list[i % list.length] as T

const ways: Record<string, (i: number) => unknown> = {
  nothing: i => pick(keys, i),
  admit: i => sourceOf(directory, { key: pick(keys, i), origin: `https://www.w${i % KEYS}.example` }),
  limit: i => limited(pick(admitted, i)),
  'heat, 1,000 visitors': i => cool?.(identified[i % 1_000] as Identified),
  'heat, 100,000 visitors': i => cool?.(pick(identified, i)),
}

async function run(n: number): Promise<void> {
  const way = ways[kind as string] as (i: number) => unknown
  for (let i = 1; i <= n; i++) {
    way(i)
    if (i % CHUNK === 0) await new Promise(resolve => setImmediate(resolve))
  }
}

/** A question to Redis is no request's, but costs CPU: 5 to 10 a second and bucket that is used at its rate. */
async function ask(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await shared.take(`key:${i % 100}`, { rate: 1e6, burst: 1e9 }, 1, 1)
}

await new Promise(resolve => (client.status === 'ready' ? resolve(undefined) : setTimeout(resolve, 200)))
const measured = kind === 'a question to Redis' ? ask : run
await measured(passes / 10)
const begun = process.cpuUsage()
await measured(passes)
const { user, system } = process.cpuUsage(begun)
client.disconnect()
console.log(JSON.stringify({ ns: ((user + system) * 1_000) / passes }))
