// Installs the workspace when node_modules is not what pnpm-lock.yaml says, and finds the project's own Node. No
// dependencies: it runs on a bare clone with Node 20.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.hotlead-lock')
export const node = join(root, 'node_modules', 'node', 'bin', 'node')

/** Where Node keeps what it has compiled of our sources: a third of a second at the start of every process. */
export const compiled = { NODE_COMPILE_CACHE: join(root, '.hotlead', 'compile-cache') }

export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

export function install() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20)
    fail(
      `Node ${process.versions.node} is too old: install Node 20 or newer (it only has to fetch Node 24 for the project)`,
    )
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
  console.error(`installing with ${pnpm}, once (about a minute)`)
  const args = ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only']
  const done = spawnSync('npx', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true' },
  })
  if (done.status !== 0) {
    console.error(`${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n').slice(-15).join('\n'))
    fail(
      'The packages could not be installed: the first run needs the npm registry and about 600 MB of disk; later runs need neither.',
    )
  }
  writeFileSync(stamp, wanted)
}
