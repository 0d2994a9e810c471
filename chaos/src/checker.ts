import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './instances.ts'

export interface Verdict {
  ok: boolean
  violations: { statement: string; detail: string }[]
  counts: Record<string, number>
  /** ms from when a move by time was due to when it was in `tiers`, ascending: of those that the check before did not see. */
  late: number[]
  seconds: number
}

/** The checker, a program that shares no code with what it checks, in a process that lasts as long as its installation. */
export class Checker {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  readonly #logFile: string

  /** @param config what `chaos/check/main.mjs` is told; written to `file` */
  constructor(file: string, logFile: string, config: object) {
    writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
    this.#logFile = logFile
    this.#child = spawn(
      join(ROOT, 'node_modules/node/bin/node'),
      [process.env.CHAOS_CHECKER ?? join(ROOT, 'chaos/check/main.mjs'), '--config', file],
      { stdio: ['pipe', 'pipe', openSync(logFile, 'a')] },
    )
    process.on('exit', this.#kill)
    this.#answers = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]()
  }

  readonly #kill = () => void this.#child.kill('SIGKILL')

  /** Reads what is new and judges everything. @throws where the program ends */
  async check(): Promise<Verdict> {
    this.#child.stdin?.write('{"check":true}\n')
    const { value, done } = await this.#answers.next()
    if (done)
      throw new Error(`the checker ended (${this.#child.exitCode}): its own words are in ${this.#logFile}`)
    const answer = JSON.parse(value) as Verdict & { error?: string }
    if (answer.error !== undefined) throw new Error(`the checker could not judge: ${answer.error}`)
    return answer
  }

  close(): void {
    process.off('exit', this.#kill)
    this.#kill()
  }
}
