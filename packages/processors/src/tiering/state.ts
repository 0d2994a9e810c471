import type { Score, Standing } from '@hotlead/contracts'

/** A snapshot as read, with its bytes: they are kept while a timer may need them. */
export interface Snapshot {
  score: Score
  bytes: Buffer
}

/** Tiering's own state of one lead. */
export type StandingState = Omit<Standing, 'snapshot'> & { snapshot: Snapshot | null }

/** Of a lead that was never seen, in the lowest tier. */
export function firstStanding(tier: string, since: number): StandingState {
  return {
    offset: -1,
    source: -1,
    tier,
    number: 0,
    since,
    left: [],
    forgotten: null,
    wakeAt: null,
    snapshot: null,
  }
}
