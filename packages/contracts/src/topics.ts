import type { ValueName } from './schemas.ts'

/** A topic as it must be. `partitions: 'input'` means: the same count as `activity`, since keys must stay together. */
export interface TopicDefinition {
  readonly name: TopicName
  readonly value: ValueName | 'bytes'
  readonly partitions: 'input' | number
  readonly config: Readonly<Record<string, string>>
}
export type TopicName = 'activity' | 'scores' | 'tiers' | 'hot-leads' | 'models' | 'dead-letter'

const DAY = 24 * 60 * 60 * 1000

/**
 * The lag keeps the head of a compacted topic whole: an owner that comes back within it can read every record that
 * it missed. Twice the longest outage that should heal without a rebuild; the price is disk only.
 */
export const COMPACTION_LAG = DAY
/** How long `hot-leads` keeps an announcement. */
export const HOT_RETENTION = 90 * DAY
/**
 * A dead letter is the very record and headers of about 500 bytes that say why: one near the 1,048,588 bytes that a
 * broker takes elsewhere must fit too, else it would block its partition for good. Bytes of a batch.
 */
export const DEAD_LETTER_BYTES = 2 * 1024 * 1024

const compacted = { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': String(COMPACTION_LAG) }

/** Every topic of hotlead. `activity` is the truth: its retention is how far back a rebuild or a simulation can reach. */
export const TOPICS: readonly TopicDefinition[] = [
  {
    name: 'activity',
    value: 'activity',
    partitions: 'input',
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': String(400 * DAY),
      'message.timestamp.type': 'LogAppendTime',
    },
  },
  { name: 'scores', value: 'scores', partitions: 'input', config: compacted },
  { name: 'tiers', value: 'tiers', partitions: 'input', config: compacted },
  {
    name: 'hot-leads',
    value: 'hot-leads',
    partitions: 'input',
    config: { 'cleanup.policy': 'delete', 'retention.ms': String(HOT_RETENTION) },
  },
  { name: 'models', value: 'models', partitions: 1, config: { 'cleanup.policy': 'compact' } },
  {
    name: 'dead-letter',
    value: 'bytes',
    partitions: 'input',
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': String(30 * DAY),
      'max.message.bytes': String(DEAD_LETTER_BYTES),
    },
  },
]

/** Partition count of `activity` where nobody says otherwise: four a core of one small machine. */
export const DEFAULT_PARTITIONS = 8

/** Full topic names: a prefix keeps several installations (and each test) apart on one cluster. */
export function topicNames(prefix = ''): Record<TopicName, string> {
  return Object.fromEntries(TOPICS.map(t => [t.name, prefix + t.name])) as Record<TopicName, string>
}
