import { type KeyObject, verify } from 'node:crypto'
import type { SnsMessage } from './message.ts'

/**
 * Where certificates of SNS lie: https, a host of SNS, a file of certificates, and nothing else: no port, no user, no
 * query. Tested as text, before any parser makes something of it.
 */
const CERTIFICATE = /^https:\/\/sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?\/[A-Za-z0-9._/-]*\.pem$/

export function isCertificateUrl(url: string): boolean {
  return CERTIFICATE.test(url)
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
