/** Which lines of a file are done, where batches are not acknowledged in the file's order. */
export class Acknowledged {
  #lines: number
  readonly #beyond: Set<number>

  /** @param lines all up to this one @param ranges of lines beyond it, first and last */
  constructor(lines = 0, ranges: readonly (readonly [number, number])[] = []) {
    this.#lines = lines
    this.#beyond = new Set(
      ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
    )
  }

  /** All up to this one. */
  get lines(): number {
    return this.#lines
  }

  has(line: number): boolean {
    return line <= this.#lines || this.#beyond.has(line)
  }

  add(lines: readonly number[]): void {
    for (const line of lines) if (line > this.#lines) this.#beyond.add(line)
    while (this.#beyond.delete(this.#lines + 1)) this.#lines++
  }

  get ranges(): [number, number][] {
    const found: [number, number][] = []
    for (const line of [...this.#beyond].sort((a, b) => a - b)) {
      const last = found.at(-1)
      if (last?.[1] === line - 1) last[1] = line
      else found.push([line, line])
    }
    return found
  }
}
