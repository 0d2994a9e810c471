import { randomUUID } from 'node:crypto'
import { kindOf, MAX_AHEAD, millis, moment, type Outcome, ok, refuse, type Source } from '@hotlead/beacon'
import { type Activity, type Codec, keyOf, NO_ACTIVITY, type Subject } from '@hotlead/contracts'
import { z } from 'zod'
import type { Sink } from './sink.ts'
import type { Sources } from './sources.ts'
import { sourceOf } from './steps/admit.ts'

export interface TellingOptions {
  sources: Sources
  secret: string
  codec: Codec<Activity>
  topic: string
  sink: Sink
}

/** A request in which sales tells something about a lead. */
export interface TellingRequest {
  key: string | undefined
  keyInUrl?: boolean
  origin: string | undefined
  body: Buffer
  receivedAt: number
}

export const note = (max: number) =>
  z.string(`must be text of at most ${max} characters`).max(max, `must be text of at most ${max} characters`)

/** Settings of all that is told: its own id, and when it happened. */
export const head = {
  id: note(255).min(1, 'must be text of 1 to 255 characters').optional(),
  at: moment.optional(),
}

/**
 * What follow-ups and outcomes share: only a secret key may tell, every problem is named by its path, and what was told
 * is in the log once it is answered.
 * @param what one of them, as sentences call it
 */
export function telling({ sources, codec, topic, sink }: TellingOptions, what: string) {
  return {
    teller(request: TellingRequest): Outcome<Source> {
      if (!request.key)
        return refuse(
          401,
          'unauthorized',
          'a secret key is missing: send it by Basic auth (`key:`), Bearer or X-Write-Key',
        )
      const source = sourceOf(sources, request)
      if (source.kind !== 'ok' || source.value.secret) return source
      return refuse(401, 'unauthorized', `${what}s need a secret key: a write key only writes events`)
    },

    said<S>(schema: z.ZodType<S>, body: Buffer): Outcome<S> {
      let json: unknown
      try {
        json = JSON.parse(body.toString('utf8'))
      } catch (error) {
        return refuse(400, 'malformed', `body: must be JSON (${(error as Error).message.slice(0, 200)})`)
      }
      const parsed = schema.safeParse(json)
      if (parsed.success) return ok(parsed.data)
      const problems = parsed.error.issues.map(i => {
        const found = i.path.reduce<unknown>((v, p) => (v as Record<PropertyKey, unknown>)?.[p], json)
        return `${i.path.join('.') || 'body'}: ${i.message}, is ${kindOf(found)}`
      })
      return refuse(400, 'invalid', ...problems)
    },

    /** @param activity what is to be written, given its id and its time: one ahead of ours becomes now */
    async write(
      o: { workspace: string; subject: Subject; receivedAt: number },
      said: { id?: string | undefined; at?: string | number | undefined },
      activity: (id: string, at: number) => Pick<Activity, 'kind'> & Partial<Activity>,
    ): Promise<Outcome<{ id: string; subject: Subject }>> {
      const { id = randomUUID(), at = o.receivedAt } = said
      const time = millis(at)
      const value = codec.encode({
        ...NO_ACTIVITY,
        ...activity(id, time > o.receivedAt + MAX_AHEAD ? o.receivedAt : time),
      })
      const sent = await put(o, value)
      return sent.kind === 'ok' ? ok({ id, subject: o.subject }) : sent
    },

    put,
  }

  /** Puts a record under a lead's key; ok once it is in the log. */
  async function put(o: { workspace: string; subject: Subject }, value: Buffer): Promise<Outcome<undefined>> {
    const sent = await sink.submit([{ topic, key: keyOf(o.workspace, o.subject), value }])
    return sent === 'acked'
      ? ok(undefined)
      : refuse(503, sent, `Kafka has not acknowledged the ${what}: send it again later`)
  }
}
