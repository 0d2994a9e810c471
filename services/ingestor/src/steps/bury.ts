import type { Admitted, DeadLetter, Refused } from '@hotlead/beacon'
import { isPlaceholder, keyOf, type Subject, visitorSubject } from '@hotlead/contracts'
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
  return {
    topic,
    key: keyOf(source.workspace, subjectOf(admitted, index)),
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

function subjectOf({ beacon, events }: Admitted, index: number): Subject {
  const event = events[index]
  const id = beacon.format.visitor
    ? beacon.format.visitor(event)
    : (event as { anonymousId?: unknown } | null)?.anonymousId
  return typeof id === 'string' && id.length <= 255 && !isPlaceholder(id) ? visitorSubject(id) : '?'
}
