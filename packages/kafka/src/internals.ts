/**
 * The only file that knows kafkajs from the inside. kafkajs 2.2.4 has no public way to fetch a partition from a given
 * offset without a consumer group, nor to send outside a transaction under a transactional id's epoch; its own modules
 * have. The version is pinned, and kafka.int.test.ts holds this file against a real broker.
 */
import { createRequire } from 'node:module'
import {
  type ICustomPartitioner,
  type Kafka,
  type KafkaMessage,
  type Message,
  Partitioners,
  type RecordMetadata,
} from 'kafkajs'

const require = createRequire(import.meta.url)
const createEosManager = require('kafkajs/src/producer/eosManager') as (options: object) => EosManager
const createMessageProducer = require('kafkajs/src/producer/messageProducer') as (
  options: object,
) => MessageProducer
const createRetry = require('kafkajs/src/retry') as (options: object) => unknown
const Encoder = require('kafkajs/src/protocol/encoder') as new () => Writing
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Reading
const Batch = require('kafkajs/src/consumer/batch') as new (
  topic: string,
  fetchedOffset: string,
  data: PartitionData,
) => { messages: KafkaMessage[]; messagesWithinOffset: KafkaMessage[] }

export interface Cluster {
  /** Read by the modules below when they are made. */
  retry: { initialRetryTime: number; multiplier: number; retries: number }
  connect(): Promise<void>
  disconnect(): Promise<void>
  addMultipleTargetTopics(topics: string[]): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
  findTopicPartitionMetadata(topic: string): { partitionId: number }[]
  findBroker(options: { nodeId: string }): Promise<Broker>
  /** From `connect` on there is one: that of the address that answered. */
  brokerPool: { findConnectedBroker(): Promise<Broker> }
  fetchTopicsOffset(
    topics: OffsetQuery[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>
}
type OffsetQuery = {
  topic: string
  partitions: { partition: number }[]
  fromBeginning?: boolean
  fromTimestamp?: number
}
export interface Broker {
  /** By the number of the request. */
  versions: Record<number, { maxVersion: number }>
  fetch(options: object): Promise<{ responses: { topicName: string; partitions: PartitionData[] }[] }>
  metadata(topics: string[]): Promise<{
    clusterId: string | null
    topicMetadata: { topic: string; partitionMetadata: unknown[] }[]
  }>
  /** Sends a request of our own making. */
  connectionPool: {
    send<T>(exchange: {
      request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<Writing> }
      response: { decode(bytes: Buffer): Promise<T>; parse(decoded: T): Promise<T> }
    }): Promise<T>
  }
}
/** Kafka's types on the wire; UVarInt strings and arrays are its compact ones. */
export interface Writing {
  writeUVarInt(value: number): Writing
  writeUVarIntString(value: string): Writing
  writeBuffer(value: Buffer): Writing
  writeBoolean(value: boolean): Writing
}
export interface Reading {
  readInt16(): number
  readInt32(): number
  readBoolean(): boolean
  readUVarInt(): number
  readUVarIntString(): string | null
  readUVarIntArray<T>(read: () => T): T[] | null
  readBytes(length: number): Buffer
}
export interface PartitionData {
  partition: number
  highWatermark: string
  lastStartOffset: string
  messages: KafkaMessage[]
}
interface EosManager {
  getProducerId(): string
  getProducerEpoch(): number
  initProducerId(): Promise<void>
  beginTransaction(): void
  addPartitionsToTransaction(topics: { topic: string; partitions: { partition: number }[] }[]): Promise<void>
  abort(): Promise<void>
}
interface MessageProducer {
  sendBatch(options: {
    acks: number
    timeout?: number
    topicMessages: { topic: string; messages: Message[] }[]
  }): Promise<RecordMetadata[]>
}

/** A connection pool of its own: a long poll holds its connection, so those who must not wait for it take another. */
export function openCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(s => String(s).includes('createCluster'))
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol as symbol]
  if (!create) throw new Error('kafkajs is not the pinned 2.2.4: its cluster factory is gone')
  return create.call(kafka, {
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
  })
}

const silent = { namespace: () => silent, debug() {}, info() {}, warn() {}, error() {} }

export function openEosManager(
  cluster: Cluster,
  transactionalId: string,
  transactionTimeout: number,
): EosManager {
  return createEosManager({
    logger: silent,
    cluster,
    transactional: true,
    transactionalId,
    transactionTimeout,
  })
}

/** Sends outside any transaction, under the id and epoch that `eos` holds: a fenced epoch is refused by the broker. */
export function openPlainProducer(
  cluster: Cluster,
  eos: EosManager,
  partitioner: ICustomPartitioner = Partitioners.DefaultPartitioner,
): MessageProducer {
  const plain = new Proxy(eos, {
    get: (target, name) => (name === 'isTransactional' ? () => false : Reflect.get(target, name)),
  })
  return createMessageProducer({
    logger: silent,
    cluster,
    partitioner: partitioner(),
    eosManager: plain,
    idempotent: true,
    // No retry below us: after an error the owner no longer knows what was written, and reads it back instead.
    retrier: createRetry({ retries: 0, initialRetryTime: 50 }),
    getConnectionStatus: () => 'connected',
  })
}

/** Data records of one fetched partition from `offset` on; transaction markers and lower offsets are left out. */
export function dataRecords(
  topic: string,
  offset: number,
  data: PartitionData,
): { records: KafkaMessage[]; last: number | undefined } {
  const batch = new Batch(topic, String(offset), { ...data, abortedTransactions: [] } as PartitionData)
  const last = batch.messagesWithinOffset.at(-1)
  return { records: batch.messages, last: last === undefined ? undefined : Number(last.offset) }
}

export const writing = (): Writing => new Encoder()
export const reading = (bytes: Buffer): Reading => new Decoder(bytes)
