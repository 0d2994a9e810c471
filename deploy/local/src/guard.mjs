// Runs a server that must not outlive us: `node guard.mjs COMMAND ARGS…`. Our parent holds the other end of stdin; when
// it closes (a clean stop, or the parent was killed), the server gets SIGTERM, and SIGKILL ten seconds later.
import { spawn } from 'node:child_process'

const [command, ...args] = process.argv.slice(2)
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
let stopping = false

function stop() {
  if (stopping) return
  stopping = true
  server.kill('SIGTERM')
  setTimeout(() => server.kill('SIGKILL'), 10_000).unref()
}

process.stdin.on('end', stop).on('error', stop).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
server.on('error', error => {
  console.error(error.message)
  process.exit(127)
})
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
