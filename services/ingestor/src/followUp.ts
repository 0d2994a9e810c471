import { randomUUID } from 'node:crypto'
import { address, isTime, kindOf, MAX_AHEAD, millis, type Outcome, ok, refuse, TIME } from '@hotlead/beacon'
import {
  type Activity,
  type Codec,
  isPlaceholder,
  keyOf,
  leadSubject,
  NO_ACTIVITY,
  type Subject,
} from '@hotlead/contracts'
import { z } from 'zod'
import type { NewRecord, Sink } from './sink.ts'
import type { Sources } from './sources.ts'
import { sourceOf } from './steps/admit.ts'

const CHANNELS = ['mail', 'phone', 'visit', 'meeting'] as const
const RESULTS = ['continue', 'opportunity', 'archive'] as const
const note = (max: number) =>
  z.string(`must be text of at most ${max} characters`).max(max, `must be text of at most ${max} characters`)
const followUp = z.object(
  {
    id: note(255).min(1, 'must be text of 1 to 255 characters').optional(),
    at: z.custom<string | number>(isTime, TIME).optional(),
    channel: z.enum(CHANNELS, `must be one of ${CHANNELS.join(', ')}`),
    who: note(255).default(''),
    result: z.enum(RESULTS, `must be one of ${RESULTS.join(', ')}`),
    note: note(4_000).default(''),
  },
  'must be an object',
)

export interface FollowUpRequest {
  key: string | undefined
  origin: string | undefined
  /** Of the path: an e-mail address, `l:…` or `v:…`. */
  lead: string
  body: Buffer
  receivedAt: number
}

/** A sales person's touch with a lead: written under the lead's key, and counted by the model's conditions. */
export function followUps(options: {
  sources: Sources
  secret: string
  codec: Codec<Activity>
  topic: string
  sink: Sink
}) {
  const { sources, secret, codec, topic, sink } = options
  return async function record(request: FollowUpRequest): Promise<Outcome<{ id: string; subject: Subject }>> {
    const source = sourceOf(sources, request.key, request.origin)
    if (source.kind !== 'ok') return source
    if (!source.value.secret)
      return refuse(401, 'unauthorized', 'follow-ups need a secret key: a write key only writes events')
    const subject = subjectOf(secret, request.lead)
    if (subject === undefined)
      return refuse(400, 'no_identity', 'lead: must be an e-mail address, l:… or v:… in the path')
    let json: unknown
    try {
      json = JSON.parse(request.body.toString('utf8'))
    } catch (error) {
      return refuse(400, 'malformed', `body: must be JSON (${(error as Error).message.slice(0, 200)})`)
    }
    const parsed = followUp.safeParse(json)
    if (!parsed.success)
      return refuse(
        400,
        'invalid',
        ...parsed.error.issues.map(i => {
          const found = i.path.reduce<unknown>((v, p) => (v as Record<PropertyKey, unknown>)?.[p], json)
          return `${i.path.join('.') || 'body'}: ${i.message}, is ${kindOf(found)}`
        }),
      )
    const { id = randomUUID(), at = request.receivedAt, ...rest } = parsed.data
    const time = millis(at)
    const value = codec.encode({
      ...NO_ACTIVITY,
      kind: 'followUp',
      followUp: { id, at: time > request.receivedAt + MAX_AHEAD ? request.receivedAt : time, ...rest },
    })
    const written: NewRecord = { topic, key: keyOf(source.value.workspace, subject), value }
    const sent = await sink.submit([written])
    return sent === 'acked'
      ? ok({ id, subject })
      : refuse(503, sent, 'Kafka has not acknowledged the follow-up: send it again later')
  }
}

function subjectOf(secret: string, lead: string): Subject | undefined {
  if (/^l:[A-Za-z0-9_-]{22}$/.test(lead)) return lead
  if (/^v:/.test(lead)) return lead.length <= 257 && !isPlaceholder(lead.slice(2)) ? lead : undefined
  const email = address(lead)
  return email === null ? undefined : leadSubject(secret, { email })
}
