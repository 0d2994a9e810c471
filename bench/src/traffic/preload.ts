import { type Activity, openCodecs, TOPICS, topicNames } from '@hotlead/contracts'
import { kafkaClient } from '@hotlead/kafka'
import type { Say } from '../context.ts'
import type { Installation } from '../installation.ts'
import { now } from '../measure/clock.ts'

/** What Kafka's protocol calls a topic among the things that have settings. */
const TOPIC = 2

/** Records of one send and partition: from here on kafkajs gains nothing, and a batch stays well below 1 MB. */
const CHUNK = 500

/**
 * Writes events straight into `activity`, as the ingestor would.
 * @param stamp ms since 1970: the log then takes it for the broker's, from here on
 * @returns bytes of the values, and how many there were
 */
export async function preload(
  installation: Installation,
  events: Iterable<{ key: string; value: Activity }>,
  say: Say,
  stamp?: (value: Activity) => number,
): Promise<{ bytes: number; events: number }> {
  const codecs = await openCodecs(installation.registry)
  const kafka = kafkaClient({ brokers: [installation.kafka], clientId: 'hotlead-bench' })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const topic = topicNames().activity
  if (stamp) await stampedByUs(kafka, topic)
  const size = CHUNK * installation.partitions
  const begun = now()
  let bytes = 0
  let written = 0
  let chunk: { key: string; value: Buffer; timestamp?: string }[] = []
  const flush = async () => {
    await producer.send({ topic, acks: -1, messages: chunk })
    written += chunk.length
    chunk = []
    if (written % 100_000 < size) say(`  ${written} events written`)
  }
  for (const { key, value } of events) {
    const encoded = codecs.activity.encode(value)
    bytes += encoded.length
    chunk.push({ key, value: encoded, ...(stamp ? { timestamp: String(stamp(value)) } : {}) })
    if (chunk.length === size) await flush()
  }
  if (chunk.length > 0) await flush()
  await producer.disconnect()
  say(
    `  ${written} events of ${Math.round(bytes / written)} bytes written in ${((now() - begun) / 1000).toFixed(1)} s`,
  )
  return { bytes, events: written }
}

/** All of the topic's settings: those that are not named would go back to the broker's own. */
async function stampedByUs(kafka: ReturnType<typeof kafkaClient>, topic: string): Promise<void> {
  const own = { ...TOPICS.find(t => t.name === 'activity')?.config, 'message.timestamp.type': 'CreateTime' }
  const admin = kafka.admin()
  await admin.connect()
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: TOPIC,
        name: topic,
        configEntries: Object.entries(own).map(([name, value]) => ({ name, value })),
      },
    ],
  })
  await admin.disconnect()
}
