import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Guarded, jars, pings, redisBinary } from '@hotlead/local'
import { freePort } from './service.ts'

const CACHE = fileURLToPath(new URL('../../../.hotlead', import.meta.url))

/** A Redis of one test alone, which may make it hang or end without harm to others. */
export async function plainRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'hotlead-redis-'))
  const port = await freePort()
  const guarded = new Guarded({
    name: 'Redis',
    command: redisBinary(await jars(CACHE, () => {})),
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
    logFile: join(dir, 'redis.log'),
    pidFile: join(dir, 'redis.json'),
  })
  await guarded.until(() => pings(port), 30_000)
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await guarded.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
