import { topicNames } from '@hotlead/contracts'
import { kafkaClient } from '@hotlead/kafka'
import { type Installation, type Patch, until } from '@hotlead/testkit'

/**
 * Services look at their topics' settings every 5 s, and stop at the second look that finds what these tests set. On a
 * slow machine a test takes longer than that.
 */
export const UNWATCHED: Patch = {
  file: 'packages/service/src/watch.ts',
  find: 'const EVERY = 5_000',
  replace: 'const EVERY = 3_600_000',
}

/** Numbers of resources in Kafka's protocol. */
const [TOPIC, BROKER] = [2, 4]
/** ms; segments close and are cleaned as soon as the broker does such things at all. */
const SOON = '100'

type Compacted = 'scores' | 'tiers'

/**
 * Compacts a topic from now on as hard as the broker can, and what the broker does for that ten times a second instead
 * of every 15 s. Services that are already running do not notice; one that starts would refuse it.
 */
export async function compactHard(hot: Installation, ...names: Compacted[]): Promise<void> {
  const topics = topicNames(hot.env.HOTLEAD_TOPIC_PREFIX)
  const admin = kafkaClient({
    brokers: [hot.env.HOTLEAD_KAFKA as string],
    clientId: 'hotlead-test',
  }).admin()
  const entries = (of: Record<string, string>) => Object.entries(of).map(([name, value]) => ({ name, value }))
  await admin.connect()
  try {
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: BROKER, name: '1', configEntries: entries({ 'log.cleaner.backoff.ms': SOON }) },
        ...names.map(name => ({
          type: TOPIC,
          name: topics[name],
          configEntries: entries({
            'cleanup.policy': 'compact',
            'segment.ms': SOON,
            'min.cleanable.dirty.ratio': '0.001',
            'min.compaction.lag.ms': '0',
            'max.compaction.lag.ms': SOON,
            'delete.retention.ms': '0',
          }),
        })),
      ],
    })
  } finally {
    await admin.disconnect()
  }
}

type Place = { key: string; partition: number; offset: number }

/**
 * Resolves once all records of `before` are gone that a later one of their key had superseded even then. The segment
 * that is being written is never compacted, so something must come into each partition meanwhile.
 */
export async function untilCompacted(
  hot: Installation,
  name: Compacted,
  before: readonly Place[],
): Promise<void> {
  const id = (r: Place) => `${r.partition}/${r.offset}`
  const latest = new Map(before.map(r => [r.key, id(r)]))
  const kept = new Set(latest.values())
  const superseded = new Set(before.map(id).filter(i => !kept.has(i)))
  expect(superseded.size).toBeGreaterThan(0)
  await until(
    () => hot.readBytes(name),
    records => !records.some(r => superseded.has(id(r))),
  )
}
