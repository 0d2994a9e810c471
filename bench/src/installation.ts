import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { launchService, type RunningService, testServers } from '@hotlead/testkit'
import type { Context } from './context.ts'
import { serverPids } from './measure/cpu.ts'
import { profiling } from './profile/profiling.ts'

type ServiceName = 'ingestor' | 'scorer' | 'tiering'

/** Servers, topics, schemas and the default model of one benchmark alone, and the services that it starts. */
export interface Installation {
  env: Record<string, string>
  kafka: string
  redis: string
  registry: string
  partitions: number
  /** Starts a service as a process; resolves once it is ready. @param sources root of the workspace: a `mutant` */
  start(name: ServiceName, sources?: string): Promise<RunningService>
  /** Ends a running service; resolves once its process is gone. */
  stop(name: ServiceName): Promise<void>
  /** Process ids by name: servers and the running services. */
  pids(): Record<string, number>
  close(): Promise<void>
}

const open = new Set<Installation>()

/** Ends what a signal interrupts: services, servers and their temporary data. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map(i => i.close()))
}

export async function install({ options, say }: Context): Promise<Installation> {
  const up = await testServers(line => say(`  ${line}`))
  const env = {
    HOTLEAD_KAFKA: up.kafka,
    HOTLEAD_REDIS: up.redis,
    HOTLEAD_REGISTRY: up.registry,
    HOTLEAD_PARTITIONS: String(options.partitions),
    HOTLEAD_TOPIC_PREFIX: '',
    HOTLEAD_REDIS_PREFIX: 'hotlead:',
  }
  const running = new Map<string, RunningService>()
  let closing: Promise<void> | undefined
  const installation: Installation = {
    env,
    kafka: up.kafka,
    redis: up.redis,
    registry: up.registry,
    partitions: options.partitions,
    async start(name, sources) {
      const more = options.profile ? profiling(name) : {}
      const service = await launchService(name, { ...env, LOG_LEVEL: 'info', ...more }, sources)
      running.set(name, service)
      await service.ready()
      return {
        ...service,
        async stop() {
          running.delete(name)
          return service.stop()
        },
      }
    },
    async stop(name) {
      const service = running.get(name)
      running.delete(name)
      await service?.stop()
    },
    pids: () => ({ ...Object.fromEntries([...running].map(([name, s]) => [name, s.pid])), ...serverPids() }),
    close() {
      closing ??= (async () => {
        await Promise.all([...running.values()].map(s => s.stop()))
        await up.release()
        open.delete(installation)
      })()
      return closing
    },
  }
  open.add(installation)
  try {
    await setUp(env)
  } catch (error) {
    await installation.close()
    throw error
  }
  return installation
}

/** `hotlead setup`, as a person would run it. @throws with what it said */
function setUp(env: Record<string, string>): Promise<void> {
  const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, 'setup'], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
    child.on('error', reject)
    child.on('exit', code =>
      code === 0 ? resolve() : reject(new Error(`hotlead setup ended with ${code}: ${said}`)),
    )
  })
}
