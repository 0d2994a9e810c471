import { spawnSync } from 'node:child_process'
import { logger, main } from '../src/index.ts'

/**
 * A service that logs `before` on a disk that may be full, makes room where it can (prlimit), logs `after`, and ends by a
 * fatal error.
 */
await main('chatty', async () => {
  const log = logger('chatty')
  for (let n = 0; n < 30; n++) {
    log.info({ n, padding: 'x'.repeat(1_000) }, 'before')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:unlimited'])
  log.info('after')
  throw Object.assign(new Error('the end'), { exitCode: 3 })
})
