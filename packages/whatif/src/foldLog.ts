import { type Activity, keyOf, type Lead, type Via } from '@hotlead/contracts'
import type { Millis, Model } from '@hotlead/model'
import type { Input } from '@hotlead/stream'
import { Elsewhere, type Others } from './elsewhere.ts'
import { Lane, type Recorded } from './lane.ts'
import { Merges } from './merges.ts'
import { PartitionFold, type Run } from './partitionFold.ts'
import type { SentOn } from './sentOn.ts'

/** A log and what is to be folded over it. */
export interface LogFold<R extends Recorded> {
  /** Each as if it had been active from the log's start. */
  models: readonly Model[]
  workspace: string
  /** By partition, in the log's order; undefined: `others` fold it. */
  partitions: readonly (AsyncIterable<readonly R[]> | undefined)[]
  others?: Others
  /** The partition of a key. */
  partitionOf(key: string): number
  /** undefined: nothing that a reader of ours understands. Asked only for the workspace's own records. */
  decode(record: R): Activity | undefined
  /** Records after it are not read. */
  to?: Millis
  /**
   * One partition that no scorer has seen: what it would have sent to other keys is not in it, and is folded as it
   * arises. Its records need no offsets.
   */
  isRaw?: boolean
  /** Merges whose link is gone from the log, or is not in it yet, bring no counts: they are those of another model. */
  isOwnOnly?: boolean
  /** Leads are moved between tiers too; without it runs have no moves. */
  isTiered?: boolean
  /** What the scorer sent on is noted here. A visitor whose link is gone from the log is then none of `leads`. */
  sentOn?: SentOn
  /** What one run of a partition gave, by model. */
  onRun(runs: readonly Run[], folds: readonly PartitionFold[]): void
  /** Now and then. @param read records that went by, of any workspace */
  onProgress?(read: number): void
}

/** A log alone: what there is to fold. */
export type Log<R extends Recorded> = Omit<
  LogFold<R>,
  'models' | 'isTiered' | 'sentOn' | 'onRun' | 'others'
> & {
  partitions: readonly AsyncIterable<readonly R[]>[]
}

export interface LogFolded {
  /** Records that went by, of any workspace. */
  read: number
  /** Those of the workspace that were folded. */
  folded: number
  /** Leads and visitors that have facts. */
  subjects: number
  /** Merges whose link is gone from the log: taken as they are, with what the model of their time had counted. */
  foreignMerges: number
  /** Of the workspace's first record and of the latest of all; 0 where there is none. */
  start: Millis
  end: Millis
  /** Of each model in turn: every subject that has facts. Merges that the log has not got yet come by themselves. */
  leads(model: number): Generator<{ key: string; lead: Lead }>
}

/** Records of one lane at a time: what each costs beside its own work is shared by them. */
const MOST = 256
/** Records between two reports of progress. */
const REPORT = 10_000

/**
 * Folds the log through the scorer's and tiering's processors, partition by partition in the order of the broker's stamps.
 *
 * **Batches.** A snapshot is made at the end of a batch, so moves can depend on where batches end. Here a batch is what
 * has one stamp, as what was produced together has, and what the scorer itself wrote is none with what it read: as a
 * scorer does that keeps up.
 *
 * **Merges.** A merge waits until the own fold of its link has happened: the two are in different partitions, whose stamps
 * say nothing about each other to the millisecond. Only its partition waits, and never for ever: what the link's partition
 * needs lies before the link, and so before the merge.
 */
