import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface RunningService {
  readonly port: number
  readonly url: string
  readonly pid: number
  log(): string
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a service as a process and resolves once /readyz says so. @throws with its log where it ends before. */
export async function startService(
  name: 'ingestor' | 'scorer' | 'tiering',
  env: Record<string, string>,
): Promise<RunningService> {
  const port = await freePort()
  const file = join(tmpdir(), `hotlead-${name}-${process.pid}-${port}.log`)
  const out = openSync(file, 'w')
  const child = spawn(
    join(root, 'node_modules/node/bin/node'),
    [join(root, `services/${name}/src/main.ts`)],
    {
      stdio: ['ignore', out, out],
      env: { ...process.env, NODE_ENV: 'test', ...env, [`HOTLEAD_${name.toUpperCase()}_PORT`]: String(port) },
    },
  )
  running.add(child)
  let code: number | null | undefined
  const exited = new Promise<number | null>(resolve =>
    child.on('exit', c => {
      code = c
      running.delete(child)
      resolve(c)
    }),
  )
  const url = `http://127.0.0.1:${port}`
  const log = () => readFileSync(file, 'utf8')
  while (
    !(await fetch(`${url}/readyz`).then(
      r => r.ok,
      () => false,
    ))
  ) {
    if (code !== undefined) throw new Error(`${name} ended with ${code} while starting:\n${log()}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    port,
    url,
    pid: child.pid as number,
    log,
    signal: signal => child.kill(signal),
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
