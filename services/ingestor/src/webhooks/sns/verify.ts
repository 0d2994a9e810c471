import { isTime, millis, type Outcome, ok, refuse } from '@hotlead/beacon'
import { fresh, MAX_AGE, NOT_OURS, type SignedRequest, unsigned } from '../signed.ts'
import type { Certificates } from './certificates.ts'
import { type SnsMessage, snsMessage } from './message.ts'
import { isCertificateUrl, rsaFits } from './signature.ts'

/**
 * What SNS signed for one of our topics. SNS signs for whoever has an account there, so the topic says who sends; and it,
 * the time and the certificate's place are looked at before anything is fetched.
 */
export async function snsSigned(
  topics: ReadonlySet<string>,
  certificates: Certificates,
  request: SignedRequest,
): Promise<Outcome<SnsMessage>> {
  const said = snsMessage(request)
  if (said.kind !== 'ok') return said
  const message = said.value
  if (!topics.has(message.TopicArn)) return unsigned(NOT_OURS)
  if (!isTime(message.Timestamp)) return unsigned('Timestamp: must be an ISO 8601 time')
  const time = fresh(millis(message.Timestamp), request.receivedAt, MAX_AGE.ses)
  if (time.kind !== 'ok') return time
  if (!isCertificateUrl(message.SigningCertURL, message.TopicArn))
    return unsigned(
      'SigningCertURL: must be a .pem file at the host of SNS in the region of the topic, by https',
    )
  const key = await certificates.key(message.SigningCertURL)
  if (key === 'unknown')
    return refuse(
      503,
      'unavailable',
      'SigningCertURL: the certificate cannot be had at present: send this again later',
    )
  return key !== 'none' && rsaFits(key, message) ? ok(message) : unsigned(NOT_OURS)
}
