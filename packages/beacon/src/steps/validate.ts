import { type Admitted, EVENT_TYPES, type EventType } from '../beacon.ts'
import { MAX_EVENT_BYTES } from '../limits.ts'
import { type Bag, isBag, MESSAGES, type Message } from '../messages.ts'
import { deadLetter, type Outcome, ok, refuse } from '../outcome.ts'
import { kindOf } from '../problems.ts'
import { isTime } from '../time.ts'

export interface EventIn {
  admitted: Admitted
  index: number
}

/** An event of the right shape. Ids are text; times are ms since 1970. */
export interface Valid extends EventIn {
  type: EventType
  message: Message
}

/** Our own shape, whoever's words the event came in, with every problem named by its path and the kind of value found. */
export function validate() {
  return function validate({ admitted, index }: EventIn): Outcome<Valid> {
    const { beacon, shared } = admitted
    if (admitted.unread) return admitted.unread
    const at = admitted.label(index)
    const raw = admitted.events[index]
    // Only a large body can hold a large event; finding an event's bytes means scanning the body once more.
    if (beacon.body.length > MAX_EVENT_BYTES) {
      const size = admitted.bytesOf(index).length
      if (size > MAX_EVENT_BYTES)
        return deadLetter(
          'too_large',
          `${at || 'body'}: must be at most ${MAX_EVENT_BYTES} bytes, is ${size}`,
        )
    }
    if (!isBag(raw)) return refuse(400, 'invalid', `${at || 'body'}: must be an object, is ${kindOf(raw)}`)
    const said = beacon.format.message(raw, { head: beacon.key, body: admitted.key })
    if (said.kind !== 'ok')
      return { ...said, problems: said.problems.map(p => (at === '' ? p : `${at}.${p}`)) }
    const event = said.value as Bag
    const type = event.type as EventType
    if (!EVENT_TYPES.includes(type))
      return refuse(
        400,
        'invalid',
        `${path(at, ['type'])}: must be one of ${EVENT_TYPES.join(', ')}, is ${kindOf(type)}`,
      )
    const parsed = MESSAGES[type].safeParse(event)
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        issue => `${path(at, issue.path)}: ${issue.message}, is ${kindOf(dig(event, issue.path))}`,
      )
      return refuse(400, 'invalid', ...problems)
    }
    const message = parsed.data as Message
    if (isTime(shared.sentAt)) message.sentAt ??= shared.sentAt
    return ok({ admitted, index, type, message })
  }
}

function path(at: string, parts: readonly PropertyKey[]): string {
  return [at, ...parts.map(String)].filter(p => p !== '').join('.')
}

function dig(value: unknown, parts: readonly PropertyKey[]): unknown {
  return parts.reduce<unknown>((v, p) => (isBag(v) ? v[String(p)] : undefined), value)
}
