import { z } from 'zod'
import type { EventType } from './beacon.ts'
import { MAX_ID_CHARS, MAX_NAME_CHARS } from './limits.ts'
import { FIRST, isTime, LAST, TIME } from './time.ts'

export type Bag = Record<string, unknown>

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// A check of our own says nothing to who reads the schema, so each says in `meta` what it takes, in JSON Schema's words.
const bag = z.custom<Bag>(isBag, 'must be an object').meta({ type: 'object' }).nullish()

const isId = (v: unknown) =>
  (typeof v === 'string' && v.length <= MAX_ID_CHARS) || (typeof v === 'number' && Number.isFinite(v))
const ID = `must be text of at most ${MAX_ID_CHARS} characters or a number`
const idIn = { type: ['string', 'number'], maxLength: MAX_ID_CHARS } as const
const id = z.custom<string | number>(isId, ID).meta(idIn).nullish()
const requiredId = z.custom<string | number>(v => isId(v) && v !== '', ID).meta({ ...idIn, minLength: 1 })

/** A moment, as `isTime` takes it. */
export const moment = z.custom<string | number>(isTime, TIME).meta({
  anyOf: [
    {
      type: 'string',
      format: 'date-time',
      description: 'ISO 8601; a date alone is its first moment, and without an offset it is UTC',
    },
    { type: 'number', minimum: FIRST, maximum: LAST, description: 'ms since 1970' },
  ],
})
const time = moment.nullish()

const isName = (v: unknown) => typeof v === 'string' && v.length <= MAX_NAME_CHARS
const nameIn = { type: 'string', maxLength: MAX_NAME_CHARS } as const
const name = z
  .custom<string>(isName, `must be text of at most ${MAX_NAME_CHARS} characters`)
  .meta(nameIn)
  .nullish()
const requiredName = z
  .custom<string>(v => isName(v) && v !== '', `must be text of 1 to ${MAX_NAME_CHARS} characters`)
  .meta({ ...nameIn, minLength: 1 })

const common = {
  messageId: id,
  anonymousId: id,
  userId: id,
  timestamp: time,
  originalTimestamp: time,
  sentAt: time,
  context: bag,
  properties: bag,
  traits: bag,
}

/** What an event of each type must be, in our own shape (Segment's): checked by `validate`, and told by the edge's OpenAPI document. */
export const MESSAGES = {
  track: z.object({ ...common, event: requiredName }),
  page: z.object({ ...common, name, category: name }),
  screen: z.object({ ...common, name, category: name }),
  identify: z.object(common),
  group: z.object({ ...common, groupId: requiredId }),
  alias: z.object({ ...common, previousId: requiredId, userId: requiredId }),
} satisfies Record<EventType, z.ZodObject>

/** Every field that any type may have. */
export type Message = z.output<z.ZodObject<typeof common>> & {
  event?: string
  name?: string | null | undefined
  category?: string | null | undefined
  groupId?: string | number
  previousId?: string | number
}
