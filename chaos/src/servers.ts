import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { anyPorts, jars, javaKafka, javaRegistry, type Server } from '@hotlead/local'
import { FaultProxy } from './faultProxy.ts'
import { RedisServer } from './redisServer.ts'

const CACHE = fileURLToPath(new URL('../../.hotlead', import.meta.url))

/** Kafka, Redis and the schema registry of one run, each with a proxy in front that the services go through. */
export interface Servers {
  kafka: Server
  redis: RedisServer
  registry: Server
  proxies: { kafka: FaultProxy; redis: FaultProxy; registry: FaultProxy }
  /** Where the checker and the load's poison go: straight to the servers. */
  direct: { HOTLEAD_KAFKA: string; HOTLEAD_REDIS: string; HOTLEAD_REGISTRY: string }
  /** Where the services go: through the proxies. */
  proxied: { HOTLEAD_KAFKA: string; HOTLEAD_REDIS: string; HOTLEAD_REGISTRY: string }
  stop(): Promise<void>
}

/** Starts them side by side, with their data in `dataDir`, and resolves once each does its work. */
export async function startServers(dataDir: string, say: (line: string) => void): Promise<Servers> {
  const [kafkaPort, behind, kafkaController, redisPort, registryPort] = (await anyPorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const proxies = {
    kafka: await FaultProxy.open(behind),
    redis: await FaultProxy.open(redisPort),
    registry: await FaultProxy.open(registryPort),
  }
  const options = {
    dataDir,
    logDir: join(dataDir, 'logs'),
    ports: { kafka: kafkaPort, kafkaController, redis: redisPort, registry: registryPort },
    kafkaBehindProxy: { port: behind, advertised: proxies.kafka.port },
  }
  const dir = await jars(CACHE, say)
  const kafka = javaKafka(options, dir)
  const registry = javaRegistry(options, dir)
  const redis = new RedisServer({ cacheDir: CACHE, dataDir, port: redisPort })
  const addresses = (kafka: number, redis: number, registry: number) => ({
    HOTLEAD_KAFKA: `127.0.0.1:${kafka}`,
    HOTLEAD_REDIS: `redis://127.0.0.1:${redis}`,
    HOTLEAD_REGISTRY: `http://127.0.0.1:${registry}/apis/ccompat/v7`,
  })
  async function stop() {
    for (const proxy of Object.values(proxies)) proxy.heal()
    await registry.stop().catch(() => {})
    await Promise.all([kafka.stop().catch(() => {}), redis.stop().catch(() => {})])
    await Promise.all(Object.values(proxies).map(p => p.close()))
  }
  const started = await Promise.allSettled([kafka.start(), redis.start(), registry.start()])
  const failed = started.find(s => s.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return {
    kafka,
    redis,
    registry,
    proxies,
    direct: addresses(kafkaPort, redisPort, registryPort),
    proxied: addresses(proxies.kafka.port, proxies.redis.port, proxies.registry.port),
    stop,
  }
}
