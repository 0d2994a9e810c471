import { spawnSync } from 'node:child_process'
import { composeCommand } from './docker/composeCommand.ts'
import { javaMaker } from './java/maker.ts'
import type { Maker } from './server.ts'
import type { Environment } from './settings.ts'

/** How containers are run: `testcontainers` for a run's own, `compose` for those of docker-compose.yml. */
export type Containers = 'testcontainers' | 'compose'

export interface ChooseOptions {
  env: Environment
  cacheDir: string
  containers: Containers
  say: (line: string) => void
}

/**
 * Containers where a Docker Engine answers, else jars; HOTLEAD_SERVERS decides by hand.
 * @throws where HOTLEAD_SERVERS asks for what is not there
 */
export async function chooseMaker({ env, cacheDir, containers, say }: ChooseOptions): Promise<Maker> {
  const asked = env.HOTLEAD_SERVERS || undefined
  if (asked !== undefined && asked !== 'docker' && asked !== 'java')
    throw new Error(`HOTLEAD_SERVERS is “${asked}” and must be docker or java`)
  if (asked === 'java') return javaMaker(cacheDir, 'HOTLEAD_SERVERS says so', say)
  const engine = engineVersion(env)
  const lacking = engine === undefined ? 'no Docker Engine answers' : lackingCompose(containers, env)
  if (lacking === undefined)
    return containerMaker(
      containers,
      env,
      asked ? 'HOTLEAD_SERVERS says so' : `a Docker Engine answers (${engine})`,
    )
  if (asked === undefined) return javaMaker(cacheDir, lacking, say)
  throw new Error(
    `HOTLEAD_SERVERS is docker and ${lacking}: start Docker (with Compose), or set HOTLEAD_SERVERS=java`,
  )
}

function engineVersion(env: Environment): string | undefined {
  const asked = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    encoding: 'utf8',
    timeout: 10_000,
    env,
  })
  return asked.status === 0 ? asked.stdout.trim() || undefined : undefined
}

function lackingCompose(containers: Containers, env: Environment): string | undefined {
  if (containers === 'compose' && !composeCommand(env))
    return 'a Docker Engine answers, but neither `docker compose` nor `docker-compose` is there'
  return undefined
}

/** Loaded only where it is taken: testcontainers alone takes half a second. */
async function containerMaker(containers: Containers, env: Environment, why: string): Promise<Maker> {
  if (containers === 'compose') return (await import('./docker/composeMaker.ts')).composeMaker(env, why)
  return (await import('./docker/maker.ts')).dockerMaker(why)
}
