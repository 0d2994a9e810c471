export { Codec, UndecodableError, type Values } from './codec.ts'
export { FLAGS, type Flag, VERDICTS, type Verdict } from './flags.ts'
export { bringsForgotten, isForgotten } from './forgotten.ts'
export type * from './generated/types.ts'
export { hashId, RECENT_IDS } from './ids.ts'
export {
  isPlaceholder,
  keyOf,
  leadSubject,
  PARTITION_KEY,
  type Subject,
  splitKey,
  visitorSubject,
} from './keys.ts'
export { MAIL_EVENTS, type MailKind } from './mailEvents.ts'
export { NO_ACTIVITY } from './noActivity.ts'
export { OUTCOMES } from './outcomes.ts'
export { type Codecs, learnSchema, openCodecs, RegistryAwayError, registerSchemas } from './registry.ts'
export { type Reads, schemaText, types, type ValueName } from './schemas.ts'
export { standingCodec } from './standing.ts'
export {
  COMPACTION_LAG,
  DEFAULT_PARTITIONS,
  HOT_RETENTION,
  TOPICS,
  type TopicDefinition,
  type TopicName,
  topicNames,
} from './topics.ts'
