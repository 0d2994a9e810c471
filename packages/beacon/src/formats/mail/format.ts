import { MAX_BATCH_EVENTS, MAX_SOCKET_BYTES } from '../../limits.ts'
import { type Outcome, ok, refuse } from '../../outcome.ts'
import type { Format } from '../format.ts'
import { isObject, type JsonObject, json } from '../json.ts'
import { flagOf, type MailEvent, mailMessage } from './event.ts'

/** What one event says; undefined where it is of a kind that no lead does, such as that a mail was queued. */
export type Read = (event: JsonObject) => Outcome<MailEvent> | undefined

/** A body in pieces, each with its bytes and its name. */
export interface Pieces {
  all: readonly unknown[]
  label(index: number): string
  bytesOf(index: number): Buffer
  partOf?(index: number): number
}

/**
 * A provider's webhook as a format. Providers send again for hours what they are refused, so nothing that was signed is
 * refused for its shape: kinds that nobody wants are left out and counted, and what cannot be read, even what is no JSON,
 * is an event that ends in `dead-letter` as it came.
 * @param pieces takes the JSON of a body apart; undefined where it was none
 * @param part the event that is this part of a piece's bytes, where `partOf` numbers them
 */
export function mailFormat(
  name: string,
  read: Read,
  pieces: (said: unknown, body: Buffer) => Pieces,
  part: (event: JsonObject, of: number) => JsonObject = event => event,
): Format {
  return {
    name,
    buries: true,
    // SendGrid fills requests up to 768 KB; SNS and its quotes take up to 512.
    maxBytes: MAX_SOCKET_BYTES,
    split(body) {
      const parsed = json(body)
      const { all, label, bytesOf, partOf } = pieces(parsed.kind === 'ok' ? parsed.value : undefined, body)
      if (all.length > MAX_BATCH_EVENTS)
        return refuse(
          400,
          'too_large',
          `body: must be a list of at most ${MAX_BATCH_EVENTS} events, has ${all.length}`,
        )
      const taken = [...all.keys()].filter(place => {
        const event = all[place]
        return !isObject(event) || read(event) !== undefined
      })
      return ok({
        key: undefined,
        events: taken.map(place => all[place]),
        shared: { sentAt: undefined, context: undefined },
        label: index => label(taken[index] as number),
        bytesOf: index => bytesOf(taken[index] as number),
        partOf: index => partOf?.(taken[index] as number),
        ignored: all.length - taken.length,
      })
    },
    event(bytes, of) {
      const parsed = json(bytes)
      const event = parsed.kind === 'ok' ? parsed.value : undefined
      return ok(of !== undefined && isObject(event) ? part(event, of) : event)
    },
    message(event) {
      const said = read(event as JsonObject)
      if (said === undefined) return refuse(400, 'invalid', 'is of a kind that no lead does')
      return said.kind === 'ok' ? mailMessage(name, said.value) : said
    },
    marks(event) {
      const said = read(event as JsonObject)
      const flag = said?.kind === 'ok' ? flagOf(said.value) : undefined
      return flag === undefined ? [] : [flag]
    },
  }
}

/** A body that is one event. */
export function whole(said: unknown, body: Buffer): Pieces {
  return { all: [said], label: () => '', bytesOf: () => body }
}
