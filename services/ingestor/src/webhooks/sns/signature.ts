import { type KeyObject, verify } from 'node:crypto'
import { isOfRegion } from './host.ts'
import type { SnsMessage } from './message.ts'

/** A file of certificates and nothing else: no query, no escapes. */
const CERTIFICATE = /^https:\/\/[^/]+\/[A-Za-z0-9._/-]*\.pem$/

/** Whether it is where certificates of SNS lie, for a topic. */
export function isCertificateUrl(url: string, topic: string): boolean {
  return isOfRegion(url, topic) && CERTIFICATE.test(url)
}

const SIGNED = [
  'Message',
  'MessageId',
  'Subject',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const

/** Names and values, each on a line, as far as they are there. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html */
export function signedText(message: SnsMessage): string {
  return SIGNED.map(name => (typeof message[name] === 'string' ? `${name}\n${message[name]}\n` : '')).join('')
}

/** RSA with SHA-1 (version 1) or SHA-256 (version 2), in base64. */
export function rsaFits(key: KeyObject, message: SnsMessage): boolean {
  const hash = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256'
  return verify(hash, Buffer.from(signedText(message)), key, Buffer.from(message.Signature, 'base64'))
}
