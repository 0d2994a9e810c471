/** Characters that are gathered before they are written. */
const CHUNK = 65_536

/**
 * One JSON object, written as it is made: a list of any length takes no more memory than one of its items and 64 KB. Each item
 * of a list stands on a line of its own.
 */
export class JsonDocument {
  readonly #write: (text: string) => Promise<void>
  #waiting = '{'
  #isEmpty = true

  /** @param write resolves once more may come */
  constructor(write: (text: string) => Promise<void>) {
    this.#write = write
  }

  async field(name: string, value: unknown): Promise<void> {
    this.#name(name)
    await this.#add(JSON.stringify(value, null, 2).replaceAll('\n', '\n  '))
  }

  async list(name: string, items: AsyncIterable<unknown>): Promise<void> {
    this.#name(name)
    let before = '['
    for await (const item of items) {
      await this.#add(`${before}\n    ${JSON.stringify(item)}`)
      before = ','
    }
    await this.#add(before === '[' ? '[]' : '\n  ]')
  }

  async end(): Promise<void> {
    await this.#write(`${this.#waiting}\n}\n`)
    this.#waiting = ''
  }

  #name(name: string): void {
    this.#waiting += `${this.#isEmpty ? '' : ','}\n  ${JSON.stringify(name)}: `
    this.#isEmpty = false
  }

  async #add(text: string): Promise<void> {
    this.#waiting += text
    if (this.#waiting.length < CHUNK) return
    const chunk = this.#waiting
    this.#waiting = ''
    await this.#write(chunk)
  }
}
