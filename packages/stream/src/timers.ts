import type { Millis } from './processor.ts'

interface Due {
  due: Millis
  key: string
}

function before(a: Due, b: Due): boolean {
  return a.due < b.due || (a.due === b.due && a.key < b.key)
}

/**
 * Pending timers of one partition, taken in (due, key) order. A binary heap in which a changed timer's old entry stays
 * until it surfaces; the map says which entry counts. Bound: one entry per key that waits, 190 bytes each with a
 * key of 50 characters.
 */
export class Timers {
  readonly #dueOf = new Map<string, Millis>()
  #heap: Due[] = []

  set(key: string, due: Millis | null): void {
    if (due === null) {
      this.#dueOf.delete(key)
      return
    }
    if (this.#dueOf.get(key) === due) return
    this.#dueOf.set(key, due)
    this.#push({ due, key })
    if (this.#heap.length > 2 * this.#dueOf.size + 1024) this.#compact()
  }

  get size(): number {
    return this.#dueOf.size
  }

  /** The first timer due at or before `limit`. */
  first(limit: Millis): Due | undefined {
    this.#dropStale()
    const top = this.#heap[0]
    return top === undefined || top.due > limit ? undefined : top
  }

  /** The first timer due at or before `limit`, taken out. */
  take(limit: Millis): Due | undefined {
    const top = this.first(limit)
    if (top === undefined) return undefined
    this.#pop()
    this.#dueOf.delete(top.key)
    return top
  }

  /** Keys of the first timers due at or before `limit`, in their order, at most so many. */
  firstKeys(limit: Millis, most: number): string[] {
    const taken: Due[] = []
    while (taken.length < most) {
      const t = this.take(limit)
      if (t === undefined) break
      taken.push(t)
    }
    for (const { key, due } of taken) this.set(key, due)
    return taken.map(t => t.key)
  }

  #dropStale(): void {
    for (
      let top = this.#heap[0];
      top !== undefined && this.#dueOf.get(top.key) !== top.due;
      top = this.#heap[0]
    )
      this.#pop()
  }

  #compact(): void {
    this.#heap = []
    for (const [key, due] of this.#dueOf) this.#push({ due, key })
  }

  #push(entry: Due): void {
    const heap = this.#heap
    let i = heap.push(entry) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(entry, heap[parent] as Due)) break
      heap[i] = heap[parent] as Due
      i = parent
    }
    heap[i] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Due
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child++
      if (!before(heap[child] as Due, last)) break
      heap[i] = heap[child] as Due
      i = child
    }
    heap[i] = last
  }
}
