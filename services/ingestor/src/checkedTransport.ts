import type { NewRecord, Transport } from './sink.ts'

/**
 * A transport that carries nothing before a check has passed: that the topics are those that keys are spread over, and that
 * the records have the schema's right id. Where that cannot be asked yet, it is asked again as a connection is renewed.
 */
export class CheckedTransport implements Transport {
  readonly #inner: Transport
  readonly #check: () => Promise<void>
  #checking: Promise<void> | undefined
  #hasPassed = false

  constructor(inner: Transport, check: () => Promise<void>) {
    this.#inner = inner
    this.#check = check
  }

  async send(records: readonly NewRecord[]): Promise<void> {
    if (!this.#hasPassed) throw new Error('neither Kafka nor the schema registry has answered yet')
    await this.#inner.send(records)
  }

  async renew(): Promise<void> {
    if (!this.#hasPassed) await this.#checked()
    await this.#inner.renew()
  }

  /** Who asks while it is being checked waits for the same: callers give up sooner than Kafka's client. */
  #checked(): Promise<void> {
    this.#checking ??= this.#check()
      .then(() => {
        this.#hasPassed = true
      })
      .finally(() => {
        this.#checking = undefined
      })
    return this.#checking
  }
}
