import { join, relative } from 'node:path'
import { banner } from './banner.ts'
import { type Claim, claim } from './claim.ts'
import { checkConfiguration, checkPartitions } from './configuration.ts'
import { followErrors } from './followErrors.ts'
import { keepRunning } from './keepRunning.ts'
import { endLeftovers } from './leftovers.ts'
import { needDisk, refuseProduction } from './machine.ts'
import type { Part, Server } from './server.ts'
import { service } from './service.ts'
import { type Environment, readSettings, root, SERVICES, wantedByServices } from './settings.ts'
import { setUp } from './setUp.ts'
import { makeServers, startPart, stopServers } from './up.ts'

export interface Installation {
  /** Resolves once everything is ready and said. @throws with one sentence that names what is missing */
  start(): Promise<void>
  /** Services first, then the registry, then Kafka and Redis. @param reason said with it; silent without */
  stop(reason?: string): Promise<void>
  /** At once, without a goodbye. */
  kill(): Promise<void>
}

/** Servers and services of one data folder, from nothing to ready and back. */
export function installation(env: Environment, say: (line: string) => void): Installation {
  const stopping = new AbortController()
  const services: Part[] = []
  let servers: Record<Server['name'], Server> | undefined
  /** Those that have done their work at some time. */
  const ready = new Set<Part>()
  let claimed: Claim | undefined
  let shownData = ''

  async function startAll(parts: readonly Part[]): Promise<void> {
    const begun = performance.now()
    const results = await Promise.allSettled(
      parts.map(part => startPart(part, begun, say).then(() => ready.add(part))),
    )
    stopping.signal.throwIfAborted()
    const failed = results.find(r => r.status === 'rejected')
    if (failed) throw failed.reason
  }

  function keep(parts: readonly Part[], dataDir: string): void {
    for (const part of parts) keepRunning(part, { dataDir, say, signal: stopping.signal })
  }

  return {
    async start() {
      const { signal } = stopping
      refuseProduction(env)
      const settings = readSettings(env)
      checkConfiguration(settings, env)
      const { dataDir } = settings
      const inside = relative(root, dataDir)
      shownData = inside.startsWith('..') ? dataDir : inside
      await needDisk(dataDir)
      claimed = claim(dataDir)
      await endLeftovers(dataDir, say)
      servers = await makeServers({
        ...settings,
        env,
        containers: 'compose',
        alsoWanted: wantedByServices(settings),
        before: kind => {
          if (kind === 'java') checkPartitions(join(dataDir, 'kafka', 'logs'), env)
        },
        say,
      })
      signal.throwIfAborted()
      const three = [servers.kafka, servers.redis, servers.registry]
      await startAll(three)
      keep(three, dataDir)

      for (const line of await setUp(settings)) say(line)
      signal.throwIfAborted()
      services.push(...SERVICES.map(name => service(name, settings)))
      await startAll(services)
      keep(services, dataDir)
      for (const name of SERVICES) followErrors(name, join(dataDir, 'logs', `${name}.log`), say)

      const lines = banner(settings, env, shownData)
      say('')
      for (const line of lines) say(line)
      claimed.ready([...[...three, ...services].map(p => `${p.name.padEnd(9)} ${p.address}`), ...lines])
      say('\nReady. Ctrl-C stops everything.')
    },

    async stop(reason) {
      const begun = performance.now()
      if (reason !== undefined) say(reason === 'SIGINT' ? 'Stopping … (Ctrl-C again kills)' : 'Stopping …')
      stopping.abort(new Error('asked to stop'))
      await Promise.all(services.map(part => part.stop().catch(() => {})))
      if (servers) await stopServers(servers, server => ready.has(server))
      claimed?.release()
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      if (reason !== undefined)
        say(`Stopped in ${seconds} s (${reason}); the data stays in ${shownData || '.hotlead'}.`)
    },

    async kill() {
      const parts = [...services, ...Object.values(servers ?? {})]
      await Promise.all(parts.map(part => part.kill().catch(() => {})))
      claimed?.release()
    },
  }
}
