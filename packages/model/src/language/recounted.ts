import type { Model } from '../model.ts'
import { YEAR } from '../score/decay.ts'
import { canonical } from './canonical.ts'

/** A model and its content, as `parseModel` gives them. */
interface Read {
  model: Model
  content: unknown
}

/**
 * Names of the facts that a model counts otherwise than the one before it, or that only it counts: of each signal that
 * matches something else, of each table row that was not there, and what it reads further back, hour by hour; all of them
 * where there is none before it. Sorted.
 */
export function recounted(before: Read | undefined, after: Read): string[] {
  const names = new Set<string>()
  for (const { name } of after.model.signals) {
    const [old, fresh] = [factsOf(before?.model, name), factsOf(after.model, name)]
    const isSame = canonical(signalOf(before, name)) === canonical(signalOf(after, name))
    for (const facts of fresh)
      if (
        !isSame ||
        !old.has(facts) ||
        (after.model.reach.get(facts) ?? 0) > (before?.model.reach.get(facts) ?? YEAR)
      )
        names.add(facts)
    // Rows of a signal that means something else now would be wrong numbers for whoever goes back to them.
    if (!isSame) for (const facts of old) names.add(facts)
  }
  return [...names].sort()
}

function factsOf(model: Model | undefined, signal: string): Set<string> {
  const names = new Set<string>()
  if (!model) return names
  if (model.signals.some(s => s.name === signal)) names.add(signal)
  for (const { rules } of model.scores)
    for (const rule of rules) if (rule.signal === signal) for (const { facts } of rule.terms) names.add(facts)
  return names
}

function signalOf(read: Read | undefined, name: string): unknown {
  return (read?.content as { signals?: Record<string, unknown> } | undefined)?.signals?.[name]
}
