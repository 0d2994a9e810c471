import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Guarded } from '../guarded.ts'
import { answersMetadata } from '../java/kafka.ts'
import { pings } from '../java/redis.ts'
import { pidsOf } from '../leftovers.ts'
import type { MakeOptions, Maker, Server } from '../server.ts'
import { type Environment, root } from '../settings.ts'
import { composeCommand } from './composeCommand.ts'

const NAMES = ['kafka', 'redis', 'registry'] as const

/** Runs the three servers of docker-compose.yml; their data is in its volumes. */
export function composeMaker(env: Environment, why: string): Maker {
  const [command, ...args] = composeCommand(env) as [string, ...string[]]
  return {
    kind: 'docker',
    why: `${why}, by \`${[command, ...args].join(' ')}\``,
    holdsPorts: () => NAMES.every(name => runs(command, args, name)),
    async make(o) {
      return serversOf(o, command, args)
    },
  }
}

function serversOf(o: MakeOptions, command: string, args: string[]): Record<Server['name'], Server> {
  const { ports } = o
  // One process for all three, in the foreground: it stops its containers when it is told to, or when we are gone.
  let running: Guarded | undefined
  function compose(): Guarded {
    if (!running || running.exited)
      running = new Guarded({
        name: 'Compose',
        command,
        args: [...args, 'up', '--no-color', ...NAMES],
        cwd: root,
        env: {
          HOTLEAD_KAFKA_PORT: String(ports.kafka),
          HOTLEAD_REDIS_PORT: String(ports.redis),
          HOTLEAD_REGISTRY_PORT: String(ports.registry),
        },
        logFile: join(o.logDir, 'compose.log'),
        pidFile: join(pidsOf(o.dataDir), 'compose.json'),
      })
    return running
  }
  const server = (name: Server['name'], address: string, ready: () => Promise<boolean>): Server => ({
    name,
    address,
    // Minutes where an image is still to be pulled.
    start: () => compose().until(ready, 600_000),
    async stop() {
      await running?.stop()
    },
    async kill() {
      spawnSync(command, [...args, 'kill', name], { cwd: root })
    },
    process: () => (name === 'kafka' ? running : undefined),
  })
  const registry = `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`
  return {
    kafka: server('kafka', `127.0.0.1:${ports.kafka}`, () => answersMetadata(ports.kafka)),
    redis: server('redis', `redis://127.0.0.1:${ports.redis}`, () => pings(ports.redis)),
    registry: server('registry', registry, async () => {
      return (await fetch(`${registry}/subjects`, { signal: AbortSignal.timeout(1_000) })).ok
    }),
  }
}

/** Whether the container of this service of docker-compose.yml runs, left there by an earlier start. */
function runs(command: string, args: string[], name: string): boolean {
  const found = spawnSync(command, [...args, 'ps', '-q', name], { cwd: root, encoding: 'utf8' })
  const id = found.stdout?.trim()
  if (!id) return false
  const state = spawnSync('docker', ['inspect', '-f', '{{.State.Running}}', id], { encoding: 'utf8' })
  return state.stdout.trim() === 'true'
}
