import type { PublishedModel } from '@hotlead/contracts'

/** A model that a workspace was scored by from a time on. */
export interface Activation {
  /** ms since 1970 */
  at: number
  name: string
  version: string
  /** Facts whose past was counted by it too. */
  recounted: readonly string[]
}

/** When which of a workspace's models was made active, in the order of time. */
export function activationsOf(published: readonly PublishedModel[]): Activation[] {
  return published
    .flatMap(({ name, version, activations, recounts }) =>
      activations.map(at => ({
        at,
        name,
        version,
        recounted: recounts.filter(r => r.at === at).flatMap(r => r.facts),
      })),
    )
    .sort((a, b) => a.at - b.at)
}

/** The model that was made active last; undefined where none ever was. */
export function latestOf(published: readonly PublishedModel[]): PublishedModel | undefined {
  const version = activationsOf(published).at(-1)?.version
  return published.find(m => m.version === version)
}

/** The version that was active before the one that is now; undefined where there was no other. */
export function versionBefore(history: readonly Activation[]): string | undefined {
  const active = history.at(-1)?.version
  return history.findLast(h => h.version !== active)?.version
}
