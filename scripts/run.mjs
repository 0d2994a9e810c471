// What `npm start`, `npm test` and each `npm run …` run: with the project's own Node, and once everything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { compiled, fail, install, node, root } from './install.mjs'

const [task, ...args] = process.argv.slice(2)
const bin = name => join(root, 'node_modules', name)
const env = {
  ...compiled,
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
}

/** Lint, types and dependency rules, in parallel, each skipped where nothing it reads has changed. */
function check() {
  return spawnSync(
    bin('.bin/turbo'),
    ['run', 'lint', 'types', 'rules', '--output-logs=errors-only', '--log-order=grouped'],
    {
      cwd: root,
      env,
      stdio: 'inherit',
    },
  ).status
}

function forward(command, list, stdio = 'inherit') {
  const child = spawn(command, list, { cwd: root, env, stdio })
  // Ctrl-C reaches the child by the terminal; a plain kill of ours must reach it too.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'))
  process.on('SIGINT', () => {})
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
  return child
}

const tasks = {
  start() {
    // The channel closes with this process, however it ends: that is how the other one knows.
    const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
    const child = forward(node, [join(root, 'deploy/local/src/main.ts'), ...args], stdio)
    process.on('SIGINT', () => child.kill('SIGINT'))
  },
  bench: () => forward(node, [join(root, 'bench/src/main.ts'), ...args]),
  chaos: () => forward(node, [join(root, 'chaos/src/main.ts'), ...args]),
  fuzz: () => forward(node, [join(root, 'fuzz/src/main.ts'), ...args]),
  simulate: () => forward(node, [join(root, 'packages/stream/simulation/main.ts'), ...args]),
  'simulate:services': () => forward(node, [join(root, 'e2e/simulation/main.ts'), ...args]),
  docs: () => forward(node, [join(root, 'docs/src/write.ts'), ...args]),
  check: () => process.exit(check()),
  test() {
    if (args.length === 0 && check() !== 0) {
      console.log('\n0 passed, 1 failed')
      process.exit(1)
    }
    forward(node, [bin('jest/bin/jest.js'), '--forceExit', ...args])
  },
}

if (!tasks[task]) fail(`usage: node scripts/run.mjs ${Object.keys(tasks).join('|')}`)
install()
tasks[task]()
