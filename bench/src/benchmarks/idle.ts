import type { Context, Result } from '../context.ts'
import { install } from '../installation.ts'
import { sleep } from '../measure/clock.ts'
import { watchCpu } from '../measure/cpu.ts'

/** s between the last service's start and the measurement: start-up has its own costs. */
const SETTLE = { full: 10, quick: 2 }

/** CPU of each process while nothing happens: ticks, heartbeats and empty fetches. */
export async function idle(context: Context): Promise<Result[]> {
  const { options, say } = context
  say('idle: all services, no traffic')
  const installation = await install(context)
  let used: Record<string, number>
  try {
    for (const name of ['ingestor', 'scorer', 'tiering'] as const) await installation.start(name)
    await sleep(SETTLE[options.quick ? 'quick' : 'full'] * 1000)
    say(`  measuring for ${options.seconds} s`)
    const cpu = watchCpu(installation.pids())
    await sleep(options.seconds * 1000)
    used = cpu()
  } finally {
    await installation.close()
  }
  return [
    {
      name: 'idle',
      benchmark: 'idle',
      title: 'Idle',
      columns: ['process', '% of one core'],
      rows: Object.entries(used),
      notes: [
        `User and kernel time over ${options.seconds} s without traffic, ${options.partitions} partitions.`,
      ],
      data: used,
    },
  ]
}
