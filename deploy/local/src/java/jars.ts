import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const POM = fileURLToPath(new URL('../../pom.xml', import.meta.url))

/** Folder with what pom.xml names: kafka/, registry/, redis/. Fetched by Maven the first time (about 120 MB). */
export async function jars(cacheDir: string, say: (line: string) => void): Promise<string> {
  const target = join(cacheDir, 'jars')
  const stamp = join(target, 'pom.xml')
  const pom = readFileSync(POM, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === pom) return target
  say('fetching Kafka, Redis and the schema registry from Maven Central, once (about 120 MB)')
  // Into a folder of this run, then renamed: two runs at once, or one that is cut short, leave nothing half done.
  const part = `${target}.${process.pid}`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  try {
    await maven(['-q', '-B', '-f', POM, 'package', `-Djars=${part}`])
    writeFileSync(join(part, 'pom.xml'), pom)
    rmSync(target, { recursive: true, force: true })
    renameSync(part, target)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return target
}

function maven(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    // Cut short by Ctrl-C, it must not go on fetching.
    const end = () => child.kill()
    process.once('exit', end)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => (output = (output + chunk).slice(-4000)))
    child.on('error', cause =>
      reject(
        new Error(
          'Maven is missing: install it (`apt-get install maven`, `brew install maven`), or start Docker',
          { cause },
        ),
      ),
    )
    child.on('exit', code => {
      process.off('exit', end)
      if (code === 0) return resolve()
      reject(
        new Error(
          `Maven could not fetch the servers (is the network there, and 500 MB of disk?):\n${output.trim()}`,
        ),
      )
    })
  })
}
