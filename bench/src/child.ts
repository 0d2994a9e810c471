import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const children = new Set<ChildProcess>()
process.on('exit', stopChildren)

/** Ends all of them at once. */
export function stopChildren(): void {
  for (const child of children) child.kill('SIGKILL')
}

/** A TypeScript file of ours in a process of its own, with which we exchange messages. It never outlives us. */
export class Child<Message> {
  readonly #child: ChildProcess
  readonly #ended: Promise<never>

  constructor(file: URL, onMessage: (message: Message) => void, env: Record<string, string> = {}) {
    this.#child = fork(fileURLToPath(file), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...env },
    })
    children.add(this.#child)
    this.#child.on('message', message => onMessage(message as Message))
    this.#ended = new Promise((_, reject) => {
      this.#child.once('exit', (code, signal) => {
        children.delete(this.#child)
        reject(new Error(`${file.pathname.split('/').slice(-2).join('/')} ended with ${signal ?? code}`))
      })
    })
    this.#ended.catch(() => {})
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** One that has ended hears nothing: `orEnd` says so. */
  tell(message: object): void {
    this.#child.send(message, () => {})
  }

  /** The promise's own result, unless the process ends first. @throws where it does */
  orEnd<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#ended])
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}
