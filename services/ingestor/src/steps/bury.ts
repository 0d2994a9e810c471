import type { Admitted, DeadLetter, Refused } from '@hotlead/beacon'
import { isPlaceholder, keyOf, visitorSubject } from '@hotlead/contracts'
import type { NewRecord } from '../sink.ts'

/**
 * The dead letter of one event: the very bytes that came, under the visitor's key where it has one, with all that a
 * replay through the edge needs in headers.
 */
export function bury(
  topic: string,
  admitted: Admitted,
  index: number,
  step: string,
  { reason, problems }: Refused | DeadLetter,
): NewRecord {
  const { beacon, source } = admitted
  const id = (admitted.events[index] as { anonymousId?: unknown } | null)?.anonymousId
  const subject = typeof id === 'string' && id.length <= 255 && !isPlaceholder(id) ? visitorSubject(id) : '?'
  return {
    topic,
    key: keyOf(source.workspace, subject),
    value: Buffer.from(admitted.bytesOf(index)),
    headers: {
      'dlq-reason': reason,
      'dlq-detail': problems.join('; ').slice(0, 2_000),
      'dlq-step': `ingestor.${step}`,
      'dlq-timestamp': new Date(beacon.receivedAt).toISOString(),
      'dlq-source': source.name,
      'dlq-format': beacon.format.name,
    },
  }
}
