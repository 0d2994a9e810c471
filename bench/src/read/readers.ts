import { Child } from '../child.ts'
import type { Answers } from './answers.ts'
import type { ReadMessage, ReadOrder } from './messages.ts'

/** A process that reads leads without a pause, and knows what each answer must be. */
export interface Readers {
  pid: number
  /** What was answered since it began, or since the last call. */
  answers(): Promise<Answers>
  stop(): void
}

/** Resolves once every lead was asked for once, with what all later answers are compared to. @throws where one failed */
export async function startReaders(order: ReadOrder): Promise<Readers & { hot: number }> {
  let heard: (message: ReadMessage) => void = () => {}
  const child = new Child<ReadMessage>(new URL('main.ts', import.meta.url), message => heard(message))
  const hear = <K extends ReadMessage['kind']>(kind: K) =>
    child.orEnd(
      new Promise<Extract<ReadMessage, { kind: K }>>((resolve, reject) => {
        heard = message => {
          if (message.kind === kind) resolve(message as Extract<ReadMessage, { kind: K }>)
          else if (message.kind === 'failed') reject(new Error(`the readers broke off: ${message.why}`))
        }
      }),
    )
  const baseline = hear('baseline')
  child.tell(order)
  const { hot } = await baseline
  return {
    pid: child.pid,
    hot,
    async answers() {
      const answer = hear('answers')
      child.tell({ kind: 'tell' })
      return (await answer).answers
    },
    stop: () => child.stop(),
  }
}
