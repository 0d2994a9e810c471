import {
  type Activity,
  isForgotten,
  type Lead,
  type Score,
  type Transition,
  type Via,
} from '@hotlead/contracts'
import { firstTier, type Millis, type Model } from '@hotlead/model'
import {
  firstStanding,
  type ScoreState,
  type Snapshot,
  type StandingState,
  scoring,
} from '@hotlead/processors'
import {
  fold,
  type Input,
  type Memory,
  PARTITION,
  type Processor,
  Timers,
  wholeSecond,
} from '@hotlead/stream'
import { lazyTiering } from './lazily.ts'

/** A lead's move to another tier, as `tiers` would have it. */
export interface Move {
  key: string
  transition: Transition
}

/** What a run of records gives. */
export interface Run {
  moves: Move[]
  /** What the scorer would have written to other keys: merges, and events sent on. */
  elsewhere: { key: string; value: Activity }[]
  /** What became of a key after each batch that changed it. */
  snapshots: readonly Input<Snapshot>[]
  /** Keys whose facts changed, with what they were before the run. */
  before: ReadonlyMap<string, ScoreState | undefined>
}

/** Tiering keeps a snapshot's bytes for Redis, which is not there. */
const NO_BYTES = Buffer.alloc(0)

/**
 * One partition of the log under one model, which is active from its start: the kernel's fold over the scorer's
 * processor, and over tiering's what comes out of it. All of it stays in memory: 0.5 to 5 kB a lead.
 */
export class PartitionFold {
  readonly #model: Model
  readonly #scoring: Processor<ScoreState, Activity, Score>
  /** Undefined: nobody asks for moves. */
  readonly #tiering: Processor<StandingState, Snapshot, Transition> | undefined
  /** The partition's own state: which model is active. */
  readonly #mark: ScoreState
  readonly #scores: Memory<ScoreState>
  readonly #tiers: Memory<StandingState>
  #snapshots = 0

  /**
   * @param workspace that the model scores; no others are looked at
   * @param isTiered whether leads are moved between tiers too: a sixth to two thirds of the cost, as the model is
   */
  constructor(model: Model, workspace: string, isTiered: boolean) {
    const { mark, ...scoringOf } = scoring({
      get: version => (version === model.version ? model : undefined),
    })
    // No marks: they tell tiering the time, which is told once, at the end.
    this.#scoring = scoringOf
    this.#tiering = isTiered ? lazyTiering(model) : undefined
    this.#model = model
    this.#mark = { ...(mark?.(undefined, 0, -1) as ScoreState), models: { [workspace]: model.version } }
    this.#scores = { states: new Map([[PARTITION, this.#mark]]), timers: new Timers(), clock: 0 }
    this.#tiers = { states: new Map(), timers: new Timers(), clock: 0 }
  }

  get clock(): Millis {
    return this.#scores.clock
  }

  /** Records in order. @param endsBatch whether a batch of the scorer ends with the record of this index; the last does */
  fold(records: readonly Input<Activity>[], endsBatch: (index: number) => boolean): Run {
    const scored = fold(this.#scoring, this.#scores, records, -1, endsBatch)
    const snapshots: Input<Snapshot>[] = []
    for (const { key, value: score } of scored.own) snapshots.push(this.#snapshot(key, score))
    return {
      moves: snapshots.length === 0 ? [] : this.#judge(snapshots),
      elsewhere: scored.elsewhere as Run['elsewhere'],
      snapshots,
      before: scored.changed,
    }
  }

  /** What time alone still moves up to the whole second of the partition's end. Nothing can be folded after it. */
  finish(end: Millis): Run {
    const moves = this.#judge([this.#snapshot(PARTITION, { ...this.#mark, clock: wholeSecond(end) })])
    return { moves, elsewhere: [], snapshots: [], before: new Map() }
  }

  /** Leads, and visitors that are none yet. */
  get subjects(): number {
    return this.#scores.states.size - 1
  }

  lead(key: string): Lead | undefined {
    return this.#scores.states.get(key)?.lead ?? undefined
  }

  *leads(): Generator<{ key: string; lead: Lead }> {
    for (const [key, state] of this.#scores.states) if (state?.lead) yield { key, lead: state.lead }
  }

  /** Whether what was received at a time is among what was forgotten of a key. */
  isForgotten(key: string, at: Millis): boolean {
    return isForgotten(this.#scores.states.get(key)?.forgotten, at)
  }

  standing(key: string): StandingState {
    return this.#tiers.states.get(key) ?? firstStanding(firstTier(this.#model), this.clock)
  }

  /** Whether a record that was sent on is folded already, and so says nothing. */
  has(key: string, via: Via): boolean {
    const mark = this.lead(key)?.visitors.find(v => v.visitor === via.visitor)
    return mark !== undefined && mark.offset >= via.offset
  }

  #snapshot(key: string, score: Score): Input<Snapshot> {
    return { key, offset: this.#snapshots++, timestamp: score.clock, value: { score, bytes: NO_BYTES } }
  }

  #judge(snapshots: readonly Input<Snapshot>[]): Move[] {
    if (!this.#tiering) return []
    return fold(this.#tiering, this.#tiers, snapshots, -1).own.map(o => ({ key: o.key, transition: o.value }))
  }
}
