import type { Kafka } from 'kafkajs'
import {
  type Broker,
  type Cluster,
  openCluster,
  type Reading,
  reading,
  type Writing,
  writing,
} from './internals.ts'

/** Which log this is, and how it is cut. */
export interface ClusterDescription {
  /** Made once with the cluster; '' where the broker does not tell. */
  cluster: string
  /** Of the topics asked for, those that exist. `id` is made anew with each creation; '' where the broker does not tell. */
  topics: ReadonlyMap<string, { id: string; partitions: number }>
}

const METADATA = 3
/** The first version with topic ids (KIP-516): Kafka 2.8, of 2021. kafkajs itself stops at 6. */
const VERSION = 10
const NO_UUID = Buffer.alloc(16)
const UNKNOWN_TOPIC = 3
/** Of a topic that was just created, or whose broker just went: passes by itself, within a second or two. */
const LEADER_NOT_AVAILABLE = 5
const TRIES = 15
const PAUSE = 200

/** Kafka says that there is something about a topic, but not what it is. */
class UnclearTopicError extends Error {
  readonly kafkaError: number
  constructor(topic: string, kafkaError: number) {
    super(
      `Kafka does not describe topic ${topic} (error ${kafkaError} of its protocol${kafkaError === 29 ? ': this client may not Describe it; grant that' : ''})`,
    )
    this.kafkaError = kafkaError
  }
}

/**
 * Cluster id, and id and partition count of topics, by a request that kafkajs does not have: its own metadata knows a
 * topic only by its name, and a topic that was deleted and created anew has the same. A broker before 2.8, or another's
 * product without topic ids, is asked in kafkajs's way, and ids are ''.
 * @throws where no broker answers
 */
export async function describeTopics(kafka: Kafka, names: readonly string[]): Promise<ClusterDescription> {
  const cluster = openCluster(kafka)
  try {
    await cluster.connect()
    return await describeOn(cluster, names)
  } finally {
    await cluster.disconnect().catch(() => {})
  }
}

/** The same on a connection that is there. */
export async function describeOn(cluster: Cluster, names: readonly string[]): Promise<ClusterDescription> {
  const broker = await cluster.brokerPool.findConnectedBroker()
  if ((broker.versions[METADATA]?.maxVersion ?? 0) < VERSION) return describePlainly(broker, names)
  const exchange = {
    request: {
      apiKey: METADATA,
      apiVersion: VERSION,
      apiName: 'Metadata',
      encode: async () => encode(names),
    },
    response: { decode: async (bytes: Buffer) => decode(bytes), parse: async (d: ClusterDescription) => d },
  }
  for (let tries = 1; ; tries++) {
    try {
      return await broker.connectionPool.send(exchange)
    } catch (error) {
      const passes = error instanceof UnclearTopicError && error.kafkaError === LEADER_NOT_AVAILABLE
      if (!passes || tries === TRIES) throw error
      await new Promise(resolve => setTimeout(resolve, PAUSE))
    }
  }
}

async function describePlainly(broker: Broker, names: readonly string[]): Promise<ClusterDescription> {
  let cluster = ''
  const topics = new Map<string, { id: string; partitions: number }>()
  // One by one, since kafkajs throws for all where one is missing.
  for (const name of names) {
    try {
      const { clusterId, topicMetadata } = await broker.metadata([name])
      cluster = clusterId ?? ''
      for (const t of topicMetadata) topics.set(t.topic, { id: '', partitions: t.partitionMetadata.length })
    } catch (error) {
      if ((error as { type?: string }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    }
  }
  return { cluster, topics }
}

/**
 * MetadataRequest v10, after the tagged fields (none) that end a request header of version 2:
 * [topics: topic_id name tags] allow_auto_topic_creation include_cluster_operations include_topic_operations tags
 */
function encode(names: readonly string[]): Writing {
  const out = writing()
  out.writeUVarInt(0)
  out.writeUVarInt(names.length + 1)
  for (const name of names) out.writeBuffer(NO_UUID).writeUVarIntString(name).writeUVarInt(0)
  return out.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeUVarInt(0)
}

/**
 * MetadataResponse v10, after the tagged fields of a response header of version 1:
 * throttle_time [brokers: node_id host port rack tags] cluster_id controller_id
 * [topics: error_code name topic_id is_internal [partitions] operations tags] operations tags
 */
function decode(bytes: Buffer): ClusterDescription {
  const from = reading(bytes)
  skipTags(from)
  from.readInt32()
  list(from, () => {
    from.readInt32()
    from.readUVarIntString()
    from.readInt32()
    from.readUVarIntString()
    skipTags(from)
  })
  const cluster = from.readUVarIntString() ?? ''
  from.readInt32()
  const topics = list(from, () => {
    const error = from.readInt16()
    const name = from.readUVarIntString() ?? ''
    const uuid = from.readBytes(16)
    from.readBoolean()
    const partitions = list(from, () => partition(from)).length
    from.readInt32()
    skipTags(from)
    return { error, name, id: uuid.equals(NO_UUID) ? '' : uuid.toString('base64url'), partitions }
  })
  const there = topics.filter(t => t.error !== UNKNOWN_TOPIC)
  // A leader that is being elected, an ACL that is missing: nothing that is known of the topic, so nothing to conclude.
  const unclear = there.find(t => t.error !== 0)
  if (unclear) throw new UnclearTopicError(unclear.name, unclear.error)
  return { cluster, topics: new Map(there.map(({ name, id, partitions }) => [name, { id, partitions }])) }
}

/** error_code partition leader leader_epoch [replicas] [isr] [offline_replicas] tags: only their number matters. */
function partition(from: Reading): void {
  from.readInt16()
  from.readInt32()
  from.readInt32()
  from.readInt32()
  for (let n = 0; n < 3; n++) list(from, () => from.readInt32())
  skipTags(from)
}

function list<T>(from: Reading, read: () => T): T[] {
  return from.readUVarIntArray(read) ?? []
}

/** What later brokers may add at the end of any structure. kafkajs's own takes their lengths for one more than they are. */
function skipTags(from: Reading): void {
  for (let n = from.readUVarInt(); n > 0; n--) {
    from.readUVarInt()
    from.readBytes(from.readUVarInt())
  }
}
