#!/usr/bin/env node
// `npx hotlead …`: the command line, run by the project's own Node.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { compiled, install, node, root } from './install.mjs'

install()
const child = spawn(node, [join(root, 'packages/cli/src/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...compiled, ...process.env },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
