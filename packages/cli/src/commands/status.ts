import { topicNames } from '@hotlead/contracts'
import { expectedTopics } from '@hotlead/host'
import { ensureTopics, PartitionReader } from '@hotlead/kafka'
import { runningHere } from '@hotlead/local/background'
import { evicting, memoryPolicies, type RedisClient, remarks } from '@hotlead/redis'
import { foreignState, parsePosition, positionBeyond, redisKeys } from '@hotlead/stream'
import type { Kafka } from 'kafkajs'
import { type Command, JSON_OPTION } from '../command.ts'
import { type CliConfig, ingestorUrl, isElsewhere, type Place, readConfig } from '../config.ts'
import { addressOf, connectKafka, connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { isFarBehind, type Lag, lagOf, lagText, type Part, withStill } from '../health.ts'
import type { Processor } from '../reading.ts'
import { isRegistered } from '../registry.ts'
import { table } from '../terminal.ts'
import { wayUp } from '../wayUp.ts'

const PLACES: Readonly<Record<string, Place>> = {
  kafka: 'HOTLEAD_KAFKA',
  redis: 'HOTLEAD_REDIS',
  registry: 'HOTLEAD_REGISTRY',
  ingestor: 'HOTLEAD_URL',
}

/** ms that a service may take to say whether it is ready: it gives itself 2 s. */
const WITHIN = 3_000
/** ms in which a partition that is far behind must move: batches take tenths of a second. */
const MOVES_WITHIN = 3_000

/** The part's own sentence where it is up, else why it is not. */
async function part(name: string, address: string, check: () => Promise<string>): Promise<Part> {
  try {
    return { name, address, isUp: true, note: await check() }
  } catch (error) {
    const { message } = error as Error
    // Name and address are in the line already.
    const short = /does not answer \((.*)\)\.$/.exec(message)?.[1] ?? message
    return { name, address, isUp: false, note: short }
  }
}

/** @throws with what /readyz says where it is not ready */
async function ready(url: string): Promise<void> {
  let answer: Response
  try {
    answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(WITHIN) })
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? error) as { code?: string; message: string }
    throw new Error(code ?? message)
  }
  if (!answer.ok) throw new Error(`not ready: ${(await answer.text()).trim()}`)
}

async function lag(config: CliConfig, kafka: Kafka, redis: RedisClient, processor: Processor): Promise<Lag> {
  const names = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  const topic = processor === 'scorer' ? names.activity : names.scores
  const partitions = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
  const reader = new PartitionReader(kafka)
  try {
    // Positions first: asked for later, they would be ahead of the ends and hide what waits.
    const positions = await Promise.all(
      partitions.map(async p => {
        const { pos } = redisKeys(config.HOTLEAD_REDIS_PREFIX, processor, p)
        return [p, parsePosition(await redis.hgetall(pos))] as const
      }),
    )
    const [starts, ends] = await Promise.all([
      reader.offsets(topic, partitions, 'start'),
      reader.offsets(topic, partitions, 'end'),
    ])
    const { cluster, topics } = await reader.describe([topic])
    for (const [partition, position] of positions) {
      if (!position) continue
      // What the processor would refuse to start with.
      const where = { source: topic, partition }
      const log = { cluster, topics: { [topic]: topics.get(topic)?.id ?? '' } }
      const wrong =
        foreignState(where, position.log, log) ??
        positionBeyond({ ...where, end: ends.get(partition) as number, outputs: {} }, position)
      if (wrong) throw new Error(wrong)
    }
    return lagOf(ends, starts, new Map(positions), Date.now())
  } finally {
    await reader.close()
  }
}

