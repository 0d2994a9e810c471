import { spawnSync } from 'node:child_process'
import { dockerMaker } from './docker/maker.ts'
import { javaMaker } from './java/maker.ts'
import type { Maker } from './server.ts'

/** Containers where a Docker engine answers, else jars; HOTLEAD_SERVERS decides by hand. */
export function chooseMaker(
  env: Record<string, string | undefined>,
  cacheDir: string,
  say: (line: string) => void,
): Maker {
  const asked = env.HOTLEAD_SERVERS
  if (asked !== undefined && asked !== '' && asked !== 'docker' && asked !== 'java')
    throw new Error(`HOTLEAD_SERVERS is “${asked}” and must be docker or java`)
  if (asked === 'java') return javaMaker(cacheDir, 'HOTLEAD_SERVERS says so', say)
  if (asked === 'docker') return dockerMaker('HOTLEAD_SERVERS says so')
  const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  if (engine.status === 0 && engine.stdout.trim() !== '')
    return dockerMaker(`a Docker engine answers (${engine.stdout.trim()})`)
  return javaMaker(cacheDir, 'no Docker engine answers', say)
}
