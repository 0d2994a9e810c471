import { spawnSync } from 'node:child_process'
import { logger, main } from '../src/index.ts'

/**
 * A service that logs as many lines as it is told, on a disk that may be full, makes room where it can (prlimit), logs
 * `room` and `after`, and ends by a fatal error.
 */
await main('chatty', async () => {
  const log = logger('chatty')
  for (let n = 0; n < Number(process.argv[2]); n++) {
    log.info({ n, padding: 'x'.repeat(1_000) }, 'before')
    if (n % 10 === 0) await new Promise(resolve => setTimeout(resolve, 1))
  }
  for (let n = 0; n < 50; n++) log.info('short')
  spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:unlimited'])
  log.info('room')
  log.info('after')
  throw Object.assign(new Error('the end'), { exitCode: 3 })
})
