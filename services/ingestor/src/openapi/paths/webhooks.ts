import { idOf, type Parameter, type Paths, type Schema, type Security } from '../operation.ts'
import { json, refusals } from '../responses.ts'
import { ref } from '../schemas.ts'
import { OPEN, POSTMARK_LOGIN } from '../security.ts'

const source: Parameter = {
  name: 'source',
  in: 'path',
  required: true,
  description: 'Name of a source that has webhooks',
  schema: { type: 'string', minLength: 1 },
}

interface Provider {
  name: string
  called: string
  proof: string
  schema: Schema
  security: Security
}

const PROVIDERS: readonly Provider[] = [
  {
    name: 'sendgrid',
    called: 'SendGrid',
    proof:
      'Proved by X-Twilio-Email-Event-Webhook-Signature over X-Twilio-Email-Event-Webhook-Timestamp and the bytes of the body.',
    schema: { type: 'array', items: ref('Anything') },
    security: OPEN,
  },
  {
    name: 'mailgun',
    called: 'Mailgun',
    proof: 'Proved by `signature` in the body, over its timestamp and token.',
    schema: ref('Anything'),
    security: OPEN,
  },
  {
    name: 'postmark',
    called: 'Postmark',
    proof: 'Proved by Basic auth.',
    schema: ref('Anything'),
    security: POSTMARK_LOGIN,
  },
  {
    name: 'ses',
    called: 'SES',
    proof:
      'Proved by the signature in SNS’s envelope, whose certificate must be Amazon’s; a subscription is confirmed.',
    schema: ref('Anything'),
    security: OPEN,
  },
]

/** What mail providers tell of their mails, in their own words. */
export function webhookPaths(): Paths {
  return Object.fromEntries(
    PROVIDERS.map(({ name, called, proof, schema, security }) => {
      const path = `/webhooks/${name}/{source}`
      const post = {
        operationId: idOf('post', path),
        summary: `Events of ${called}`,
        description: `${proof} The body is the provider’s own; an event in it that cannot be read goes to dead-letter and is answered 200.`,
        tags: ['Webhooks'],
        parameters: [source],
        requestBody: { required: true as const, content: { 'application/json': { schema } } },
        security,
        responses: {
          200: json('Every event is in the log, or on the disk on its way there', ref('Success')),
          ...refusals(401, 404, 413, 429),
        },
      }
      return [path, { post }]
    }),
  )
}
