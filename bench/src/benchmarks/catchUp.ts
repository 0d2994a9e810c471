import type { Context, Result } from '../context.ts'
import { backlog } from './backlog.ts'

/** One scorer, then one tiering service, each alone with Kafka and Redis, through a backlog. */
export async function catchUp(context: Context): Promise<Result[]> {
  const { eventBytes, scorer, tiering, profiles } = await backlog(context)
  const { events, leads, partitions } = context.options
  const row = (name: string, of: typeof scorer, key: string) => [
    name,
    of.records,
    of.fromStart,
    of.steady,
    of.perCpuSecond,
    of.firstCommit,
    of.seconds,
    of.cpu[key] ?? Number.NaN,
    of.cpu.kafka ?? Number.NaN,
    of.cpu.redis ?? Number.NaN,
  ]
  return [
    {
      name: 'catch-up',
      benchmark: 'catch-up',
      title: 'Catch-up: through a backlog in one process',
      columns: [
        'service',
        'records',
        'records/s from start',
        'records/s steady',
        'per CPU second',
        'first commit s',
        'all s',
        'own CPU %',
        'Kafka CPU %',
        'Redis CPU %',
      ],
      rows: [row('scorer', scorer, 'scorer'), row('tiering', tiering, 'tiering')],
      notes: [
        `${events} events of ${eventBytes} bytes over ${leads} leads in ${partitions} partitions; tiering reads the snapshots and marks that the scorer made of them.`,
      ],
      data: {
        scorer: { ...scorer, samples: undefined },
        tiering: { ...tiering, samples: undefined },
        eventBytes,
        profiles,
      },
    },
  ]
}
