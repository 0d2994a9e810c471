import { type Activity, keyOf, type Via } from '@hotlead/contracts'

/**
 * What the scorer sent on of visitors, of each the earliest. It does so for whom it knows as a lead, so what it sent on
 * from before a visitor's first link in the log tells of a link that is gone. Some 100 bytes a visitor.
 */
export class SentOn {
  readonly #first = new Map<string, number>()
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

  /** Whether any of a visitor's records before an offset of its partition was sent on. */
  before(key: string, offset: Via['offset']): boolean {
    const first = this.#first.get(key)
    return first !== undefined && first < offset
  }
}
