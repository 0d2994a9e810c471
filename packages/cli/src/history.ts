import type { PublishedModel } from '@hotlead/contracts'

/** A model that a workspace was scored by from a time on. */
export interface Activation {
  /** ms since 1970 */
  at: number
  name: string
  version: string
}

/** When which of a workspace's models was made active, in the order of time. */
export function activationsOf(published: readonly PublishedModel[]): Activation[] {
  return published
    .flatMap(({ name, version, publishedAt, activations }) =>
      // What was published before there were activations has only the time of its record.
      (activations.length > 0 ? activations : [publishedAt]).map(at => ({ at, name, version })),
    )
    .sort((a, b) => a.at - b.at)
}

/** The version that was active before the one that is now; undefined where there was no other. */
export function versionBefore(history: readonly Activation[]): string | undefined {
  const active = history.at(-1)?.version
  return history.findLast(h => h.version !== active)?.version
}
