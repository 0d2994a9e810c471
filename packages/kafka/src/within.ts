import type { Cluster } from './internals.ts'

/**
 * ms that any one exchange with Kafka may take, beyond kafkajs's own limit of 30 s a request. Where a connection is
 * reset with requests under way, kafkajs can stop its own clock and never settle them; whoever waits would wait for ever.
 */
export const ANSWER_WITHIN = 45_000
/** ms for leaving: connections that are cut have nothing to say. */
const LEAVE_WITHIN = 2_000

/** What was asked was not answered in time. */
export class NoAnswerError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`)
  }
}

/** @throws NoAnswerError where `work` has not ended within `ms`; what it does later is nobody's any more */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerError(ms)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Ends a cluster's connections, or leaves them to themselves: kafkajs waits for every request that is under way. */
export async function leave(cluster: Pick<Cluster, 'disconnect'>): Promise<void> {
  await within(LEAVE_WITHIN, cluster.disconnect()).catch(() => {})
}
