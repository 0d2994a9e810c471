import { Counter, Gauge, Histogram, metrics as registryOf } from '@hotlead/service'
import type { BatchInfo } from '@hotlead/stream'

/** Upper bounds in seconds: half a millisecond to a second, for steps that take 1–20 ms. */
const BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]

/** What ops watch of a processor. */
export function processorMetrics(service: string) {
  const registry = registryOf(service)
  const registers = [registry]
  const records = new Counter({
    name: 'hotlead_records_total',
    help: 'Source records folded, by partition',
    labelNames: ['partition'],
    registers,
  })
  const outputs = new Counter({
    name: 'hotlead_outputs_total',
    help: 'Records published to the changelog, by partition',
    labelNames: ['partition'],
    registers,
  })
  const dead = new Counter({
    name: 'hotlead_dead_letters_total',
    help: 'Records that could not be read and went to dead-letter, by partition',
    labelNames: ['partition'],
    registers,
  })
  const step = new Histogram({
    name: 'hotlead_step_seconds',
    help: 'Time of each step of a batch: fold, publish, commit',
    labelNames: ['step'],
    buckets: BUCKETS,
    registers,
  })
  const lag = new Gauge({
    name: 'hotlead_lag_records',
    help: 'Records in the source partition that are not folded yet',
    labelNames: ['partition'],
    registers,
  })
  const lagSeconds = new Gauge({
    name: 'hotlead_lag_seconds',
    help: 'Age of the last folded record while records wait, else 0',
    labelNames: ['partition'],
    registers,
  })
  const owned = new Gauge({
    name: 'hotlead_partition_owned',
    help: '1 while this process owns the partition',
    labelNames: ['partition'],
    registers,
  })
  const rebuilds = new Counter({
    name: 'hotlead_rebuilds_total',
    help: 'Partitions whose state was rebuilt from the log',
    labelNames: ['partition'],
    registers,
  })
  const own = new Set<number>()
  return {
    registry,
    onBatch(b: BatchInfo): void {
      const partition = String(b.partition)
      records.inc({ partition }, b.records)
      outputs.inc({ partition }, b.own)
      if (b.dead > 0) dead.inc({ partition }, b.dead)
      step.observe({ step: 'fold' }, b.fold / 1000)
      step.observe({ step: 'publish' }, b.publish / 1000)
      step.observe({ step: 'commit' }, b.commit / 1000)
    },
    onLag(l: { partition: number; records: number; clock: number }): void {
      // The last batch of a partition may end after the partition is gone.
      if (!own.has(l.partition)) return
      const partition = String(l.partition)
      lag.set({ partition }, l.records)
      lagSeconds.set(
        { partition },
        l.records > 0 && l.clock > 0 ? Math.max(0, Date.now() - l.clock) / 1000 : 0,
      )
    },
    onOwned({
      partition: p,
      owned: is,
      rebuilt,
    }: {
      partition: number
      owned: boolean
      rebuilt: boolean
    }): void {
      const partition = String(p)
      owned.set({ partition }, is ? 1 : 0)
      if (is) own.add(p)
      else {
        own.delete(p)
        // Its lag is the next owner's to tell: the last value here would stand as an alert that never ends.
        lag.remove({ partition })
        lagSeconds.remove({ partition })
      }
      if (rebuilt) rebuilds.inc({ partition })
    },
  }
}
