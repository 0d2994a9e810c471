import type { Activity } from '@hotlead/contracts'

/**
 * Tells a record from its copies: what a visitor sends on stands under the visitor's key, under the lead's, and where a user
 * id lies between them, under that one's too. Each copy names the record that it is of, whichever of them is read first.
 * It holds some 40 bytes a record that has a copy, or may have one.
 */
export class Copies {
  readonly #lead: string
  /** Offsets by kind and subject. */
  readonly #seen = new Map<string, Set<number>>()

  /** @param lead whose own records are sent on to nobody */
  constructor(lead: string) {
    this.#lead = lead
  }

  /** Whether neither the record nor a copy of it was seen; it is by now. */
  isFirst(subject: string, offset: number, { kind, via }: Pick<Activity, 'kind' | 'via'>): boolean {
    // A merge names the link that made it, which is another record: so the kind is part of the name.
    const own = `${kind} ${subject}`
    const original = via && `${kind} ${via.visitor}`
    const known = this.#has(own, offset) || (original !== null && this.#has(original, via?.offset as number))
    if (subject !== this.#lead) this.#add(own, offset)
    if (original !== null) this.#add(original, via?.offset as number)
    return !known
  }

  #has(name: string, offset: number): boolean {
    return this.#seen.get(name)?.has(offset) ?? false
  }

  #add(name: string, offset: number): void {
    const offsets = this.#seen.get(name) ?? new Set()
    offsets.add(offset)
    this.#seen.set(name, offsets)
  }
}
