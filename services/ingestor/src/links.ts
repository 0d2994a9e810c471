/**
 * Links (workspace, visitor, lead) already written and acknowledged, latest last. A forgotten one is only written again:
 * the scorer takes a repeated link for what it is. 50,000 entries of about 150 bytes are 8 MB.
 */
export class Links {
  readonly #known = new Set<string>()
  readonly #max: number

  constructor(max = 50_000) {
    this.#max = max
  }

  has(link: string): boolean {
    if (!this.#known.delete(link)) return false
    this.#known.add(link)
    return true
  }

  add(link: string): void {
    this.#known.delete(link)
    this.#known.add(link)
    if (this.#known.size > this.#max) this.#known.delete(this.#known.values().next().value as string)
  }

  get size(): number {
    return this.#known.size
  }
}
