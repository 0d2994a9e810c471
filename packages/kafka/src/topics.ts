import kafkajs, { type Kafka } from 'kafkajs'

export interface Topic {
  name: string
  partitions: number
  /** Partitions that it may have beyond those, and that must be empty; default 0. */
  idle?: number
  config: Readonly<Record<string, string>>
}

/** What must never change once records are in a topic: keys would move, or the clock would be another. */
const FIXED = ['message.timestamp.type', 'cleanup.policy']
/** What may be larger but not smaller: an owner that was away for less than this lag counts on reading every record. */
const AT_LEAST = ['min.compaction.lag.ms']

/**
 * Creates what is missing and compares the rest. @returns one sentence per topic that is not as it must be; a service
 * with any does not start.
 */
export async function ensureTopics(
  kafka: Kafka,
  topics: readonly Topic[],
  create: boolean,
): Promise<string[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = topics.filter(t => !existing.has(t.name))
    if (missing.length > 0 && !create)
      return missing.map(t => `topic ${t.name} does not exist: run \`hotlead setup\` once`)
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map(t => ({
          topic: t.name,
          numPartitions: t.partitions,
          replicationFactor: -1,
          configEntries: Object.entries(t.config).map(([name, value]) => ({ name, value })),
        })),
      })
      await untilLed(
        admin,
        missing.map(t => t.name),
      )
    }
    const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(t => t.name) })
    const counts = new Map(found.map(f => [f.name, f.partitions.length]))
    return [...wrongPartitions(counts, topics), ...(await wrongConfig(admin, topics))]
  } finally {
    await admin.disconnect()
  }
}

export type Admin = ReturnType<Kafka['admin']>

/**
 * A KRaft controller answers before its brokers know the topic; in that gap metadata says that there is none, which
 * the client's own waiting for leaders takes for an error.
 */
async function untilLed(admin: Admin, topics: string[], within = 10_000): Promise<void> {
  const deadline = performance.now() + within
  for (;;) {
    try {
      const found = (await admin.fetchTopicMetadata({ topics })).topics
      if (found.every(t => t.partitions.length > 0 && t.partitions.every(p => p.leader >= 0))) return
    } catch (error) {
      if ((error as { type?: string }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    }
    if (performance.now() > deadline)
      throw new Error(
        `topics ${topics.join(', ')} have no leader ${within / 1000} s after they were created: look at the broker’s log`,
      )
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** @param counts by topic */
export function wrongPartitions(counts: ReadonlyMap<string, number>, topics: readonly Topic[]): string[] {
  return topics.flatMap(t => {
    const count = counts.get(t.name) ?? 0
    return count >= t.partitions && count <= t.partitions + (t.idle ?? 0)
      ? []
      : [
          `topic ${t.name} has ${count} partitions and must have ${t.partitions}: keys would move to others. Set ` +
            `HOTLEAD_PARTITIONS=${count} if that is what all topics were made with; where somebody has added partitions, ` +
            `docs/runbook/partition-count.md says what to do`,
        ]
  })
}

export async function wrongConfig(admin: Admin, topics: readonly Topic[]): Promise<string[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(t => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: t.name,
      configNames: [...FIXED, ...AT_LEAST],
    })),
  })
  return topics.flatMap(t => {
    const entries = resources.find(r => r.resourceName === t.name)?.configEntries
    const wrong = (name: string, least: boolean) => {
      const must = t.config[name]
      const is = entries?.find(e => e.configName === name)?.configValue
      if (must === undefined || is === must || (least && Number(is) >= Number(must))) return []
      return [
        `topic ${t.name} has ${name}=${is} and must have ${must}${least ? ' or more' : ''}: set it back, as ` +
          `${name === 'message.timestamp.type' ? 'docs/runbook/timestamp-type.md' : 'docs/runbook/topic-settings.md'} says`,
      ]
    }
    return [...FIXED.flatMap(name => wrong(name, false)), ...AT_LEAST.flatMap(name => wrong(name, true))]
  })
}
