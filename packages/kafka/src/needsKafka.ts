import { silence } from './silence.ts'

/** Kafka does not answer; the same may go well later. */
export class KafkaAwayError extends Error {
  override name = 'KafkaAwayError'
}

/**
 * Does at a start what cannot be done without Kafka.
 * @throws KafkaAwayError, one sentence that names the brokers and what to do, with what Kafka's client said as its cause, in
 * words for people where no broker answered
 */
export async function needsKafka<T>(brokers: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const why = silence(cause)
    throw new KafkaAwayError(
      `Kafka at ${brokers.join(',')} cannot be used: start it (\`npm start\`), or set HOTLEAD_KAFKA`,
      { cause: why === undefined ? cause : new Error(why) },
    )
  }
}
