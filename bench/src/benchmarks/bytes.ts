import type { Context, Result } from '../context.ts'
import { backlog } from './backlog.ts'

/** Redis per lead, after the population of the catch-up. */
export async function bytes(context: Context): Promise<Result[]> {
  const { bytes: found } = await backlog(context)
  const rows = (['scorer', 'tiering'] as const).map(name => {
    const { leads, median, p99, max, overhead, hash, used } = found[name]
    return [name, leads, median, p99, max, overhead, hash, used]
  })
  return [
    {
      name: 'bytes',
      benchmark: 'bytes',
      title: 'Redis per lead',
      columns: [
        'service',
        'leads',
        'median B',
        'p99 B',
        'max B',
        'of which overhead B',
        'MEMORY USAGE / lead B',
        'used_memory growth / lead B',
      ],
      rows,
      notes: [
        `${context.options.events} events over ${context.options.leads} leads in two weeks of event time; key, value and Redis’s own overhead.`,
      ],
      data: found,
    },
  ]
}
