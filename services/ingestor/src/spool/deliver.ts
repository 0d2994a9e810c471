import type { NewRecord, Sent } from '../sink.ts'

/** ms until Kafka is tried again. */
const AGAIN_AFTER = 200

/** Sends the same records until they are in Kafka. @returns false where it was stopped before */
export async function deliver(
  records: NewRecord[],
  send: (records: NewRecord[]) => Promise<Sent>,
  stopped: () => boolean,
): Promise<boolean> {
  while (!stopped()) {
    if ((await send(records)) === 'acked') return true
    await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
  }
  return false
}
