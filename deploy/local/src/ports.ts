import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { ConfigError } from '../../../packages/service/src/config.ts'
import { commandOf } from './processRecord.ts'
import type { Ports } from './server.ts'

/** Ports on one machine; each can be set by HOTLEAD_KAFKA_PORT and so on. */
export function defaultPorts(env: Record<string, string | undefined>): Ports {
  const port = (name: string, initial: number) => portFrom(env, name, initial)
  const kafka = port('HOTLEAD_KAFKA_PORT', 19092)
  return {
    kafka,
    kafkaController: port('HOTLEAD_KAFKA_CONTROLLER_PORT', kafka + 1),
    redis: port('HOTLEAD_REDIS_PORT', 16379),
    registry: port('HOTLEAD_REGISTRY_PORT', 18081),
  }
}

/** @throws ConfigError where the variable holds no port */
export function portFrom(env: Record<string, string | undefined>, name: string, initial: number): number {
  const value = env[name]
  if (value === undefined || value === '') return initial
  if (/^\d+$/.test(value) && Number(value) > 0 && Number(value) < 65_536) return Number(value)
  throw new ConfigError([`${name} is “${value}” and must be a port from 1 to 65535`])
}

/** What the servers need, with what to say where it is taken. */
export function wantedByServers(ports: Ports): WantedPort[] {
  return [
    { port: ports.kafka, variable: 'HOTLEAD_KAFKA_PORT', what: 'Kafka' },
    { port: ports.kafkaController, variable: 'HOTLEAD_KAFKA_CONTROLLER_PORT', what: 'Kafka’s controller' },
    { port: ports.redis, variable: 'HOTLEAD_REDIS_PORT', what: 'Redis' },
    { port: ports.registry, variable: 'HOTLEAD_REGISTRY_PORT', what: 'the schema registry' },
  ]
}

/** Free ports of this moment for the three servers. */
export async function freePorts(): Promise<Ports> {
  const [kafka, kafkaController, redis, registry] = (await anyPorts(4)) as [number, number, number, number]
  return { kafka, kafkaController, redis, registry }
}

/** Free ports of this moment: all held at once while choosing, so they differ. */
export async function anyPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const found = await Promise.all(
    servers.map(
      s =>
        new Promise<number>((resolve, reject) => {
          s.once('error', reject)
          s.listen(0, '127.0.0.1', () => resolve((s.address() as { port: number }).port))
        }),
    ),
  )
  await Promise.all(servers.map(s => new Promise(resolve => s.close(resolve))))
  return found
}

export interface WantedPort {
  port: number
  /** The variable that sets another. */
  variable: string
  what: string
}

/** @throws one sentence per taken port: which, for what, by whom, and the variable that sets another. */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  const taken: string[] = []
  for (const { port, variable, what } of wanted) {
    if (await isFree(port)) continue
    taken.push(
      `port ${port} (${what}) is taken by ${await holderOf(port)}: stop it, or set ${variable} to another port`,
    )
  }
  if (taken.length > 0) throw new Error(taken.join('\n'))
}

export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

async function holderOf(port: number): Promise<string> {
  const run = promisify(execFile)
  for (const [command, args] of [
    ['ss', ['-Hltnp', `sport = :${port}`]],
    ['lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']],
  ] as const) {
    const out = await run(command, [...args]).then(
      r => r.stdout,
      () => '',
    )
    const ss = /\(\("([^"]+)",pid=(\d+)/.exec(out)
    if (ss) return `${commandOf(Number(ss[2])) ?? ss[1]} (pid ${ss[2]})`
    const lsof = /^p(\d+)\nc(.+)$/m.exec(out)
    if (lsof) return `${commandOf(Number(lsof[1])) ?? lsof[2]} (pid ${lsof[1]})`
  }
  return 'another program'
}
