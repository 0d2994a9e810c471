import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Containers, chooseMaker } from './choose.ts'
import { checkPorts, type WantedPort, wantedByServers } from './ports.ts'
import type { Maker, Part, Ports, Server } from './server.ts'

export interface UpOptions {
  /** Data of the servers; found again by the next start. */
  dataDir: string
  /** Where jars are kept, shared by all who start servers on this machine. */
  cacheDir: string
  ports: Ports
  env: Record<string, string | undefined>
  /** Where containers are taken: which. Default testcontainers. */
  containers?: Containers
  /** Ports that must be free besides the servers' own. */
  alsoWanted?: readonly WantedPort[]
  /** Called before anything is started; what it throws ends the start. */
  before?: (kind: Maker['kind']) => void
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
export async function startServers(options: UpOptions): Promise<Up> {
  const servers = await makeServers(options)
  async function stop() {
    await stopServers(servers)
    await Promise.all(Object.values(servers).map(server => server.remove?.()))
  }
  const begun = performance.now()
  const results = await Promise.allSettled(
    [servers.kafka, servers.redis, servers.registry].map(server => startPart(server, begun, options.say)),
  )
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

/** The servers, not yet started. @throws where a port is taken or what runs them is missing */
export async function makeServers(o: UpOptions): Promise<Record<Server['name'], Server>> {
  const { dataDir, ports, say } = o
  mkdirSync(dataDir, { recursive: true })
  const maker = await chooseMaker({ ...o, containers: o.containers ?? 'testcontainers' })
  say(`servers by ${maker.kind}: ${maker.why}`)
  o.before?.(maker.kind)
  const own = maker.holdsPorts?.() ? [] : wantedByServers(ports)
  await checkPorts([...own, ...(o.alsoWanted ?? [])])
  return maker.make({ dataDir, logDir: join(dataDir, 'logs'), ports })
}

/** Starts a part and says where it listens and how long it took. */
export async function startPart(part: Part, begun: number, say: (line: string) => void): Promise<void> {
  await part.start()
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  say(`${part.name.padEnd(9)} ${part.address.padEnd(44)} ${seconds} s`)
}

/**
 * Ends the registry, then Kafka and Redis.
 * @param isReady which of them do their work. A process that is still starting is killed: nothing uses it yet, and
 *   Kafka and the registry answer a SIGTERM only once they are up, ten seconds later.
 */
export async function stopServers(
  servers: Record<Server['name'], Server>,
  isReady: (server: Server) => boolean = () => true,
): Promise<void> {
  const end = (server: Server) =>
    (isReady(server) || !server.process?.() ? server.stop() : server.kill()).catch(() => {})
  await end(servers.registry)
  await Promise.all([end(servers.kafka), end(servers.redis)])
}
