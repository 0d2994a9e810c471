import type { Instance, ServiceName } from './instances.ts'
import type { Progress } from './progress.ts'
import type { Dump } from './redisServer.ts'
import type { Servers } from './servers.ts'

/** ms after which the group gives a silent member's partitions away; the product's default of 10 s, made shorter. */
export const SESSION_TIMEOUT = 4_000

/** What a fault can lay hands on. */
export interface World {
  servers: Servers
  instances: readonly Instance[]
  progress: Progress
  topicPrefix: string
  redisPrefix: string
  partitions: number
  /** Of the command line: what a person at the desk has. */
  env: Record<string, string>
  /** A folder of this run's own. */
  dataDir: string
  /** States of Redis from earlier on, the oldest first. */
  dumps: Dump[]
  /** Makes the load a share of what it is, until the next call or the round's end. */
  pace(share: number): void
  /**
   * To be called when Kafka's answers stop: of the one send that each ingestor has under way nobody knows then whether it is
   * in the log. Given up after 1.6 to 10 s it goes again, by way of the spool, and the checker is told so.
   */
  inDoubt(): void
  say(line: string): void
}

export function instance(world: World, name: unknown): Instance {
  const found = world.instances.find(i => i.name === name)
  if (!found) throw new Error(`there is no instance ${name}`)
  return found
}

/** What a schedule may be drawn for, without anything running. */
export interface Shape {
  /** Of each service. */
  instances: number
}

export function namesOf({ instances }: Shape, service: ServiceName): string[] {
  return Array.from({ length: instances }, (_, i) => `${service}-${i + 1}`)
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
