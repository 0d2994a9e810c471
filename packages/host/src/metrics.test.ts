import { processorMetrics } from './metrics.ts'

async function partitions(m: ReturnType<typeof processorMetrics>, series: string) {
  const { values } = (await m.registry.getSingleMetric(series)?.get()) ?? { values: [] }
  return values.map(v => v.labels.partition)
}

test('the lag of a partition that went to another process is not told any more, also where a last batch ends after it', async () => {
  const m = processorMetrics('test')
  for (const partition of [0, 1]) {
    m.onOwned({ partition, owned: true, rebuilt: false })
    m.onLag({ partition, records: 7, clock: Date.now() - 60_000 })
  }
  m.onOwned({ partition: 0, owned: false, rebuilt: false })
  m.onLag({ partition: 0, records: 6, clock: Date.now() - 60_000 })
  expect(await partitions(m, 'hotlead_lag_records')).toEqual(['1'])
  expect(await partitions(m, 'hotlead_lag_seconds')).toEqual(['1'])
  expect(await partitions(m, 'hotlead_partition_owned')).toEqual(['0', '1'])
})
