import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, jars, javaKafka } from '@hotlead/local'

const CACHE = fileURLToPath(new URL('../../../.hotlead', import.meta.url))

export interface PlainKafka {
  address: string
  stop(): Promise<void>
  start(): Promise<void>
  /** It hangs: its connections stay, and nobody is answered until `wake`. */
  hang(): void
  wake(): void
  /** While it is stopped: takes a copy of its disk. The returned call puts it back, as a restored backup does. */
  backup(): () => void
  /** Ends it for good. */
  remove(): Promise<void>
}

/** A Kafka of one test alone: another cluster, one that may lose its disk, one that may hang. */
export async function plainKafka(): Promise<PlainKafka> {
  const dir = mkdtempSync(join(tmpdir(), 'hotlead-kafka-'))
  const dataDir = join(dir, 'data')
  const logDir = join(dir, 'logs')
  mkdirSync(logDir)
  const server = javaKafka(
    { dataDir, logDir, ports: await freePorts(), isBrief: true },
    await jars(CACHE, () => {}),
  )
  await server.start()
  const signal = (name: NodeJS.Signals) => process.kill(server.process?.()?.pid as number, name)
  return {
    address: server.address,
    start: () => server.start(),
    stop: () => server.stop(),
    hang: () => signal('SIGSTOP'),
    wake: () => signal('SIGCONT'),
    backup() {
      const copy = mkdtempSync(join(dir, 'backup-'))
      cpSync(dataDir, copy, { recursive: true })
      return () => {
        rmSync(dataDir, { recursive: true })
        cpSync(copy, dataDir, { recursive: true })
      }
    },
    async remove() {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
