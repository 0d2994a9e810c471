// Runs a server that must not outlive us: `node guard.ts PID_FILE COMMAND ARGS…`. Our parent holds the other end of
// stdin; when it closes (a clean stop, or the parent was killed), the server gets SIGTERM, and SIGKILL ten seconds
// later. The file says which process the server is: if this guard is killed too, the next start finds it by that.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { constants } from 'node:os'
import { writeRecord } from './processRecord.ts'

const [pidFile, command, ...args] = process.argv.slice(2) as [string, string, ...string[]]
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
if (server.pid) writeRecord(pidFile, server.pid)
let stopping = false

function stop() {
  if (stopping) return
  stopping = true
  server.kill('SIGTERM')
  setTimeout(() => server.kill('SIGKILL'), 10_000).unref()
}

process.stdin.on('end', stop).on('error', stop).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
server.on('error', error => {
  console.error(error.message)
  process.exit(127)
})
server.on('exit', (code, signal) => {
  rmSync(pidFile, { force: true })
  // As a shell says it: 137 is SIGKILL.
  process.exit(code ?? 128 + constants.signals[signal as NodeJS.Signals])
})
