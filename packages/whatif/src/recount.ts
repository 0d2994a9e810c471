import type { Recount } from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import { foldLog, type LogFold, type LogFolded } from './foldLog.ts'
import type { Recorded } from './lane.ts'
import { SentOn } from './sentOn.ts'

export interface RecountOf<R extends Recorded>
  extends Pick<LogFold<R>, 'workspace' | 'partitions' | 'partitionOf' | 'decode' | 'onProgress'> {
  model: Model
  /** Names of the facts that are wanted. */
  facts: readonly string[]
}

export interface Recounted extends Pick<LogFolded, 'read' | 'start' | 'end'> {
  /** Where records are gone from the log, those after the cuts are to be noted here before `counts` is asked. */
  sentOn: SentOn
  /** A key may come twice: what is on its way to a lead comes by itself, and adds up. */
  counts(): Generator<{ key: string } & Omit<Recount, 'id'>>
}

/**
 * What a log up to a cut in each partition holds of every subject, as a model counts it. A visitor that became a lead
 * counts there if its link lies before the cut, wherever its merge lies; else where it is. One whose link is gone from
 * the log counts at its lead alone: all that the log has of it was sent on to there.
 */
export async function recount<R extends Recorded>({
  model,
  facts,
  ...log
}: RecountOf<R>): Promise<Recounted> {
  const sentOn = new SentOn(log.workspace)
  const folded = { ...log, models: [model], isOwnOnly: true, sentOn, onRun() {} }
  const { read, start, end, leads } = await foldLog(folded)
  const wanted = new Set(facts)
  return {
    read,
    start,
    end,
    sentOn,
    *counts() {
      for (const { key, lead } of leads(0)) {
        const signals = lead.signals.filter(s => wanted.has(s.name))
        const unsettled = lead.unsettled
          .map(u => ({ ...u, counted: u.counted.filter(m => wanted.has(m.name)) }))
          .filter(u => u.counted.length > 0)
        if (signals.length + unsettled.length > 0) yield { key, signals, unsettled }
      }
    },
  }
}
