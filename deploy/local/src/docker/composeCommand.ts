import { spawnSync } from 'node:child_process'
import type { Environment } from '../settings.ts'

/** `docker compose` where the plugin is there, else `docker-compose`; undefined where neither is. */
export function composeCommand(env: Environment): [command: string, ...args: string[]] | undefined {
  for (const [command, ...args] of [['docker', 'compose'], ['docker-compose']] as [string, ...string[]][])
    if (spawnSync(command, [...args, 'version'], { timeout: 10_000, env }).status === 0)
      return [command, ...args]
  return undefined
}
