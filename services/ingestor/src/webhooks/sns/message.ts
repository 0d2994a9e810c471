import { type Outcome, ok } from '@hotlead/beacon'
import { type SignedRequest, unsigned } from '../signed.ts'

/** What SNS posts, as far as it is signed. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export interface SnsMessage {
  Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'
  MessageId: string
  TopicArn: string
  Message: string
  Timestamp: string
  SignatureVersion: '1' | '2'
  Signature: string
  SigningCertURL: string
  Subject?: string
  SubscribeURL?: string
  Token?: string
}

const TYPES: readonly unknown[] = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']
const NEEDED = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'Signature', 'SigningCertURL']
const OPTIONAL = ['Subject', 'SubscribeURL', 'Token']

/** The envelope that a body is. Its content type says text/plain. */
export function snsMessage({ headers, body }: SignedRequest): Outcome<SnsMessage> {
  if (headers['x-amz-sns-rawdelivery'] === 'true')
    return unsigned('body: is raw, and only the envelope is signed: turn raw message delivery off')
  let said: unknown
  try {
    said = JSON.parse(body.toString('utf8'))
  } catch {
    return unsigned('body: must be JSON')
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    return unsigned('body: must be an object')
  const message = said as Record<string, unknown>
  if (!TYPES.includes(message.Type)) return unsigned(`Type: must be one of ${TYPES.join(', ')}`)
  const missing = NEEDED.find(name => typeof message[name] !== 'string')
  if (missing !== undefined) return unsigned(`${missing}: must be text`)
  const wrong = OPTIONAL.find(
    name => message[name] !== undefined && message[name] !== null && typeof message[name] !== 'string',
  )
  if (wrong !== undefined) return unsigned(`${wrong}: must be text, or not there`)
  if (message.SignatureVersion !== '1' && message.SignatureVersion !== '2')
    return unsigned('SignatureVersion: must be 1 or 2')
  if (message.Type !== 'Notification' && (message.SubscribeURL === undefined || message.Token === undefined))
    return unsigned(`SubscribeURL, Token: a ${message.Type} must have both`)
  return ok(message as unknown as SnsMessage)
}
