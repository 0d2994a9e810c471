import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEMO_SECRET } from '@hotlead/service'
import type { Context, Result } from '../context.ts'
import { install } from '../installation.ts'
import { type CommandRun, runCommand } from '../measure/command.ts'
import { population } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

interface Run extends Omit<CommandRun, 'out'> {
  /** By model. */
  told: number[]
}

/** `hotlead simulate` as a person runs it, from start to end, on two weeks of events: one model, then two. */
export async function simulate(context: Context): Promise<Result[]> {
  const { options, say } = context
  const { events, leads, rounds } = options
  say(`simulate: ${events} events over ${leads} leads`)
  const installation = await install(context)
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-bench-'))
  try {
    const end = Date.now()
    // Stamped with their own times: written at once by the broker's clock, two weeks would be twenty seconds.
    const { bytes } = await preload(
      installation,
      population({ events, leads, end, secret: DEMO_SECRET }),
      say,
      ({ event }) => event?.at as number,
    )
    const shipped = join(root, 'models/default.yaml')
    const draft = join(folder, 'draft.yaml')
    writeFileSync(
      draft,
      readFileSync(shipped, 'utf8').replace('score: { atLeast: 40 }', 'score: { atLeast: 30 }'),
    )
    const variants = {
      'one model': ['--against', 'none'],
      'one model, one thread': ['--against', 'none', '--threads', '1'],
      'two models': ['--against', shipped],
    }
    const runs: Record<string, Run[]> = {}
    for (let round = 1; round <= rounds; round++)
      for (const [name, against] of Object.entries(variants)) {
        const { out, ...run } = await runCommand(installation, ['simulate', draft, ...against, '--json'])
        say(`  round ${round}, ${name}: ${run.seconds.toFixed(1)} s, ${run.rss} MB`)
        const { leads: told } = JSON.parse(out) as { leads: number[] }
        runs[name] = [...(runs[name] ?? []), { ...run, told }]
      }
    return [
      {
        name: 'simulate',
        benchmark: 'simulate',
        title: 'Simulate: a draft over two weeks of the log',
        columns: [
          'models',
          'events',
          'median s',
          'fastest s',
          'slowest s',
          'events/s',
          'per CPU second',
          'most resident MB',
          'leads told of',
        ],
        rows: Object.entries(runs).map(([name, of]) => {
          const seconds = of.map(r => r.seconds).sort((a, b) => a - b)
          const median = seconds[Math.floor((seconds.length - 1) / 2)] as number
          const cpu = of.map(r => r.cpu).sort((a, b) => a - b)[Math.floor((of.length - 1) / 2)] as number
          return [
            name,
            events,
            median,
            seconds[0] as number,
            seconds.at(-1) as number,
            Math.round(events / median),
            Math.round(events / cpu),
            Math.max(...of.map(r => r.rss)),
            (of[0] as Run).told.join(' / '),
          ]
        }),
        notes: [
          `${events} events of ${Math.round(bytes / events)} bytes over ${leads} leads in ${options.partitions} partitions, stamped over two weeks; ${rounds} rounds, the whole process from start to end, Kafka on the same machine.`,
        ],
        data: { runs },
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await installation.close()
  }
}
