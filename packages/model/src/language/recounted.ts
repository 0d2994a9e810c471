import type { Model } from '../model.ts'
import { canonical } from './canonical.ts'

/** A model and its content, as `parseModel` gives them. */
interface Read {
  model: Model
  content: unknown
}

/**
 * Names of the facts that a model counts otherwise than the one before it, or that only it counts: of each signal that
 * matches something else, and of each table row that was not there. Sorted. What neither changes has its facts already.
 */
export function recounted(before: Read, after: Read): string[] {
  const names = new Set<string>()
  for (const { name } of after.model.signals) {
    const [old, fresh] = [factsOf(before.model, name), factsOf(after.model, name)]
    const isSame = canonical(signalOf(before, name)) === canonical(signalOf(after, name))
    for (const facts of fresh) if (!isSame || !old.has(facts)) names.add(facts)
    // Rows of a signal that means something else now would be wrong numbers for whoever goes back to them.
    if (!isSame) for (const facts of old) names.add(facts)
  }
  return [...names].sort()
}

function factsOf(model: Model, signal: string): Set<string> {
  const names = new Set<string>()
  if (model.signals.some(s => s.name === signal)) names.add(signal)
  for (const { rules } of model.scores)
    for (const rule of rules) if (rule.signal === signal) for (const { facts } of rule.terms) names.add(facts)
  return names
}

function signalOf({ content }: Read, name: string): unknown {
  return (content as { signals?: Record<string, unknown> } | undefined)?.signals?.[name]
}
