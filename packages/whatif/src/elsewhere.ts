import { type Activity, splitKey } from '@hotlead/contracts'
import type { Millis } from '@hotlead/model'
import type { Merges } from './merges.ts'

/** A merge that a model's scorer would have sent. */
interface Sent {
  key: string
  value: Activity
}

/** What one fold of some of the partitions tells the folds of the others. */
export interface News {
  /** Of its own partitions: offset of the first record that is not folded yet; Infinity at the end. */
  folded: readonly (readonly [partition: number, offset: number])[]
  /** By model: merges whose leads are in partitions of others. */
  merges: readonly (readonly Sent[])[]
}

/** What a fold could go on with, if it did not wait. */
export interface Waiting {
  timestamp: Millis
  partition: number
}

/** Folds of the log's other partitions, at the same time in other threads. */
export interface Others {
  tell(news: News): void
  /** What came since it was asked last. */
  heard(): readonly News[]
  /** Resolves once there is something to hear: true. Or false: every fold waits for another, and this has the oldest. */
  wait(oldest: Waiting): Promise<boolean>
}

/** Records between two words on how far it is: nobody waits for it but where a link is gone from the log. */
const OFTEN = 5_000

/** Partitions that are folded elsewhere: what comes from there, and what goes there. */
export class Elsewhere {
  readonly #others: Others
  readonly #models: number
  readonly #reached = new Map<number, number>()
  /** Own partitions; and those of which the others do not know yet how far they are. */
  readonly #own = new Map<number, number>()
  readonly #moved = new Map<number, number>()
  #merges: Sent[][]
  #waiting = 0
  #told = 0

  constructor(others: Others, models: number) {
    this.#others = others
    this.#models = models
    this.#merges = this.#none()
  }

  /** Offset of the first record that is not folded yet, as far as is known. */
  folded(partition: number): number {
    return this.#reached.get(partition) ?? 0
  }

  /** Takes in what came. */
  hear(merges: Merges): void {
    for (const { folded, merges: sent } of this.#others.heard()) {
      for (const [m, of] of sent.entries())
        for (const merge of of) merges.add(m, merge, splitKey(merge.key).workspace)
      // After the merges: who is past a link has sent its merge.
      for (const [partition, offset] of folded) this.#reached.set(partition, offset)
    }
  }

  add(model: number, merge: Sent): void {
    this.#merges[model]?.push(merge)
    this.#waiting++
  }

  /** How far an own partition is; at first, where the log begins. */
  noteFolded(partition: number, offset: number): void {
    const before = this.#own.get(partition)
    if (offset === before) return
    this.#own.set(partition, offset)
    this.#moved.set(partition, offset)
    this.#told += before === undefined ? OFTEN : offset - before
    if (this.#waiting > 0 || this.#told >= OFTEN) this.#tell()
  }

  /** @returns whether something came; false: it is of no use to wait */
  wait(oldest: Waiting): Promise<boolean> {
    this.#tell()
    return this.#others.wait(oldest)
  }

  /** Nothing more will be folded. */
  end(): void {
    this.#tell()
  }

  #tell(): void {
    if (this.#moved.size === 0 && this.#waiting === 0) return
    this.#others.tell({ folded: [...this.#moved], merges: this.#merges })
    this.#moved.clear()
    this.#merges = this.#none()
    this.#waiting = 0
    this.#told = 0
  }

  #none(): Sent[][] {
    return Array.from({ length: this.#models }, () => [])
  }
}
