import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { anyPorts, Guarded } from '@hotlead/local'
import { limitFiles } from './fileLimit.ts'

export type ServiceName = 'ingestor' | 'scorer' | 'tiering'
export const SERVICES: readonly ServiceName[] = ['ingestor', 'scorer', 'tiering']

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** ms after which an instance that ended by itself is started again, as a supervisor would. */
const AGAIN_AFTER = 500

export interface InstanceOptions {
  /** `scorer-2` */
  name: string
  service: ServiceName
  port: number
  /** Of the sources to run: this workspace, or a copy with one check switched off. */
  root: string
  env: Record<string, string>
  dataDir: string
  /** Told before its process is killed. */
  onKilled(instance: Instance): void
  /** Told of an end that nobody asked for. */
  onEnded(instance: Instance, code: number | null): void
}

/** One process of a service, started again whenever it ends by itself. */
export class Instance {
  readonly name: string
  readonly service: ServiceName
  readonly port: number
  readonly url: string
  readonly #o: InstanceOptions
  env: Record<string, string>
  #running: Guarded | undefined
  /** Whether it should run: what ends while it is true is started again. */
  #wanted = false
  /** The failpoints that the running process was started with. */
  #armed = ''
  /** Bytes of its log that processes before the running one wrote. */
  #before = 0

  constructor(o: InstanceOptions) {
    this.#o = o
    this.name = o.name
    this.service = o.service
    this.port = o.port
    this.env = o.env
    this.url = `http://127.0.0.1:${o.port}`
  }

  get armed(): string {
    return this.#armed
  }

  /** Starts its process and returns at once. @param failpoints for this process alone, as HOTLEAD_FAILPOINTS */
  start(failpoints = ''): void {
    this.#wanted = true
    this.#armed = failpoints
    const { root, dataDir, service } = this.#o
    const logFile = this.#logFile
    this.#before = existsSync(logFile) ? statSync(logFile).size : 0
    const running = new Guarded({
      name: this.name,
      command: join(ROOT, 'node_modules/node/bin/node'),
      args: [join(root, `services/${service}/src/main.ts`)],
      cwd: root,
      env: {
        NODE_ENV: 'test',
        LOG_LEVEL: 'info',
        ...this.env,
        [`HOTLEAD_${service.toUpperCase()}_PORT`]: String(this.port),
        HOTLEAD_FAILPOINTS: failpoints,
      },
      logFile,
      pidFile: join(dataDir, 'pids', `${this.name}.json`),
    })
    this.#running = running
    void running.ended.then(async code => {
      if (!this.#wanted || this.#running !== running) return
      this.#o.onEnded(this, code)
      this.#armed = ''
      await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
      if (this.#wanted && this.#running === running) this.start()
    })
  }

  /** Resolves once the process of this moment has ended by itself. */
  async ended(): Promise<void> {
    await this.#running?.ended
  }

  async kill(): Promise<void> {
    this.#wanted = false
    if (this.signal(0)) this.#o.onKilled(this)
    await this.#running?.kill()
  }

  /** SIGTERM, and up to ten seconds to leave. */
  async stop(): Promise<void> {
    this.#wanted = false
    await this.#running?.stop()
  }

  /** @returns false where no process is there to take it */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 0): boolean {
    const pid = this.#running?.pid
    if (pid === undefined) return false
    try {
      process.kill(pid, signal)
      return true
    } catch {
      return false
    }
  }

  /** No file of its process grows beyond so many bytes, until it is told otherwise or ends. */
  limitFiles(bytes: number | 'unlimited'): void {
    // Where it has just ended by itself, its next process has no limit anyway.
    if (this.signal(0)) limitFiles(this.#running?.pid, bytes)
  }

  /** Undefined where /readyz says that it does its work, else what it says. */
  async notReady(): Promise<string | undefined> {
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_500) })
      const text = await answer.text()
      return answer.ok ? undefined : text.trim()
    } catch (error) {
      return (error as Error).message
    }
  }

  /** What the process of this moment has written so far, as it wrote it. */
  logged(): string {
    return readFileSync(this.#logFile).toString('utf8', this.#before)
  }

  get #logFile(): string {
    return join(this.#o.dataDir, 'logs', `${this.name}.log`)
  }

  tail(lines = 6): string {
    return this.#running?.tail(lines) ?? ''
  }
}

/** `count` instances of each service, none started yet. */
export async function instances(
  count: number,
  o: Omit<InstanceOptions, 'name' | 'service' | 'port'>,
): Promise<Instance[]> {
  const ports = await anyPorts(SERVICES.length * count)
  return SERVICES.flatMap(service =>
    Array.from(
      { length: count },
      (_, i) => new Instance({ ...o, name: `${service}-${i + 1}`, service, port: ports.shift() as number }),
    ),
  )
}
