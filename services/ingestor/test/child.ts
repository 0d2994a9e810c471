import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Child {
  process: ChildProcess
  /** What it logs. */
  lines: AsyncIterable<Record<string, string>>
}

/** The ingestor as a process of its own, as `npm start` runs it. @param under a command that runs it, with its arguments */
export function run(env: Record<string, string>, under: readonly string[] = []): Child {
  const [command, ...args] = [...under, process.execPath, MAIN] as [string, ...string[]]
  const child = spawn(command, args, {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  async function* lines() {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
      yield JSON.parse(line) as Record<string, string>
  }
  return { process: child, lines: lines() }
}
