import { TOPICS, type TopicName, topicNames } from '@hotlead/contracts'
import { ensureTopics, kafkaClient } from '@hotlead/kafka'
import { openRedis } from '@hotlead/redis'
import { DEMO_SECRET } from '@hotlead/service'
import { mutant, type RunningService } from '@hotlead/testkit'
import type { Child } from '../child.ts'
import type { Context, Result } from '../context.ts'
import { type Installation, install } from '../installation.ts'
import type { ListenMessage, Seen } from '../listen/messages.ts'
import { type Level, level, listen } from '../measure/beaconToHot.ts'
import { failpointCost } from '../measure/failpointCost.ts'
import { stretchOf, type Through, through } from '../measure/through.ts'
import { RATES } from '../options.ts'
import { UsageError } from '../program.ts'
import { population } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'
import { failpointTable, latencyTable, throughputTable } from './exactnessTables.ts'
import { inTurn, VARIANTS } from './exactnessVariants.ts'

type Variant = (typeof VARIANTS)[number] & { root: string }

/** What one variant did, round by round. */
export interface Measured {
  name: string
  scorer: Through[]
  tiering: Through[]
  hot: Level[]
}

/** What exactness costs: copies of the product without parts of it, in turn with the product, on the same servers. */
export async function exactness(context: Context): Promise<Result[]> {
  const { options, say } = context
  const rates = options.rates ?? RATES.exactness[options.quick ? 'quick' : 'full']
  const [rate, ...more] = rates
  if (rate === undefined || more.length > 0)
    throw new UsageError('exactness runs at one rate: give --rate one number')
  const copies = VARIANTS.map(variant => ({ ...variant, ...mutant(variant.patches) }))
  const remove = () => {
    for (const copy of copies) copy.remove()
  }
  process.once('exit', remove)
  const measured = new Map(
    VARIANTS.map(({ name }) => [name as string, { name, scorer: [], tiering: [], hot: [] } as Measured]),
  )
  try {
    say(`exactness: ${options.events} events over ${options.leads} leads, ${options.rounds} rounds`)
    await catchUps(context, copies, measured)
    say(`exactness: the whole pipeline at ${rate} beacons/s, ${options.rounds} rounds`)
    await beacons(context, copies, measured, rate)
  } finally {
    remove()
    process.off('exit', remove)
  }
  say('exactness: a failpoint that is off')
  const rows = [...measured.values()]
  return [
    throughputTable(options, rows),
    latencyTable(options, rate, rows),
    failpointTable(await failpointCost(options.quick)),
  ]
}

/** Scorer and tiering through one backlog, once a round in each variant. */
async function catchUps(
  context: Context,
  copies: readonly Variant[],
  measured: ReadonlyMap<string, Measured>,
): Promise<void> {
  const { options, say } = context
  const { events, leads, rounds } = options
  const installation = await install(context)
  const names = topicNames()
  const outputs: TopicName[] = ['tiers', 'hot-leads']
  try {
    await preload(installation, population({ events, leads, end: Date.now(), secret: DEMO_SECRET }), say)
    // What the scorer sends on to other keys comes after it, and is in no round's stretch.
    const activity = await stretchOf(installation, names.activity)
    for (let round = 0; round < rounds; round++) {
      for (const { name, scorer, root } of inTurn(copies, round)) {
        if (!scorer) continue
        await startAnew(installation, ['scores', ...outputs])
        say(`round ${round + 1}, scorer, ${name}`)
        measured.get(name)?.scorer.push(await through(installation, 'scorer', activity, say, root))
      }
      // Of the last scorer: they all make the same.
      const scores = await stretchOf(installation, names.scores)
      for (const { name, tiering, root } of inTurn(copies, round)) {
        if (!tiering) continue
        await startAnew(installation, outputs)
        say(`round ${round + 1}, tiering, ${name}`)
        measured.get(name)?.tiering.push(await through(installation, 'tiering', scores, say, root))
      }
    }
  } finally {
    await installation.close()
  }
}

/** Empties Redis and topics, as if no service had run yet. */
async function startAnew(installation: Installation, names: readonly TopicName[]): Promise<void> {
  const redis = openRedis(installation.redis)
  await redis.flushall()
  redis.disconnect()
  const kafka = kafkaClient({ brokers: [installation.kafka], clientId: 'hotlead-bench' })
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [...names] })
  await admin.disconnect()
  const topics = TOPICS.filter(t => names.includes(t.name)).map(({ name, partitions, config }) => ({
    name,
    partitions: partitions === 'input' ? installation.partitions : partitions,
    config,
  }))
  await ensureTopics(kafka, topics, true)
}

/** Beacon → HOT, once a round in each variant. The ingestor, which is the same in all of them, stays. */
async function beacons(
  context: Context,
  copies: readonly Variant[],
  measured: ReadonlyMap<string, Measured>,
  rate: number,
): Promise<void> {
  const { options, say } = context
  const installation = await install(context)
  const services = new Map<string, RunningService>()
  const seen: Seen[] = []
  let listener: Child<ListenMessage> | undefined
  try {
    services.set('ingestor', await installation.start('ingestor'))
    // A kafkajs consumer reads committed unless told otherwise.
    listener = await listen(installation, seen)
    for (let round = 0; round < options.rounds; round++)
      for (const [i, { name, root }] of inTurn(copies, round).entries()) {
        const processors = await Promise.all(
          (['scorer', 'tiering'] as const).map(service => installation.start(service, root)),
        )
        say(`round ${round + 1}, beacon → HOT, ${name}`)
        const pipeline = { installation, services, seen, consumer: listener.pid }
        measured.get(name)?.hot.push(await level(context, pipeline, `x${round}-${i}`, rate))
        await Promise.all(processors.map(p => p.stop()))
      }
  } finally {
    listener?.stop()
    await installation.close()
  }
}
