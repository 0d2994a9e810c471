import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Child {
  process: ChildProcess
  /** What it logs. */
  lines: AsyncIterable<Record<string, string>>
}

/** The ingestor as a process of its own, as `npm start` runs it. */
export function run(env: Record<string, string>): Child {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  async function* lines() {
    try {
      for await (const line of createInterface({ input: child.stdout }))
        yield JSON.parse(line) as Record<string, string>
    } finally {
      // Whoever has read enough: a pipe that is full would hold the process up.
      child.stdout.resume()
    }
  }
  return { process: child, lines: lines() }
}
