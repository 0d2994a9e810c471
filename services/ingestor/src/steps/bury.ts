import { type Admitted, type DeadLetter, letterOf, type Refused } from '@hotlead/beacon'
import type { NewRecord } from '../sink.ts'

/** The dead letter of one event, as `hotlead dlq` shows it and sends it again. */
export function bury(
  topic: string,
  admitted: Admitted,
  index: number,
  step: string,
  why: Refused | DeadLetter,
): NewRecord {
  return { topic, ...letterOf(admitted, index, `ingestor.${step}`, why) }
}
