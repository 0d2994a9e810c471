import { type Activity, keyOf, type Lead, type Via } from '@hotlead/contracts'
import type { Millis } from '@hotlead/model'

/**
 * What a visitor did before it was known, as each model's own fold has it, on its way to the lead. The log has a merge
 * too, but with facts that the model of that time counted: it only says where in the lead's partition the own one counts.
 */
export class Merges {
  readonly #models: number
  /** By workspace, visitor and the link's offset: a lead a model. What the log has no merge for stays here. */
  readonly #leads = new Map<string, { key: string; via: Via; linked: Millis; leads: Lead[] }>()

  constructor(models: number) {
    this.#models = models
  }

  /** Adds one that a model's scorer would have sent; what it sends on besides, the log has as well. */
  add(
    model: number,
    { key, value: { merge, via } }: { key: string; value: Activity },
    workspace: string,
  ): void {
    if (!merge || !via) return
    const id = idOf(workspace, via)
    const known = this.#leads.get(id) ?? { key, via, linked: merge.linked, leads: [] }
    known.leads[model] = merge.lead
    this.#leads.set(id, known)
  }

  has(workspace: string, via: Via): boolean {
    return this.#leads.has(idOf(workspace, via))
  }

  /** The facts of each model; undefined where its link was never folded. */
  take(workspace: string, via: Via): Lead[] | undefined {
    const id = idOf(workspace, via)
    const merge = this.#leads.get(id)
    this.#leads.delete(id)
    return merge && Array.from({ length: this.#models }, (_, m) => merge.leads[m] as Lead)
  }

  /** What the log has no merge for (yet), by the first model: the scorer had not read the link when the log was read. */
  *rest(): Generator<{ key: string; via: Via; linked: Millis; lead: Lead }> {
    for (const { leads, ...merge } of this.#leads.values()) yield { ...merge, lead: leads[0] as Lead }
  }
}

function idOf(workspace: string, { visitor, offset }: Via): string {
  return `${keyOf(workspace, visitor)}@${offset}`
}
