import { PassThrough } from 'node:stream'
import { RefusedError } from '@hotlead/stream'
import { logger } from '../../packages/service/src/index.ts'
import { Ends } from './ends.ts'

/** What a service writes when it ends for this reason. */
function log(error: Error): string {
  const out = new PassThrough()
  const log = logger('scorer', 'info', out)
  log.info('begins')
  log.fatal({ err: error }, error.message)
  log.info('stopping')
  return String(out.read())
}

test('a refusal is kept as a problem, other ends are counted by their sentence', () => {
  const ends = new Ends()
  ends.take('scorer-1', 1, log(new Error('Kafka is away')))
  ends.take('scorer-2', 1, log(new Error('Kafka is away')))
  ends.take('tiering-1', 137, 'not JSON\n')
  expect(ends.refusals).toEqual([])
  ends.take('scorer-1', 1, log(new RefusedError('the position is beyond the log')))
  expect(ends.refusals).toEqual(['scorer-1 refused to go on: the position is beyond the log'])
  expect(ends.counts).toEqual({
    'Kafka is away': 2,
    'ended with 137 and said nothing': 1,
    'the position is beyond the log': 1,
  })
})
