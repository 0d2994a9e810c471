import { readConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import { refusalOf } from './refusal.ts'

test('a Kafka that falls silent under a command is named with its address and the way out', () => {
  const late = Object.assign(new Error('Request Fetch timed out'), { name: 'KafkaJSRequestTimeoutError' })
  const refusal = refusalOf(late)
  expect(refusal).toMatchObject({
    exitCode: EXIT.unavailable,
    message: `Kafka at ${readConfig({}).HOTLEAD_KAFKA} does not answer (Request Fetch timed out).`,
    next: expect.stringContaining('npm start'),
  })
})

test('a refusal stays as it is, and a fault of ours is to be reported', () => {
  const own = new CliError(EXIT.notFound, 'There is none.')
  expect(refusalOf(own)).toBe(own)
  expect(refusalOf(new TypeError('x is not a function'))).toMatchObject({
    exitCode: EXIT.failed,
    message: 'x is not a function',
    next: expect.stringContaining('report it'),
  })
})
