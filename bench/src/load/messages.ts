import type { HotPlan } from '../traffic/beacons.ts'

/** What the load process is told. */
export interface LoadOrder {
  host: string
  port: number
  connections: number
  /** Requests a second. */
  rate: number
  /** Seconds at the same rate before those that count. */
  warmup: number
  /** Seconds that count. */
  seconds: number
  /** In ids and visitors: no two runs share any. */
  run: string
  visitors: number
  traffic: { kind: 'ingest'; batch: number } | { kind: 'hot'; plan: HotPlan; withEmail: boolean }
}

/** What it is told later: send no more, and say what came of it. */
export interface EndLoad {
  kind: 'end'
}

/** What it says: once a second where it is, when the part that counts begins and ends, and at the end what came of it. */
export type LoadMessage =
  | { kind: 'progress'; second: number; sent: number; acked: number; waiting: number }
  | { kind: 'measuring' }
  | { kind: 'measured' }
  | { kind: 'done'; result: LoadResult }
  | { kind: 'failed'; why: string }

export interface LoadResult {
  /** Monotonic ms at which request 0 was due; request n is due n × 1000 / rate later. */
  start: number
  /** Monotonic ms between which it counted. */
  from: number
  until: number
  /** Events that were due in the seconds that count. */
  due: number
  /** Requests sent, those of the warm-up included: numbers 0 to here, this one not. */
  sent: number
  /** Events acknowledged within them, whenever they were due. */
  acked: number
  /** Of those due: answered other than 200, and not answered (or not even sent) ten seconds after the end. */
  refused: number
  unanswered: number
  /**
   * ms from the moment a request was due to its answer. Those that were never answered stand with the time until we
   * gave up: less than the truth.
   */
  ack: { p50: number; p95: number; p99: number; max: number; count: number }
  /** ms from due to sent, p99: what the load process itself, or a lack of free connections, adds. */
  sentLateP99: number
  /** The same where a connection was free: the load process alone. */
  ownLateP99: number
  /** Percent of one core that the load process used. */
  cpu: number
}
