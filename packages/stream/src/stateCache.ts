import { PARTITION } from './processor.ts'

/** The states of one partition that its owner keeps in memory between batches: those of the keys it met last. */
export class StateCache<State> {
  /** undefined: the store has nothing of this key. */
  readonly states = new Map<string, State | undefined>()
  readonly #limit: number
  readonly #read: (keys: readonly string[]) => Promise<(State | undefined)[]>

  /** @param limit keys that may stay between batches @param read from the store */
  constructor(limit: number, read: (keys: readonly string[]) => Promise<(State | undefined)[]>) {
    this.#limit = limit
    this.#read = read
  }

  /** Reads those of the keys that are not in memory, in one exchange. */
  async load(keys: readonly string[]): Promise<void> {
    const missing = [...new Set(keys)].filter(key => !this.states.has(key))
    if (missing.length === 0) return
    const found = await this.#read(missing)
    missing.forEach((key, i) => {
      this.states.set(key, found[i])
    })
  }

  /** Drops what is beyond the limit, the longest there first, and never the partition's own state. */
  trim(): void {
    for (const key of this.states.keys()) {
      if (this.states.size <= this.#limit) return
      if (key !== PARTITION) this.states.delete(key)
    }
  }
}