export async function foldLog<R extends Recorded>(o: LogFold<R>): Promise<LogFolded> {
  const prefix = keyOf(o.workspace, '')
  const decode = (record: R) => (record.key.startsWith(prefix) ? o.decode(record) : undefined)
  const reading = { to: o.to ?? Number.POSITIVE_INFINITY, isNumbered: o.isRaw === true }
  const lanes = o.partitions.map(chunks => chunks && new Lane(chunks, decode, reading))
  const own = lanes.filter(lane => lane !== undefined)
  const folds = o.partitions.map(chunks =>
    chunks ? o.models.map(model => new PartitionFold(model, o.workspace, o.isTiered === true)) : [],
  )
  const merges = new Merges(o.models.length)
  const elsewhere = o.others && new Elsewhere(o.others, o.models.length)
  let folded = 0
  let foreignMerges = 0
  let start: Millis = Number.POSITIVE_INFINITY
  let reported = 0

  const partitionOf = (via: Via) => o.partitionOf(keyOf(o.workspace, via.visitor))

  /** Offset of the first record that is not folded yet; Infinity at the end. */
  const reached = (lane: Lane<R>) => (lane.hasEnded ? Number.POSITIVE_INFINITY : lane.folded)

  function isReady(lane: Lane<R>): boolean {
    for (const { value } of lane.batch) {
      const { merge, via } = value
      // What was read, and not sent on, waits for nothing, and its batch has no other.
      if (!via) return true
      if (!merge || merges.has(o.workspace, via)) continue
      const p = partitionOf(via)
      const from = lanes[p]
      const position = from ? reached(from) : (elsewhere?.folded(p) ?? Number.POSITIVE_INFINITY)
      if (position <= via.offset) return false
    }
    return true
  }

  /** Of the oldest batch that can be folded now, else of the oldest; -1 where all have ended. */
  function oldest(): { partition: number; isReady: boolean } {
    let [ready, any] = [-1, -1]
    for (const [p, lane] of lanes.entries()) {
      const [head] = lane?.batch ?? []
      if (!lane || !head) continue
      const before = (other: number) =>
        other < 0 || head.timestamp < (lanes[other]?.batch[0]?.timestamp as number)
      if (before(any)) any = p
      if (before(ready) && isReady(lane)) ready = p
    }
    return ready < 0 ? { partition: any, isReady: false } : { partition: ready, isReady: true }
  }

  /**
   * The next batches of a lane, each at a later stamp: a lead's moves at one stamp are told one by one. What waits for this
   * very run ends it, and so does what arises from a raw batch.
   */
  function nextRun(lane: Lane<R>): { records: Input<Activity>[]; ends: boolean[] } {
    const records: Input<Activity>[] = []
    const ends: boolean[] = []
    do {
      for (const record of lane.take()) records.push(record)
      ends[records.length - 1] = true
    } while (!o.isRaw && records.length < MOST && lane.isFull && isLater(lane, records) && isReady(lane))
    return { records, ends }
  }

  function isLater(lane: Lane<R>, records: readonly Input<Activity>[]): boolean {
    const [next] = lane.batch
    return next !== undefined && next.timestamp > (records.at(-1)?.timestamp as number)
  }

  /** Records with each merge's facts as the model counted them. */
  function byModel(batch: Input<Activity>[], folds: readonly PartitionFold[]): Input<Activity>[][] {
    const batches = o.models.map(() => batch)
    const taken = new Set<string>()
    for (const [i, record] of batch.entries()) {
      const { merge, via } = record.value
      o.sentOn?.note(record.value)
      if (record.value.link) o.sentOn?.noteLink(record.key, record.offset)
      if (!merge || !via) continue
      const leads = merges.take(o.workspace, via)
      const id = `${record.key}<${via.visitor}@${via.offset}`
      if (!leads) {
        // What the scorer wrote twice is no news, whatever it holds.
        if (!taken.has(id) && !folds[0]?.has(record.key, via)) foreignMerges++
        if (!o.isOwnOnly) continue
      }
      taken.add(id)
      for (const m of o.models.keys()) {
        if (batches[m] === batch) batches[m] = batch.slice()
        ;(batches[m] as Input<Activity>[])[i] = withFacts(record, leads?.[m] ?? uncountedOf(merge.lead))
      }
    }
    return batches
  }

  for (;;) {
    for (const [p, lane] of lanes.entries()) {
      if (!lane) continue
      if (!lane.isFull) await lane.fill()
      elsewhere?.noteFolded(p, reached(lane))
    }
    elsewhere?.hear(merges)
    const { partition: p, isReady: canGoOn } = oldest()
    if (p < 0) break
    if (!canGoOn && elsewhere) {
      const timestamp = lanes[p]?.batch[0]?.timestamp as Millis
      if (await elsewhere.wait({ timestamp, partition: p })) continue
    }
    const fold = folds[p] as PartitionFold[]
    const lane = lanes[p] as Lane<R>
    const { records, ends } = nextRun(lane)
    start = Math.min(start, records[0]?.timestamp as Millis)
    const runs = byModel(records, fold).map((of, m) =>
      (fold[m] as PartitionFold).fold(of, i => ends[i] === true),
    )
    lane.folded = lane.position
    for (const [m, run] of runs.entries())
      for (const sent of run.elsewhere)
        if (sent.value.merge) {
          if (lanes[o.partitionOf(sent.key)]) merges.add(m, sent, o.workspace)
          else elsewhere?.add(m, sent)
        }
    if (o.isRaw) lane.insert(runs[0]?.elsewhere ?? [])
    folded += records.length
    o.onRun(runs, fold)
    if (o.onProgress && folded - reported >= REPORT) {
      reported = folded
      o.onProgress(own.reduce((sum, lane) => sum + lane.read, 0))
    }
  }
  elsewhere?.end()

  for (const [p, lane] of lanes.entries()) {
    if (!lane) continue
    const fold = folds[p] as PartitionFold[]
    const runs = fold.map(of => of.finish(lane.clock))
    o.onRun(runs, fold)
  }
  return {
    read: own.reduce((sum, lane) => sum + lane.read, 0),
    folded,
    subjects: folds.reduce((sum, of) => sum + (of[0]?.subjects ?? 0), 0),
    foreignMerges,
    start: folded === 0 ? 0 : start,
    end: Math.max(0, ...own.map(lane => lane.clock)),
    *leads(model) {
      for (const [p, of] of folds.entries())
        for (const found of (of[model] as PartitionFold).leads())
          if (!o.sentOn?.before(found.key, (lanes[p] as Lane<R>).position)) yield found
      if (model > 0) return
      for (const { via, linked, ...found } of merges.rest()) {
        const isGone = folds[o.partitionOf(found.key)]?.[0]?.isForgotten(found.key, linked)
        if (!isGone && !o.sentOn?.before(keyOf(o.workspace, via.visitor), via.offset)) yield found
      }
    },
  }
}

function withFacts(record: Input<Activity>, lead: Lead): Input<Activity> {
  return {
    ...record,
    value: {
      ...record.value,
      merge: { lead, counted: null, ended: null, linked: record.value.merge?.linked ?? 0 },
    },
  }
}

/** What another model counted is none of this one's; that it was done is. */
function uncountedOf(lead: Lead): Lead {
  return { ...lead, signals: [], unsettled: lead.unsettled.map(u => ({ ...u, counted: [] })) }
}
