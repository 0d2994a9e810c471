import { idOf, type Operation, type Paths } from '../operation.ts'
import { json, refusals } from '../responses.ts'
import { ref } from '../schemas.ts'
import { SECRET_KEY } from '../security.ts'

const shared = { tags: ['Sales'], security: SECRET_KEY }
const FOLLOW_UPS = '/v1/leads/{id}/follow-ups'
const OUTCOMES = '/v1/outcomes'
const LEAD = '/v1/leads/{id}'

const ID = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'An e-mail address, l:… or v:…',
  schema: { type: 'string', minLength: 1 },
} as const

/** What sales tells of a lead: with a secret key, and from no browser. */
export function salesPaths(): Paths {
  const followUp: Operation = {
    ...shared,
    operationId: idOf('post', FOLLOW_UPS),
    summary: 'A sales person’s touch with a lead',
    parameters: [ID],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: ref('FollowUp'),
          example: { channel: 'phone', result: 'opportunity', who: 'Bo' },
        },
      },
    },
    responses: { 200: json('It is in the log', ref('Told')), ...refusals(401, 404, 413) },
  }
  const outcome: Operation = {
    ...shared,
    operationId: idOf('post', OUTCOMES),
    summary: 'What became of a lead',
    description: '`lead` is an e-mail address, l:… or v:….',
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: ref('Outcome'), example: { lead: 'ann@example.com', outcome: 'won' } },
      },
    },
    responses: { 200: json('It is in the log', ref('Told')), ...refusals(401, 413) },
  }
  const forget: Operation = {
    ...shared,
    operationId: idOf('delete', LEAD),
    summary: 'A lead is to be forgotten, with its visitors and user ids',
    description:
      'What was received until then and comes later is passed over. Answered 503 until Kafka takes it. What stays in Kafka, and how long: docs/privacy.md.',
    parameters: [
      ID,
      {
        name: 'lead',
        in: 'query',
        description: 'Of a visitor or user id: only while it is this lead. An e-mail address, l:… or v:…',
        schema: { type: 'string', minLength: 1 },
      },
      {
        name: 'workspace',
        in: 'query',
        description: 'Refused where the key is of another one',
        schema: { type: 'string', minLength: 1 },
      },
    ],
    responses: {
      200: json('It is in the log, and happens within the second', ref('Forgotten')),
      ...refusals(401, 404),
    },
  }
  return {
    [FOLLOW_UPS]: { post: followUp },
    [OUTCOMES]: { post: outcome },
    [LEAD]: { delete: forget },
  }
}
