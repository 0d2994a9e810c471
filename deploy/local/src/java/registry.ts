import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Guarded } from '../guarded.ts'
import { pidsOf } from '../leftovers.ts'
import type { MakeOptions, Server } from '../server.ts'

/** Apicurio by its Confluent API; it keeps its schemas in Kafka and waits for it by itself. */
export function javaRegistry(o: MakeOptions, jarsDir: string): Server {
  const folder = join(jarsDir, 'registry')
  const kafka = `127.0.0.1:${o.ports.kafka}`
  let running: Guarded | undefined
  const address = `http://127.0.0.1:${o.ports.registry}/apis/ccompat/v7`
  return {
    name: 'registry',
    address,
    async start() {
      const jar = readdirSync(folder).find(f => f.endsWith('-runner.jar'))
      if (!jar)
        throw new Error(`no runner jar in ${folder}: remove the folder and start again, it is fetched anew`)
      const tmp = join(o.dataDir, 'registry')
      mkdirSync(tmp, { recursive: true })
      running = new Guarded({
        name: 'The schema registry',
        command: 'java',
        args: [
          '-Xmx512m',
          '-XX:+UseSerialGC',
          '-XX:TieredStopAtLevel=1',
          `-Djava.io.tmpdir=${tmp}`,
          '-jar',
          join(folder, jar),
        ],
        env: {
          QUARKUS_HTTP_HOST: '127.0.0.1',
          QUARKUS_HTTP_PORT: String(o.ports.registry),
          APICURIO_STORAGE_KIND: 'kafkasql',
          APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: kafka,
          KAFKA_BOOTSTRAP_SERVERS: kafka,
        },
        logFile: join(o.logDir, 'registry.log'),
        pidFile: join(pidsOf(o.dataDir), 'registry.json'),
      })
      await running.until(
        async () => (await fetch(`${address}/subjects`, { signal: AbortSignal.timeout(1_000) })).ok,
        120_000,
      )
    },
    async stop() {
      await running?.stop()
    },
    async kill() {
      await running?.kill()
    },
    process: () => running,
  }
}
