import { type Activity, keyOf, type Via } from '@hotlead/contracts'

/**
 * What the scorer sent on of visitors, of each the earliest. It does so for whom it knows as a lead, so what it sent on
 * from before a visitor's first link in the log tells of a link that is gone. Some 200 bytes a visitor; a user id that is
 * somebody's is one here.
 */
export class SentOn {
  readonly #first = new Map<string, number>()
  /** Offset of each one's first link. */
  readonly #linked = new Map<string, number>()
  readonly #workspace: string

  constructor(workspace: string) {
    this.#workspace = workspace
  }

  /** Any record of the workspace. A merge is no sign: it is of the link itself. */
  note({ merge, via }: Pick<Activity, 'merge' | 'via'>): void {
    if (merge || !via) return
    const key = keyOf(this.#workspace, via.visitor)
    const known = this.#first.get(key)
    if (known === undefined || via.offset < known) this.#first.set(key, via.offset)
  }

  /** A link that the log has; those of a partition in their order. */
  noteLink(key: string, offset: Via['offset']): void {
    if (!this.#linked.has(key)) this.#linked.set(key, offset)
  }

  /** Whether any of a visitor's records was sent on that lies before its first link, and before an offset of its partition. */
  before(key: string, offset: Via['offset']): boolean {
    const first = this.#first.get(key)
    return first !== undefined && first < Math.min(offset, this.#linked.get(key) ?? offset)
  }
}
