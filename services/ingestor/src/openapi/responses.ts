import type { Answer, Ref, Schema } from './operation.ts'
import { ref } from './schemas.ts'

const bytes: Schema = {}

export const HEADERS = {
  RetryAfter: {
    description: 'Whole seconds after which to come again',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  Location: {
    description: 'Where the signed token leads, and nothing else of the request',
    required: true,
    schema: { type: 'string' },
  },
} as const

/** A header of those above. */
export function header(name: keyof typeof HEADERS): Ref {
  return { $ref: `#/components/headers/${name}` }
}

export function json(description: string, schema: Schema): Answer {
  return { description, content: { 'application/json': { schema } } }
}

export function text(description: string, type = 'text/plain'): Answer {
  return { description, content: { [type]: { schema: { type: 'string' } } } }
}

export function gif(description: string): Answer & Required<Pick<Answer, 'content'>> {
  return { description, content: { 'image/gif': { schema: bytes } } }
}

const refused = (description: string, headers?: Record<string, Ref>): Answer => ({
  ...json(description, ref('Refusal')),
  ...(headers && { headers }),
})
const later = { 'Retry-After': header('RetryAfter') }

/** Refusals, by their status. */
export const RESPONSES = {
  400: refused(
    'Not JSON, not of the right shape, nobody named, or over a limit: each problem by its path. Sent again it is refused again',
  ),
  401: refused('No key, one that nobody has, or one that may not be used so'),
  404: refused('There is nothing under this path'),
  408: refused('The request did not end within 30 s'),
  413: refused('More than 1 MB on the socket'),
  429: refused('A quota is used up', later),
  500: refused('A fault of ours: it is in our log'),
  503: refused('Neither Kafka nor the spool can take it at present, or the ingestor is leaving', later),
} as const

type Status = keyof typeof RESPONSES

/** What any request may meet before its route does; 503 where the ingestor is leaving. */
const ANY: readonly Status[] = [400, 408, 500, 503]

/** Refusals of a route, with those that every route has. */
export function refusals(...statuses: Status[]): Record<string, Ref> {
  const all = [...new Set([...ANY, ...statuses])].sort()
  return Object.fromEntries(all.map(status => [status, { $ref: `#/components/responses/${status}` }]))
}
