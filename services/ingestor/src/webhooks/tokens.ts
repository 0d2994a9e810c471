/** Of one of the two halves of what is remembered. */
interface Half {
  digests: Map<string, string>
  /** The latest time that was signed with one of its tokens, in ms since 1970. */
  latest: number
}

/**
 * The tokens that came, each with a digest of what it came for, so that none is used for something else. The last
 * `size / 2` at least are remembered, `size` at most (measured: 175 bytes each, so 18 MB a source). Where the older half
 * goes, what was signed no later than its tokens is refused from then on unless it is still known: so a forgotten token
 * is never taken for a new one.
 *
 * One process remembers. At another ingestor a token can be used once more, for something else.
 */
export class Tokens {
  readonly #half: number
  #older = half()
  #newer = half()
  #forgotten = Number.NEGATIVE_INFINITY

  constructor(size = 100_000) {
    this.#half = Math.max(1, Math.floor(size / 2))
  }

  /**
   * Whether the token may be used for this: it is new, or it came for the same before.
   * @param at when it was signed, in ms since 1970
   */
  claim(token: string, digest: string, at: number): boolean {
    const known = this.#newer.digests.get(token) ?? this.#older.digests.get(token)
    if (known !== undefined) return known === digest
    if (at <= this.#forgotten) return false
    if (this.#newer.digests.size >= this.#half) {
      this.#forgotten = Math.max(this.#forgotten, this.#older.latest)
      this.#older = this.#newer
      this.#newer = half()
    }
    this.#newer.digests.set(token, digest)
    this.#newer.latest = Math.max(this.#newer.latest, at)
    return true
  }

  get size(): number {
    return this.#newer.digests.size + this.#older.digests.size
  }
}

function half(): Half {
  return { digests: new Map(), latest: Number.NEGATIVE_INFINITY }
}
