import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export type ServiceName = 'ingestor' | 'scorer' | 'tiering'

export interface RunningService {
  readonly port: number
  readonly url: string
  readonly pid: number
  /** How it ended: a code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>
  log(): string
  signal(signal: NodeJS.Signals): void
  /** Resolves once /readyz says so. @throws with its log where it ends before */
  ready(): Promise<void>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | NodeJS.Signals | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a service as a process and resolves once /readyz says so. @throws with its log where it ends before. */
export async function startService(name: ServiceName, env: Record<string, string>): Promise<RunningService> {
  const service = await launchService(name, env)
  await service.ready()
  return service
}

/**
 * Starts a service as a process, ready or not.
 * @param sources root of the workspace that it runs from: another one for a `mutant`
 */
export async function launchService(
  name: ServiceName,
  env: Record<string, string>,
  sources = root,
): Promise<RunningService> {
  const port = await freePort()
  const file = join(tmpdir(), `hotlead-${name}-${process.pid}-${port}.log`)
  const out = openSync(file, 'w')
  const child = spawn(
    join(root, 'node_modules/node/bin/node'),
    [join(sources, `services/${name}/src/main.ts`)],
    {
      stdio: ['ignore', out, out],
      env: { ...process.env, NODE_ENV: 'test', ...env, [`HOTLEAD_${name.toUpperCase()}_PORT`]: String(port) },
    },
  )
  running.add(child)
  let ended: number | NodeJS.Signals | null | undefined
  const exited = new Promise<number | NodeJS.Signals | null>(resolve =>
    child.on('exit', (code, signal) => {
      ended = code ?? signal
      running.delete(child)
      resolve(ended)
    }),
  )
  const url = `http://127.0.0.1:${port}`
  const log = () => readFileSync(file, 'utf8')
  return {
    port,
    url,
    pid: child.pid as number,
    exited,
    log,
    signal: signal => child.kill(signal),
    async ready() {
      while (
        !(await fetch(`${url}/readyz`).then(
          r => r.ok,
          () => false,
        ))
      ) {
        if (ended !== undefined) throw new Error(`${name} ended with ${ended} while starting:\n${log()}`)
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
