import { join } from 'node:path'
import { Guarded } from './guarded.ts'
import { pidsOf } from './leftovers.ts'
import type { Part } from './server.ts'
import { addresses, root, type ServiceName, type Settings } from './settings.ts'

/** A processor that comes back after a crash waits out its old session in the group (30 s) before it owns anything. */
const READY_WITHIN = 120_000

/** With a spool of this data folder, where none is named: Kafka may be restarted beside it. */
function spool(settings: Settings): Record<string, string> {
  return process.env.HOTLEAD_SPOOL ? {} : { HOTLEAD_SPOOL: join(settings.dataDir, 'spool') }
}

/** A service of ours as a process; started means that /readyz says so. */
export function service(name: ServiceName, settings: Settings): Part {
  const address = `http://127.0.0.1:${settings.services[name]}`
  let running: Guarded | undefined
  return {
    name,
    address,
    async start() {
      running = new Guarded({
        name: `The ${name}`,
        command: process.execPath,
        args: [join(root, `services/${name}/src/main.ts`)],
        cwd: root,
        env: { ...addresses(settings), ...(name === 'ingestor' ? spool(settings) : {}) },
        logFile: join(settings.dataDir, 'logs', `${name}.log`),
        pidFile: join(pidsOf(settings.dataDir), `${name}.json`),
      })
      await running.until(async () => {
        return (await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok
      }, READY_WITHIN)
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
