import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chooseMaker } from './choose.ts'
import type { Ports, Server } from './server.ts'

export interface UpOptions {
  /** Data of the servers; found again by the next start. */
  dataDir: string
  /** Where jars are kept, shared by all who start servers on this machine. */
  cacheDir: string
  ports: Ports
  env: Record<string, string | undefined>
  say: (line: string) => void
}

export interface Up {
  kafka: string
  redis: string
  registry: string
  servers: Record<Server['name'], Server>
  /** In the order opposite to their needs: the registry writes to Kafka. */
  stop(): Promise<void>
}

/** Starts Kafka, Redis and the schema registry side by side; resolves once each does its work. */
export async function startServers({ dataDir, cacheDir, ports, env, say }: UpOptions): Promise<Up> {
  mkdirSync(dataDir, { recursive: true })
  const maker = chooseMaker(env, cacheDir, say)
  say(`servers by ${maker.kind}: ${maker.why}`)
  const servers = await maker.make({ dataDir, logDir: join(dataDir, 'logs'), ports })
  const stop = async () => {
    await servers.registry.stop().catch(() => {})
    await Promise.all([servers.kafka.stop().catch(() => {}), servers.redis.stop().catch(() => {})])
  }
  const begun = performance.now()
  const start = async (server: Server) => {
    await server.start()
    say(
      `${server.name.padEnd(9)} ${server.address.padEnd(44)} ${((performance.now() - begun) / 1000).toFixed(1)} s`,
    )
  }
  const results = await Promise.allSettled([
    start(servers.kafka),
    start(servers.redis),
    start(servers.registry),
  ])
  const failed = results.find(r => r.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return {
    kafka: servers.kafka.address,
    redis: servers.redis.address,
    registry: servers.registry.address,
    servers,
    stop,
  }
}
