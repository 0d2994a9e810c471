import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Installation } from '../installation.ts'
import { now } from './clock.ts'
import { cpuSeconds } from './cpu.ts'
import { watchMemory } from './memory.ts'

export interface CommandRun {
  /** From the process's start to its end. */
  seconds: number
  cpu: number
  /** MB, the most that was seen resident. */
  rss: number
  /** What it wrote to stdout. */
  out: string
}

const MAIN = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))

/** `hotlead` as a person runs it, as a process of its own. @throws with what it said where it fails */
export function runCommand(installation: Installation, args: readonly string[]): Promise<CommandRun> {
  const begun = now()
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...installation.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid as number
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const memory = watchMemory({ command: pid })
  let cpu = 0
  const timer = setInterval(() => {
    cpu = cpuSeconds(pid) ?? cpu
  }, 100)
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      const seconds = (now() - begun) / 1000
      clearInterval(timer)
      process.off('exit', end)
      const { command: rss = 0 } = memory()
      if (code !== 0) return reject(new Error(`hotlead ${args[0]} ended with ${code}: ${err}`))
      resolve({ seconds, cpu, rss, out })
    })
  })
}
