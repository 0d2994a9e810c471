import { silence } from '@hotlead/kafka'
import { fatalSentence } from '@hotlead/service'
import { readConfig } from './config.ts'
import { unavailable } from './connect.ts'
import { CliError, EXIT } from './exit.ts'

/** What a person is told of an error that a command ended with. */
export function refusalOf(error: unknown): CliError {
  if (error instanceof CliError) return error
  const why = silence(error)
  // Kafka was there when the command began: anything that it asks for later may find it silent.
  if (why !== undefined) {
    const config = readConfig()
    return unavailable(config, 'HOTLEAD_KAFKA', 'Kafka', config.HOTLEAD_KAFKA.join(','), { message: why })
  }
  return new CliError(
    EXIT.failed,
    fatalSentence(error),
    'Set HOTLEAD_DEBUG=1 to see where it happened, and report it.',
    error,
  )
}
