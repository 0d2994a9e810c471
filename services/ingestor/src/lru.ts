/** A map that forgets what was unused for longest once it holds more than `max`. */
export class Lru<K, V> {
  /** The longest unused first. */
  readonly #map = new Map<K, V>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** What is kept under the key, which counts as a use; else what `create` makes. */
  use(key: K, create: () => V): V {
    const known = this.#map.get(key)
    if (known !== undefined) {
      this.#map.delete(key)
      this.#map.set(key, known)
      return known
    }
    const made = create()
    this.#map.set(key, made)
    if (this.#map.size > this.#max) this.#map.delete(this.#map.keys().next().value as K)
    return made
  }

  get size(): number {
    return this.#map.size
  }
}
