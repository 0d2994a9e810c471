import { Child } from '@hotlead/bench/child'
import type { LoadCommand, LoadCounts, LoadMessage, LoadOrder } from './messages.ts'

/** The load's process, as its starter sees it. */
export class Load {
  readonly #child: Child<LoadMessage>
  #failed: (error: Error) => void = () => {}
  readonly #failure: Promise<never>
  #expected: { kind: LoadMessage['kind']; resolve: (message: LoadMessage) => void } | undefined
  /** As far as it has told: once a second. */
  counts: LoadCounts = { events: 0, acked: 0, retries: 0, poison: 0 }

  private constructor() {
    this.#failure = new Promise((_, reject) => (this.#failed = reject))
    this.#failure.catch(() => {})
    this.#child = new Child<LoadMessage>(new URL('main.ts', import.meta.url), message => {
      if (message.kind === 'failed') this.#failed(new Error(`the load broke off: ${message.why}`))
      if (message.kind === 'counts' || message.kind === 'done') this.counts = message
      if (message.kind === this.#expected?.kind) this.#expected.resolve(message)
    })
  }

  static async open(order: LoadOrder, topicPrefix: string): Promise<Load> {
    const load = new Load()
    await load.#ask({ kind: 'open', order, topicPrefix }, 'ready')
    return load
  }

  begin(round: number): void {
    this.#child.tell({ kind: 'begin', round } satisfies LoadCommand)
  }

  /** @param share of the rate, until the round's end or the next call */
  pace(share: number): void {
    this.#child.tell({ kind: 'pace', share } satisfies LoadCommand)
  }

  /** Makes no more, and resolves once everything is acknowledged. @throws where an ingestor refuses good events */
  async end(): Promise<LoadCounts> {
    await this.#ask({ kind: 'end' }, 'done')
    return this.counts
  }

  close(): void {
    this.#child.stop()
  }

  #ask(command: LoadCommand, kind: LoadMessage['kind']): Promise<LoadMessage> {
    const answer = new Promise<LoadMessage>(resolve => (this.#expected = { kind, resolve }))
    this.#child.tell(command)
    return this.#child.orEnd(Promise.race([answer, this.#failure]))
  }
}
