import { spread } from '@hotlead/bench/percentile'
import type { Progress } from './progress.ts'

/** One injected fault, with its times in ms. */
export interface Injected {
  kind: string
  round: number
  /** Whether no other fault was there from its injection to its recovery. */
  alone: boolean
  /** From injection to heal. */
  lasted: number
  /** From heal until scorer and tiering had folded what the topics held then, and owned every partition. */
  recovered: number
}

export interface KindTable {
  kind: string
  count: number
  lasted: { p50: number; max: number }
  /** Of those that were alone. */
  recovered: { count: number; p50: number; max: number }
  /** Of those with others before and after them, whose recoveries hold each other up. */
  together: { count: number; p50: number; max: number }
}

/** What was injected, and how long each took to be over. */
export class Recoveries {
  readonly injected: Injected[] = []
  /** Failpoints at which an instance died or slept, one for each time. */
  readonly acted: string[] = []

  /** To be called when a fault is healed; resolves once it is recovered from. */
  async measure(
    progress: Progress,
    fault: Pick<Injected, 'kind' | 'round' | 'alone'>,
    begun: number,
  ): Promise<void> {
    const healed = performance.now()
    const at = await progress.reached(await progress.ends())
    this.injected.push({ ...fault, lasted: healed - begun, recovered: Math.max(0, at - healed) })
  }

  byKind(): KindTable[] {
    const seconds = (values: number[]) => {
      const { count, p50, max } = spread(values.map(v => v / 1000))
      return { count, p50, max }
    }
    return [...Map.groupBy(this.injected, i => i.kind)]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([kind, list]) => ({
        kind,
        count: list.length,
        lasted: seconds(list.map(i => i.lasted)),
        recovered: seconds(list.filter(i => i.alone).map(i => i.recovered)),
        together: seconds(list.filter(i => !i.alone).map(i => i.recovered)),
      }))
  }
}
