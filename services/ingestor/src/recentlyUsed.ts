/**
 * A map of at most `max` entries that keeps what was used lately. Two halves: once the newer one is full it becomes the
 * older one, and what is in the older one and was not used since is forgotten. So the last `max / 2` different keys are
 * there for certain. One map in the order of use would forget more exactly and costs four times as much: V8 has to step
 * over what was moved to the end.
 */
export class RecentlyUsed<V> {
  readonly #half: number
  #newer = new Map<string, V>()
  #older = new Map<string, V>()

  constructor(max: number) {
    this.#half = Math.ceil(max / 2)
  }

  /** What is kept under the key, else what `create` makes; either counts as a use. */
  use(key: string, create: () => V): V {
    const newer = this.#newer.get(key)
    if (newer !== undefined) return newer
    const value = this.#older.get(key) ?? create()
    if (this.#newer.size >= this.#half) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(key, value)
    return value
  }

  /** Entries in memory; one that was moved on counts twice. */
  get size(): number {
    return this.#newer.size + this.#older.size
  }
}