export const status: Command = {
  name: 'status',
  about: 'Each part, its address and whether it works; how far scorer and tiering are behind',
  details:
    'Lag is the end of the log less the position that the state in Redis stands for, so it is also right while a\n' +
    'service is away. A partition that is 30 s behind and does not move for 3 s stands still: its service counts as down.\n' +
    'It ends with 69 where a part is down.',
  options: { ...JSON_OPTION },
  examples: [
    ['hotlead status', 'of this machine'],
    ['hotlead status --json | jq .lag.scorer.records', 'for programs'],
  ],
  async run(_args, terminal) {
    const config = readConfig()
    const host = config.HOTLEAD_HOST === '0.0.0.0' ? '127.0.0.1' : config.HOTLEAD_HOST
    const [kafka, redis] = await Promise.all([
      connectKafka(config).catch(error => error as Error),
      connectRedis(config).catch(error => error as Error),
    ])
    const lags: Partial<Record<Processor, Lag>> = {}
    const processor = async (name: Processor, port: number) => {
      const found = await part(name, `${host}:${port}`, async () => {
        await ready(`http://${host}:${port}`)
        return ''
      })
      let behind = 'lag not known without Kafka and Redis'
      if (!(kafka instanceof Error) && !(redis instanceof Error))
        try {
          const before = await lag(config, kafka, redis, name)
          lags[name] = before
          if (found.isUp && isFarBehind(before)) {
            await new Promise(resolve => setTimeout(resolve, MOVES_WITHIN))
            lags[name] = withStill(before, await lag(config, kafka, redis, name))
            found.isUp = lags[name].still.length === 0
          }
          behind = lagText(lags[name])
        } catch (error) {
          behind = `lag not known: ${(error as Error).message}`
        }
      return { ...found, note: [behind, found.note].filter(Boolean).join('; ') }
    }
    const parts = await Promise.all([
      part('kafka', config.HOTLEAD_KAFKA.join(','), async () => {
        if (kafka instanceof Error) throw kafka
        const wrong = await ensureTopics(kafka, expectedTopics(config), false)
        return wrong.length > 1 ? `${wrong[0]} (and ${wrong.length - 1} more)` : (wrong[0] ?? '')
      }),
      part('redis', addressOf(config.HOTLEAD_REDIS), async () => {
        if (redis instanceof Error) throw redis
        const policies = await memoryPolicies(redis).catch(() => [])
        return [...evicting(policies), ...(await remarks(redis).catch(() => []))].join('; ')
      }),
      part('registry', addressOf(config.HOTLEAD_REGISTRY), async () =>
        (await isRegistered(config, 'activity')) ? '' : 'the schemas are not registered: run `hotlead setup`',
      ),
      part('ingestor', addressOf(ingestorUrl(config)), async () => {
        await ready(ingestorUrl(config))
        return ''
      }),
      processor('scorer', config.HOTLEAD_SCORER_PORT),
      processor('tiering', config.HOTLEAD_TIERING_PORT),
    ])
    if (!(redis instanceof Error)) redis.disconnect()
    const down = parts.filter(p => !p.isUp)
    if (terminal.json) terminal.value({ up: down.length === 0, parts, lag: lags })
    else {
      const rows = parts.map(p => [
        p.name,
        p.isUp ? terminal.style('green', 'up') : terminal.style('red', 'down'),
        p.address,
        p.note,
      ])
      const columns = [{ title: 'part' }, { title: 'state' }, { title: 'address' }, { title: '' }]
      for (const line of table(columns, rows, terminal.width)) terminal.line(line)
    }
    const elsewhere = down.flatMap(({ name }) => {
      const place = PLACES[name]
      return place && isElsewhere(config, place) ? [place] : []
    })
    if (down.length > 0)
      throw new CliError(
        EXIT.unavailable,
        `${down.map(p => p.name).join(', ')} ${down.length === 1 ? 'is' : 'are'} down.`,
        elsewhere.length > 0
          ? `${elsewhere.join(' and ')} ${elsewhere.length === 1 ? 'is' : 'are'} set: correct what names the wrong address, or start what is there.`
          : wayUp(runningHere()),
      )
  },
}
