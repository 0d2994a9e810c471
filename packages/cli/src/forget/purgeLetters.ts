import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import type { DeadLetters } from '../dlq/deadLetters.ts'
import { Operator } from '../dlq/operator.ts'
import type { Position } from '../dlq/position.ts'
import { type Purged, purge } from '../dlq/purge.ts'

/** Purges the letters at these places. Without any, nothing is begun that would shut out somebody who retries others. */
export async function purgeLetters(
  config: CliConfig,
  kafka: Kafka,
  letters: DeadLetters,
  places: readonly Position[],
): Promise<Purged> {
  if (places.length === 0) return { purged: 0, deleted: 0, remain: 0 }
  const operator = await Operator.begin(config, kafka)
  try {
    return await purge({ letters, operator, kafka }, places)
  } finally {
    await operator.close()
  }
}

/** What two purges did, the later one second: what remains is counted of all letters each time. */
export function both(first: Purged, second: Purged): Purged {
  return {
    purged: first.purged + second.purged,
    deleted: first.deleted + second.deleted,
    remain: second.purged > 0 ? second.remain : first.remain,
  }
}
