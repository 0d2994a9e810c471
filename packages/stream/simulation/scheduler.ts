import type { Call, Send } from '../src/memory.ts'

/** One process's work on one partition, from its start to its crash. */
export interface Task {
  readonly name: string
  isDead: boolean
  /** Step until which it does not run: a process that was stopped, or a reply that is slow. */
  frozenUntil: number
}

/** A call that was made and has not come back. */
export interface Pending {
  readonly order: number
  /** undefined: nobody waits for it any more, but it is still on its way. */
  readonly task: Task | undefined
  /** Whose call it is, or was. */
  readonly from: Task
  readonly call: Call<unknown>
  /** Whether it can come back now; a fetch waits for records. */
  readonly isReady: () => boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  /** Step from which a copy on its way arrives. */
  arrives: number
}

/**
 * What becomes of a call. Each but `done` is a fault:
 * - `crashBefore`, `crashAfter`, `crashLate`: the process dies; the call is never, was, or will be executed
 * - `replyLost`: executed, and the client, which had no answer, sends it again
 * - `copied`: executed and answered; a copy of it arrives later
 * - `refused`, `failed`, `failedLate`: an error is the answer; the call was not, was, or will be executed
 * - `partly`: an error is the answer; a first part of the records is written
 */
export type Outcome =
  | 'done'
  | 'crashBefore'
  | 'crashAfter'
  | 'crashLate'
  | 'replyLost'
  | 'copied'
  | 'refused'
  | 'failed'
  | 'failedLate'
  | 'partly'

/** A fault that was injected: what a kernel must take as a broken connection or an error reply. */
export class InjectedError extends Error {}

/** Outcomes that a call can have, beside `done`. */
export function faultsOf(name: string): readonly Outcome[] {
  const crashes = ['crashBefore', 'crashAfter', 'crashLate'] as const
  if (name === 'begin' || name === 'log.fetch') return ['crashBefore']
  if (name.startsWith('store.'))
    return [...crashes, 'replyLost', 'replyLost', 'copied', 'copied', 'refused', 'failed', 'failedLate']
  if (['log.own', 'log.elsewhere', 'log.deadLetter', 'log.tick'].includes(name))
    return [...crashes, 'refused', 'failed', 'failedLate', 'partly', 'partly']
  return ['crashBefore', 'crashAfter', 'refused', 'failed']
}

/**
 * Holds every call of every task until it is told which one proceeds, and lets one task run to its next call before the
 * next choice: nothing of the order of promises leaks in.
 */
export class Scheduler {
  readonly pending: Pending[] = []
  /** Every step in words, where they are wanted: they cost more than the steps. */
  readonly trace: string[] | undefined
  steps = 0
  #order = 0

  constructor(isTraced: boolean) {
    this.trace = isTraced ? [] : undefined
  }

  /** How a task's calls travel. */
  sendOf(task: Task): Send {
    return call => this.call(task, call)
  }

  call<T>(task: Task, call: Call<T>, isReady: () => boolean = () => true): Promise<T> {
    if (task.isDead) return new Promise(() => {})
    return new Promise<T>((resolve, reject) => {
      const settle = resolve as (value: unknown) => void
      this.pending.push({
        order: this.#order++,
        task,
        from: task,
        call,
        isReady,
        resolve: settle,
        reject,
        arrives: 0,
      })
    })
  }

  /**
   * Lets one call proceed, and what it wakes run to its next call.
   * @param draw for what an outcome leaves open: how many records are written, when a copy arrives
   */
  async step(p: Pending, outcome: Outcome, draw: (below: number) => number): Promise<void> {
    this.steps++
    this.pending.splice(this.pending.indexOf(p), 1)
    const { task, call } = p
    const pieces = outcome === 'partly' ? draw(call.pieces) : call.pieces
    let said = ''
    const run = () => {
      try {
        const value = pieces < call.pieces ? call.run(pieces) : call.run()
        if (this.trace) said = ` → ${brief(value)}`
        return { value }
      } catch (error) {
        said = ` → ${(error as Error).message}`
        return { error: error as Error }
      }
    }
    const later = () => {
      this.pending.push({
        ...p,
        task: undefined,
        arrives: this.steps + 1 + draw(80),
        resolve() {},
        reject() {},
      })
    }
    const answer = (reply: { value: unknown } | { error: Error }) =>
      'error' in reply ? p.reject(reply.error) : p.resolve(reply.value)
    const failure = () => p.reject(new InjectedError(`${call.name}: ${outcome}`))

    if (outcome === 'done') answer(run())
    else if (outcome === 'replyLost') {
      run()
      this.pending.push(p)
    } else if (outcome === 'copied') {
      answer(run())
      later()
    } else if (outcome === 'refused') failure()
    else if (outcome === 'failed' || outcome === 'partly') {
      run()
      failure()
    } else if (outcome === 'failedLate') {
      later()
      failure()
    } else {
      if (outcome === 'crashAfter') run()
      if (outcome === 'crashLate') later()
      if (task) this.kill(task)
    }
    if (this.trace) {
      const who = task?.name ?? 'copy'
      const how = outcome === 'done' ? '' : ` !${outcome}${outcome === 'partly' ? ` ${pieces}` : ''}`
      this.say(`${who} ${call.name} ${call.about()}${how}${said}`)
    }
    if (task && !task.isDead && outcome !== 'replyLost') await this.#settled()
  }

  /**
   * Until the task that was answered has made its next call. What it does between calls is promises only, a few ticks of
   * them; where it waits for more answers than this one, macrotasks come after all that can go on.
   */
  async #settled(): Promise<void> {
    const made = this.#order
    for (let ticks = 0; ticks < 60; ticks++) {
      await undefined
      if (this.#order > made) return
    }
    await settled()
  }

  /** The task's process ends; what it sent and nobody executed yet is lost. */
  kill(task: Task): void {
    task.isDead = true
    for (let i = this.pending.length - 1; i >= 0; i--)
      if (this.pending[i]?.task === task) this.pending.splice(i, 1)
  }

  say(line: string): void {
    this.trace?.push(`${this.steps} ${line}`)
  }
}

/** When every promise that can go on has gone on: macrotasks come after all microtasks. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function brief(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value !== 'object') return String(value)
  const text = JSON.stringify(value, (_key, v) =>
    v?.type === 'Buffer' ? Buffer.from(v.data).toString('latin1') : v,
  )
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
