import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Guarded, jars, pings, redisBinary } from '@hotlead/local'
import { openRedis } from '@hotlead/redis'
import { freePort } from './service.ts'

const CACHE = fileURLToPath(new URL('../../../.hotlead', import.meta.url))
const SLOTS = 16_384

/** A Redis Cluster of one node that holds every slot: it refuses what a larger one would (keys of several slots). */
export async function clusterRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'hotlead-cluster-'))
  const binary = redisBinary(await jars(CACHE, () => {}))
  const port = await freePort()
  const settings = {
    port,
    bind: '127.0.0.1',
    dir,
    save: '',
    'cluster-enabled': 'yes',
    'cluster-announce-ip': '127.0.0.1',
    // Its bus: 10,000 higher where nothing is said, which may be no port at all.
    'cluster-port': await freePort(),
  }
  // Redis 6 has no cluster-port: there the port itself must leave room above it.
  const server = await start(binary, settings, dir).catch(async () => {
    const { 'cluster-port': _, ...rest } = settings
    return start(binary, { ...rest, port: 20_000 + (port % 30_000) }, dir)
  })
  const node = openRedis(`redis://127.0.0.1:${server.port}`)
  await node.call('CLUSTER', 'ADDSLOTS', ...Array.from({ length: SLOTS }, (_, slot) => String(slot)))
  while (!String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
    await new Promise(resolve => setTimeout(resolve, 20))
  node.disconnect()
  return {
    url: `redis-cluster://127.0.0.1:${server.port}`,
    async stop() {
      await server.guarded.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function start(command: string, settings: Record<string, string | number>, dir: string) {
  const port = settings.port as number
  const guarded = new Guarded({
    name: 'Redis Cluster',
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    logFile: join(dir, 'redis.log'),
    pidFile: join(dir, 'redis.json'),
  })
  await guarded.until(() => pings(port), 30_000)
  return { guarded, port }
}
