import { type Format, MAILGUN, type Outcome, ok, POSTMARK, SENDGRID, SES } from '@hotlead/beacon'
import type { Logger } from '@hotlead/service'
import type { WebhookSender } from '@hotlead/sources'
import { answerTaken, bodyOf, success } from '../answers.ts'
import { mailgunSigned } from '../webhooks/mailgun.ts'
import { postmarkKnown } from '../webhooks/postmark.ts'
import { sendgridSigned } from '../webhooks/sendgrid.ts'
import { NOT_OURS, type SignedRequest, unsigned } from '../webhooks/signed.ts'
import { Certificates } from '../webhooks/sns/certificates.ts'
import { confirm } from '../webhooks/sns/confirm.ts'
import { snsSigned } from '../webhooks/sns/verify.ts'
import { Tokens } from '../webhooks/tokens.ts'
import type { Edge, Request } from './edge.ts'

export interface WebhookOptions {
  /** The source of that name that takes webhooks, as sources are at present. */
  sender(name: string): WebhookSender | undefined
  log: Pick<Logger, 'info' | 'warn'>
}

/** Who sends is proved; and whether the body tells events, or was about the webhook itself. */
type Proof = Outcome<'events' | 'no events'>
type Prove = (from: WebhookSender, request: SignedRequest) => Proof | Promise<Proof>

/**
 * What mail providers tell of their mails. A signature proves who sends, so no key is needed: the proofs are in
 * ../webhooks, the formats in packages/beacon/src/formats/mail.
 */
export function webhooks(edge: Edge, { sender, log }: WebhookOptions): void {
  const { app, take, refuse } = edge
  const tokens = new Map<string, Tokens>()
  const certificates = new Certificates()

  route(SENDGRID, (from, request) => proved(sendgridSigned(from.sendgrid, request)))
  route(MAILGUN, (from, request) => proved(mailgunSigned(from.mailgun, tokensOf(from), request)))
  route(POSTMARK, (from, request) => proved(postmarkKnown(from.postmark, request)))
  route(SES, async (from, request) => {
    const signed = await snsSigned(from.ses, certificates, request)
    if (signed.kind !== 'ok') return signed
    const { Type, TopicArn: topic } = signed.value
    if (Type === 'Notification') return ok('events')
    if (Type === 'UnsubscribeConfirmation') {
      log.warn({ topic, source: from.source.name }, 'a topic of SNS sends no more: somebody unsubscribed')
      return ok('no events')
    }
    const confirmed = await confirm(signed.value)
    if (confirmed.kind === 'ok') log.info({ topic, source: from.source.name }, 'subscribed to a topic of SNS')
    return confirmed.kind === 'ok' ? ok('no events') : confirmed
  })

  function route(format: Format, prove: Prove): void {
    app.post(`/webhooks/${format.name}/:source`, async (request: Request, reply) => {
      const body = bodyOf(request.body)
      if (body.kind !== 'ok') return refuse(reply, body)
      const from = sender((request.params as { source: string }).source)
      if (from === undefined) return refuse(reply, unsigned(NOT_OURS))
      const { headers } = request
      const proof = await prove(from, { headers, body: body.value, receivedAt: Date.now() })
      if (proof.kind !== 'ok') return refuse(reply, proof)
      if (proof.value === 'no events') return success(reply)
      return answerTaken(reply, await take(request, format, { source: from.source }))
    })
  }

  /** By name, so that a change of the sources forgets none. */
  function tokensOf({ source: { workspace, name } }: WebhookSender): Tokens {
    const of = `${workspace}/${name}`
    const known = tokens.get(of) ?? new Tokens()
    tokens.set(of, known)
    return known
  }
}

function proved(outcome: Outcome<undefined>): Proof {
  return outcome.kind === 'ok' ? ok('events') : outcome
}
