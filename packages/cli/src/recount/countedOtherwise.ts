import type { PublishedModel } from '@hotlead/contracts'
import { type Millis, parseModel, recounted } from '@hotlead/model'
import type { ActiveModel } from '../activeModels.ts'
import type { ReadModel } from '../comparison.ts'
import { activationsOf } from '../history.ts'

/**
 * Names of the facts that a model counts otherwise than they were counted, at any time that the log still reaches: by each
 * model that was active then, but for what a recount has set right since. All where there was no model.
 * @param o.published every model of the workspace @param o.start time of the log's first record
 */
export function countedOtherwise(o: {
  published: readonly PublishedModel[]
  active: readonly ActiveModel[]
  read: ReadModel
  start: Millis
}): string[] {
  const { published, active, read, start } = o
  const history = activationsOf(published)
  const taken = lastTaken(active)
  // A recount's model is noted as active when it is taken in every partition: what was active before that, it counted anew.
  const counted = history.findIndex(h => taken !== undefined && h.at >= taken.at)
  const names = new Set<string>()
  const add = (version: string | undefined, but: readonly string[] = []) => {
    for (const name of otherwise(published, version, read)) if (!but.includes(name)) names.add(name)
  }
  for (const [i, { version }] of history.entries()) {
    const until = history[i + 1]?.at ?? Number.POSITIVE_INFINITY
    if (until > start) add(version, taken && (counted < 0 || i < counted) ? taken.facts : [])
  }
  for (const { version } of active) add(version)
  return [...names].sort()
}

/** The recount that all partitions took last; undefined where there is none. */
function lastTaken(active: readonly ActiveModel[]) {
  const [first] = active
  const taken = first?.recounts.taken
  if (!taken || active.some(a => a.recounts.taken?.id !== taken.id)) return undefined
  return { facts: taken.facts, at: Math.max(...active.map(a => a.recounts.taken?.at ?? 0)) }
}

function otherwise(
  published: readonly PublishedModel[],
  version: string | undefined,
  read: ReadModel,
): string[] {
  const source = published.find(m => m.version === version)?.source
  const before = source === undefined ? undefined : parseModel(source)
  return recounted(before?.ok ? before : undefined, read)
}
