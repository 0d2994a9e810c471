import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLines } from './lastLines.ts'
import { readRecord } from './processRecord.ts'

const GUARD = fileURLToPath(new URL('guard.ts', import.meta.url))
/** Bytes after which a log is put aside at the next start: one old and one new are kept. */
const LOG_BYTES = 20_000_000

export interface GuardedOptions {
  /** Of the server, for messages. */
  name: string
  command: string
  args: readonly string[]
  cwd?: string
  env?: Record<string, string>
  logFile: string
  /** Where the server's process is written down while it runs. */
  pidFile: string
}

/** A server in a process of its own that ends when we do, however we end. */
export class Guarded {
  readonly name: string
  readonly logFile: string
  /** Resolves with the exit code once it has ended. */
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  /** Bytes of the log that earlier starts wrote. */
  readonly #before: number
  readonly #pidFile: string
  exited = false

  constructor(o: GuardedOptions) {
    this.name = o.name
    this.logFile = o.logFile
    this.#pidFile = o.pidFile
    mkdirSync(dirname(o.logFile), { recursive: true })
    if ((statSync(o.logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES)
      renameSync(o.logFile, `${o.logFile}.1`)
    this.#before = statSync(o.logFile, { throwIfNoEntry: false })?.size ?? 0
    const out = openSync(o.logFile, 'a')
    this.#child = spawn(process.execPath, [GUARD, o.pidFile, o.command, ...o.args], {
      stdio: ['pipe', out, out],
      // A group of its own: Ctrl-C in the terminal reaches us, and we decide the order in which things stop.
      detached: true,
      ...(o.cwd && { cwd: o.cwd }),
      env: { ...process.env, ...o.env },
    })
    this.ended = new Promise(resolve => {
      this.#child.on('exit', code => {
        this.exited = true
        resolve(code)
      })
    })
  }

  /** Resolves once `ready` does; @throws where the server ends first or does not answer within `ms`, with its last lines. */
  async until(ready: () => Promise<boolean>, ms: number): Promise<void> {
    const deadline = performance.now() + ms
    while (!(await ready().catch(() => false))) {
      if (this.exited)
        throw new Error(
          `${this.name} ended while starting; its last lines (${this.logFile}):\n${this.tail()}`,
        )
      if (performance.now() > deadline)
        throw new Error(
          `${this.name} does not answer after ${ms / 1000} s; its last lines (${this.logFile}):\n${this.tail()}`,
        )
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end()
    await this.ended
  }

  /** As a crash: the whole group at once, no goodbye. */
  async kill(): Promise<void> {
    if (!this.exited && this.#child.pid) process.kill(-this.#child.pid, 'SIGKILL')
    await this.ended
  }

  /** Number of the server's own process; undefined where it does not run (yet). */
  get pid(): number | undefined {
    return readRecord(this.#pidFile)?.pid
  }

  /** What it has written since this start, no line twice. */
  tail(lines = 12): string {
    return [...new Set(lastLines(this.logFile, lines, this.#before))].join('\n')
  }
}
