import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultPorts, portFrom, type WantedPort } from './ports.ts'
import type { Ports } from './server.ts'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

export const SERVICES = ['ingestor', 'scorer', 'tiering'] as const
export type ServiceName = (typeof SERVICES)[number]

const SERVICE_PORTS: Record<ServiceName, number> = { ingestor: 8088, scorer: 8091, tiering: 8092 }

export type Environment = Record<string, string | undefined>

/** What one local installation is told by the environment. */
export interface Settings {
  /** Data, logs and process files. */
  dataDir: string
  /** Jars, the same for every data folder of this clone. */
  cacheDir: string
  ports: Ports
  services: Record<ServiceName, number>
}

/** @throws where a variable is wrong */
export function readSettings(env: Environment): Settings {
  const cacheDir = resolve(root, '.hotlead')
  return {
    dataDir: dataDirOf(env),
    cacheDir,
    ports: defaultPorts(env),
    services: Object.fromEntries(
      SERVICES.map(name => [name, portFrom(env, portVariable(name), SERVICE_PORTS[name])]),
    ) as Record<ServiceName, number>,
  }
}

/** Folder of data, logs and process files: HOTLEAD_DATA, else .hotlead beside package.json. */
export function dataDirOf(env: Environment): string {
  return resolve(root, env.HOTLEAD_DATA || '.hotlead')
}

export function portVariable(name: ServiceName): string {
  return `HOTLEAD_${name.toUpperCase()}_PORT`
}

export function wantedByServices(settings: Settings): WantedPort[] {
  return SERVICES.map(name => ({
    port: settings.services[name],
    variable: portVariable(name),
    what: `the ${name}`,
  }))
}

/** The addresses as services and command line read them. */
export function addresses({ ports, services }: Settings): Record<string, string> {
  return {
    HOTLEAD_KAFKA: `127.0.0.1:${ports.kafka}`,
    HOTLEAD_REDIS: `redis://127.0.0.1:${ports.redis}`,
    HOTLEAD_REGISTRY: `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
    ...Object.fromEntries(SERVICES.map(name => [portVariable(name), String(services[name])])),
  }
}

/** Those addresses that are not the defaults: what another terminal must be told. */
export function unusualAddresses(settings: Settings): Record<string, string> {
  const usual = addresses(readSettings({}))
  return Object.fromEntries(Object.entries(addresses(settings)).filter(([name, v]) => usual[name] !== v))
}
