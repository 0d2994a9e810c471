import type { Position } from './store.ts'

/**
 * Source records that are gone from the log and in no snapshot: folding on without them gives scores that lack what they
 * said. So a person decides, about these very offsets (`hotlead loss accept`).
 * @param known offset up to which state or snapshots hold everything
 * @param start first offset that the log still has
 * @returns what is wrong and what to do; undefined where nothing is lost, or the loss is accepted
 */
export function gap(
  { source, partition }: { source: string; partition: number },
  known: number,
  start: number,
  { losses }: Pick<Position, 'losses'>,
): string | undefined {
  if (start <= known || losses.some(({ from, to }) => from <= known && start <= to)) return undefined
  return (
    `${source}/${partition} begins at offset ${start}, but state and snapshots hold only what came before ${known}: ` +
    `${start - known} records are gone unscored, so scores would be wrong. Bring back a Redis dump that is past ${start}, or ` +
    `go on without them: hotlead loss accept --partition ${partition} --from ${known} --to ${start} ` +
    '(docs/runbook/log-lost-its-start.md)'
  )
}
