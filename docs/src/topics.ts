import { TOPICS, type TopicDefinition, type TopicName, types } from '@hotlead/contracts'
import { code, GENERATED, table } from './table.ts'

/** What a definition does not say: who writes the topic, and the key of its records. */
const WRITTEN: Readonly<Record<TopicName, { by: string; key: string }>> = {
  activity: {
    by: 'ingestor; scorer (merges, ticks); `hotlead setup` (control); `hotlead dlq retry`',
    key: 'workspace/subject',
  },
  scores: { by: 'scorer', key: 'workspace/subject, `#` for the clock' },
  tiers: { by: 'tiering', key: 'workspace/subject' },
  'hot-leads': { by: 'tiering', key: 'workspace/subject' },
  models: { by: '`hotlead setup`', key: 'workspace/version' },
  'dead-letter': {
    by: 'ingestor; scorer; tiering; `hotlead dlq` (notes)',
    key: 'that of the record that could not be read; of an event workspace/lead where a signature names it, else workspace/visitor, `?` for nobody; `#` for notes',
  },
}

/** [name, of whose letters, what it is] */
const LETTER_HEADERS: readonly (readonly [name: string, of: string, what: string])[] = [
  ['dlq-reason', 'all', 'one word'],
  ['dlq-detail', 'all', 'every problem by its path and the kind of value found; up to 2,000 characters'],
  ['dlq-step', 'all', 'who found it out, and in which step'],
  ['dlq-timestamp', 'all', 'when the event came, or the record was written; ISO 8601'],
  ['dlq-source', 'edge', 'of the workspace that the key says'],
  ['dlq-format', 'edge', 'by which the bytes are read'],
  ['dlq-id', 'edge', 'of the letter, and of its event where that has none'],
  [
    'dlq-part',
    'edge',
    'which event of the bytes it is, where several have the same: of an envelope for several recipients',
  ],
  ['dlq-key-kind', 'edge', '`write` or `secret`'],
  ['dlq-address', 'edge', 'truncated to /24 or /48'],
  ['dlq-user-agent', 'edge', 'up to 512 characters'],
  ['dlq-origin', 'edge', 'up to 200 characters'],
  ['dlq-shared', 'edge', 'JSON: sentAt and context that the request says for all of its events'],
  [
    'dlq-shared-left-out',
    'edge',
    'its length, where that is over 2,000 characters: a retry then needs the event mended',
  ],
  [
    'dlq-redacted',
    'edge',
    'how many fields were taken out or cut, where these are not the very bytes that came',
  ],
  [
    'dlq-left-out',
    'edge',
    'the length of what could not be read and may hold what must not be written: there is no value then, and a retry needs the event mended',
  ],
  [
    'dlq-privacy',
    'edge',
    'JSON, where a retry would not know it otherwise: that its visitor opted out, which consent its source asks for',
  ],
  ['dlq-names', 'edge', 'JSON: the event’s name → the one that the models use, where its source has one'],
  ['dlq-topic', 'scorer, tiering', 'where the record is: its topic'],
  ['dlq-partition', 'scorer, tiering', 'its partition'],
  ['dlq-offset', 'scorer, tiering', 'its offset'],
]

interface RecordSchema {
  doc?: string
  fields: { name: string; type: unknown; doc?: string }[]
}

const MS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

/** Every topic as it must be, and the fields of its records. */
export function topicsPage(): string {
  return `${GENERATED}
# Topics

Values are Avro in the Confluent wire format (a zero byte, the schema's id in four bytes, the body); the schemas are in
[schemas/](../schemas) and in the registry under \`<topic>-value\`, with compatibility BACKWARD_TRANSITIVE. A key never
changes its partition: *input* is the partition count of \`activity\`, fixed when the topics are created
(\`HOTLEAD_PARTITIONS\`), and the partitioner is murmur2, as any Kafka client has it. A service refuses to start where a
topic's partition count, \`cleanup.policy\` or \`message.timestamp.type\` is another, or its \`min.compaction.lag.ms\` smaller.

${table(
  ['topic', 'key', 'written by', 'partitions', 'settings'],
  TOPICS.map(t => [
    code(t.name),
    WRITTEN[t.name].key,
    WRITTEN[t.name].by,
    t.partitions === 'input' ? '*input*' : String(t.partitions),
    settings(t),
  ]),
)}
\`tiers\` and \`hot-leads\` carry [CloudEvents](https://github.com/cloudevents/spec) 1.0 headers in the Kafka binary binding:
\`ce_id\` (the key, \`#\`, the transition's number: the same transition has the same id however often it is read), \`ce_type\`
(\`hotlead.tier.changed.v1\`, \`hotlead.lead.hot.v1\`), \`ce_source\`, \`ce_subject\` and \`ce_time\`.

${TOPICS.map(fieldsOf).join('\n')}`
}

function settings({ config }: TopicDefinition): string {
  return Object.entries(config)
    .map(([name, value]) => code(`${name}=${name.endsWith('.ms') ? shortened(Number(value)) : value}`))
    .join(' ')
}

/** 86400000 → 1 d: no client takes it so, but people read it. */
function shortened(ms: number): string {
  const [size, unit] = MS.find(([size]) => ms % size === 0) ?? [1, 'ms']
  return `${ms / size} ${unit}`
}

function fieldsOf({ name, value }: TopicDefinition): string {
  if (value === 'bytes')
    return `## ${name}

The bytes that could not be taken; [what to do about them](runbook/dead-letters.md). Of an event the very ones that it had in its
body (in a packed one as it was unpacked), but for [what must not be written](privacy.md#dead-letters); of a record its value, under its key and with its headers. Headers say the rest:

${table(
  ['header', 'of', 'what it is'],
  LETTER_HEADERS.map(([name, of, what]) => [code(name), of, what]),
)}
A record with the header \`dlq-note\` and no reason is no letter: it notes what became of the letter at \`dlq-letter\`, an offset
of the same partition, and has no value. \`begun\`: a retry is about to write it into \`dlq-partition\` of \`activity\`, at
\`dlq-offset\` or later; \`retried\`: it is there (\`dlq-found\`: it was before); \`purged\`: it is hidden, and never retried. A record
of \`activity\` that a retry wrote has \`dlq-retry\`: the letter's partition:offset.
`
  const schema = types[value].schema({ exportAttrs: true }) as RecordSchema
  const rows = schema.fields.map(f => [code(f.name), typeOf(f.type), f.doc ?? ''])
  return `## ${name}\n\n${schema.doc ?? ''} Schema: [${value}.avsc](../schemas/${value}.avsc).\n\n${table(['field', 'type', 'what it is'], rows)}`
}

function typeOf(type: unknown): string {
  if (typeof type === 'string') return shortName(type)
  if (Array.isArray(type)) return type.map(typeOf).join(' or ')
  const { type: kind, name, items, values } = type as Record<string, unknown>
  if (kind === 'array') return `list of ${typeOf(items)}`
  if (kind === 'map') return `map of ${typeOf(values)}`
  return shortName(String(name ?? kind))
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
