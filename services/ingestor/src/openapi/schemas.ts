import { EVENT_TYPES, type EventType, MAX_BATCH_EVENTS, MESSAGES, REASONS } from '@hotlead/beacon'
import { z } from 'zod'
import { followUp } from '../followUp.ts'
import { outcome } from '../outcomes.ts'
import type { Ref, Schema } from './operation.ts'

/** What somebody may send that the schema takes; `meta` stands for the checks that are our own. */
function input(schema: z.ZodType): Schema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
  })
  return rest
}

const anything: Schema = { type: 'object', additionalProperties: true }
const flag = (value: boolean): Schema => ({ type: 'boolean', const: value })

/** An answer's object, with these fields and no others: the document is of this very server. */
function exactly(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

const messages = Object.fromEntries(EVENT_TYPES.map(type => [nameOf(type), input(MESSAGES[type])])) as Record<
  string,
  Schema
>

/** Of a batch each event says its own type. */
const typed = EVENT_TYPES.map(type => ({
  allOf: [ref(nameOf(type))],
  type: 'object',
  properties: { type: { const: type } },
  required: ['type'],
}))

const { sentAt, context } = MESSAGES.track.shape

/** What requests and answers are made of. What we check with zod is made from the schema that checks it. */
export const SCHEMAS: Record<string, Schema> = {
  ...messages,
  Event: {
    description: 'An event that says its type.',
    oneOf: typed,
  },
  Batch: {
    type: 'object',
    properties: {
      batch: { type: 'array', maxItems: MAX_BATCH_EVENTS, items: ref('Event') },
      sentAt: input(sentAt),
      context: input(context),
      writeKey: { type: 'string' },
    },
    required: ['batch'],
  },
  FollowUp: input(followUp),
  Outcome: input(outcome('')),
  Anything: anything,
  SnowplowEvents: {
    description:
      'Events in the words of Snowplow’s tracker protocol: e, aid, eid, duid, dtm, ue_pr, … What cannot be read goes to dead-letter.',
    type: 'object',
    properties: {
      schema: { type: 'string' },
      data: { type: 'array', maxItems: MAX_BATCH_EVENTS, items: anything },
    },
    required: ['data'],
  },
  Success: exactly(
    {
      success: flag(true),
      deadLettered: {
        type: 'integer',
        minimum: 1,
        description: 'How many events of the batch went to dead-letter instead; left out where none did',
      },
    },
    ['deadLettered'],
  ),
  Told: exactly({
    success: flag(true),
    id: { type: 'string', description: 'The one that was sent, or one of ours' },
    subject: { type: 'string', pattern: '^[lv]:', description: 'The lead, as the log calls it' },
  }),
  Forgotten: exactly({
    success: flag(true),
    subject: { type: 'string', pattern: '^[lv]:', description: 'The lead, as the log calls it' },
    until: { type: 'integer', description: 'What was received until then is passed over; ms since 1970' },
  }),
  JitsuTaken: exactly({ ok: flag(true) }),
  JitsuBatchTaken: exactly({
    ok: { type: 'boolean' },
    receivedEvents: { type: 'integer', minimum: 0 },
    okEvents: { type: 'integer', minimum: 0 },
  }),
  Refusal: exactly({
    success: flag(false),
    error: { type: 'string', enum: REASONS },
    problems: {
      type: 'array',
      minItems: 1,
      items: { type: 'string' },
      description: 'Each names the field and the kind of value found, and never the value',
    },
  }),
}

export function ref(name: string): Schema & Ref {
  return { $ref: `#/components/schemas/${name}` }
}

/** As the document calls the message of a type. */
export function nameOf(type: EventType): string {
  return type.charAt(0).toUpperCase() + type.slice(1)
}
