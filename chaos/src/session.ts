import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { stopChildren } from '@hotlead/bench/child'
import { Ends } from './ends.ts'
import { type Installation, install } from './installation.ts'
import { ROOT } from './instances.ts'
import { type Servers, startServers } from './servers.ts'

export interface SessionOptions {
  /** Tells the folder of its data from others. */
  name: string
  seed: number
  /** Events a second. */
  rate: number
  /** Instances of each service. */
  instances: number
  say(line: string): void
}

const PARTITIONS = 4

const open = new Set<Session>()

/** Ends what a signal interrupts. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map(s => s.close(true)))
}

/** The servers of one run, and one installation after the other on them. */
export class Session {
  readonly dataDir: string
  readonly servers: Servers
  readonly ends = new Ends()
  readonly #o: SessionOptions
  #installation: Installation | undefined
  #era = 0

  private constructor(o: SessionOptions, dataDir: string, servers: Servers) {
    this.#o = o
    this.dataDir = dataDir
    this.servers = servers
  }

  static async open(o: SessionOptions): Promise<Session> {
    const dataDir = join(ROOT, '.hotlead', 'chaos', `${o.name}-${process.pid}`)
    mkdirSync(join(dataDir, 'logs'), { recursive: true })
    const session = new Session(o, dataDir, await startServers(dataDir, o.say))
    open.add(session)
    return session
  }

  /** A new installation in the place of the one before. @param root of the sources that its services run from */
  async install(root: string): Promise<Installation> {
    await this.#installation?.close()
    const { instances, seed, rate, say } = this.#o
    this.#installation = await install({
      servers: this.servers,
      dataDir: this.dataDir,
      root,
      count: instances,
      partitions: PARTITIONS,
      seed,
      rate,
      era: ++this.#era,
      ends: this.ends,
      say,
    })
    return this.#installation
  }

  /** @param keep logs and data stay, and it is said where */
  async close(keep: boolean): Promise<void> {
    if (!open.delete(this)) return
    await this.#installation?.close()
    await this.servers.stop()
    stopChildren()
    if (keep) this.#o.say(`logs and data are kept in ${this.dataDir}`)
    else rmSync(this.dataDir, { recursive: true, force: true })
  }
}
