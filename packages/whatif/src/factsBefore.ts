import { keyOf, type Lead, splitKey } from '@hotlead/contracts'
import type { Millis, Model } from '@hotlead/model'
import { foldLog, type Log, type LogFolded } from './foldLog.ts'
import type { Recorded } from './lane.ts'

/** Of whom, and up to when: what the log has at that time or later does not count. */
export interface Moment {
  subject: string
  at: Millis
}

export interface FactsBefore {
  /** In the order of the moments: undefined where nothing was known by then. */
  facts: (Lead | undefined)[]
  /** Subjects of moments of whom the log knows anything at all, whenever. */
  known: ReadonlySet<string>
  /** Every lead's facts as they are in the end, and when the last of them came; empty where they were not asked for. */
  latest: ReadonlyMap<string, { lead: Lead; at: Millis }>
  log: LogFolded
}

/**
 * Leads as they were before a time each, by one fold over the whole log: a moment gets the facts of its subject's last
 * batch with an earlier stamp. What came later is not in them, and neither is what a visitor did before, where it became
 * the lead's only later. Facts are never changed, so what is held beside the fold is a reference a moment, and the facts
 * of those that went on (0.5 to 5 kB each).
 * @param o.latest whether every lead is wanted as it is in the end, too; visitors that are no leads are not
 */
export async function factsBefore<R extends Recorded>(
  log: Log<R> & { model: Model; latest?: boolean },
  moments: readonly Moment[],
): Promise<FactsBefore> {
  const { model, latest: wantsLatest = false, ...rest } = log
  const facts: (Lead | undefined)[] = moments.map(() => undefined)
  const waiting = Map.groupBy(
    moments.map(({ subject, at }, place) => ({ key: keyOf(log.workspace, subject), at, place })),
    m => m.key,
  )
  for (const of of waiting.values()) of.sort((a, b) => b.at - a.at)
  const current = new Map<string, { lead: Lead; at: Millis }>()
  const folded = await foldLog({
    ...rest,
    models: [model],
    onRun([run]) {
      for (const { key, value } of run?.snapshots ?? []) {
        const { lead, clock } = value.score
        const own = waiting.get(key)
        if (!lead || !(own || (wantsLatest && isLead(key)))) continue
        for (let next = own?.at(-1); next && next.at <= clock; next = own?.at(-1)) {
          facts[next.place] = current.get(key)?.lead
          own?.pop()
        }
        current.set(key, { lead, at: clock })
      }
    },
  })
  for (const [key, of] of waiting) for (const { place } of of) facts[place] = current.get(key)?.lead
  const subjects = (keys: Iterable<string>) => Array.from(keys, key => splitKey(key).subject)
  return {
    facts,
    known: new Set(subjects([...waiting.keys()].filter(key => current.has(key)))),
    latest: wantsLatest
      ? new Map([...current].filter(([key]) => isLead(key)).map(([key, c]) => [splitKey(key).subject, c]))
      : new Map(),
    log: folded,
  }
}

function isLead(key: string): boolean {
  return splitKey(key).subject.startsWith('l:')
}
