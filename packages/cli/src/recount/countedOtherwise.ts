import type { PublishedModel } from '@hotlead/contracts'
import { type Millis, parseModel, recounted } from '@hotlead/model'
import type { ActiveModel } from '../activeModels.ts'
import type { ReadModel } from '../comparison.ts'
import { activationsOf } from '../history.ts'

/** History is told by the clocks of those who publish, the log by the broker's. */
const CLOCKS: Millis = 60_000

/**
 * Names of the facts that a model counts otherwise than they were counted, at any time that the log still reaches: by each
 * model that was active then, or by none before the first; but for what was counted anew since.
 * @param o.published every model of the workspace @param o.start time of the log's first record
 */
export function countedOtherwise(o: {
  published: readonly PublishedModel[]
  active: readonly Pick<ActiveModel, 'version'>[]
  read: ReadModel
  start: Millis
}): string[] {
  const { published, active, read, start } = o
  const history = activationsOf(published)
  const names = new Set<string>()
  const settled = new Set<string>()
  const add = (version: string | undefined) => {
    for (const name of otherwise(published, version, read)) if (!settled.has(name)) names.add(name)
  }
  for (const { version } of active) add(version)
  let until = Number.POSITIVE_INFINITY
  for (const { at, version, recounted } of history.toReversed()) {
    if (until + CLOCKS > start) add(version)
    for (const name of recounted) settled.add(name)
    until = at
  }
  if (start < until) add(undefined)
  return [...names].sort()
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
