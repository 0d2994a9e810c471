import { spawnSync } from 'node:child_process'
import type { Maker } from '../server.ts'
import { jars } from './jars.ts'
import { javaKafka } from './kafka.ts'
import { binaryRedis } from './redis.ts'
import { javaRegistry } from './registry.ts'

/** Runs the servers from jars and a binary, by Java 17 or newer. */
export function javaMaker(cacheDir: string, why: string, say: (line: string) => void): Maker {
  return {
    kind: 'java',
    why,
    async make(options) {
      needJava()
      const dir = await jars(cacheDir, say)
      return {
        kafka: javaKafka(options, dir),
        redis: binaryRedis(options, dir),
        registry: javaRegistry(options, dir),
      }
    },
  }
}

function needJava(): void {
  const found = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = /version "(\d+)/.exec(found.stderr ?? '')?.[1]
  if (version !== undefined && Number(version) >= 17) return
  const is = version === undefined ? 'Java is missing' : `Java ${version} is too old`
  throw new Error(
    `${is}: install Java 17 or newer (\`apt-get install openjdk-17-jre-headless maven\`), or start Docker`,
  )
}
