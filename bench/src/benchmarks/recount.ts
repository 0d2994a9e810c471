import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { topicNames } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import type { Context, Result } from '../context.ts'
import { install } from '../installation.ts'
import { type CommandRun, runCommand } from '../measure/command.ts'
import { stretchOf, through } from '../measure/through.ts'
import { population } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'

const SHIPPED = fileURLToPath(new URL('../../../models/default.yaml', import.meta.url))
const PRICING = '["/pricing", "/pricing/**", "/prices", "/plans"]'

/**
 * `hotlead model publish --replay` with a signal that matches something else, over a log that the scorer has folded and
 * keeps up with: from its start to the take in every partition.
 */
export async function recount(context: Context): Promise<Result[]> {
  const { options, say } = context
  const { events, leads, rounds, partitions } = options
  say(`recount: ${events} events over ${leads} leads`)
  const installation = await install(context)
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-bench-'))
  try {
    await preload(installation, population({ events, leads, end: Date.now(), secret: DEMO_SECRET }), say)
    await through(installation, 'scorer', await stretchOf(installation, topicNames().activity), say)
    await installation.start('scorer')
    const runs: (CommandRun & { subjects: number; read: number })[] = []
    for (let round = 1; round <= rounds; round++) {
      const file = join(folder, 'model.yaml')
      const paths = `["/pricing", "/pricing/**", "/prices", "/plans", "/round-${round}"]`
      const source = readFileSync(SHIPPED, 'utf8').replace(PRICING, paths)
      if (!source.includes(paths)) throw new Error('models/default.yaml has another signal pricing')
      writeFileSync(file, source)
      const run = await runCommand(installation, ['model', 'publish', file, '--replay', '--json'])
      const { recount: did } = JSON.parse(run.out) as { recount: { subjects: number; read: number } }
      say(`  round ${round}: ${run.seconds.toFixed(1)} s, ${did.subjects} leads, ${run.rss} MB`)
      runs.push({ ...run, ...did })
    }
    return [
      {
        name: 'recount',
        benchmark: 'recount',
        title: 'Recount: publish --replay of one changed signal',
        columns: ['round', 'records read', 'leads with it', 'seconds', 'own CPU s', 'most resident MB'],
        rows: runs.map((r, i) => [String(i + 1), r.read, r.subjects, r.seconds, r.cpu, r.rss]),
        notes: [
          `${events} events over ${leads} leads in ${partitions} partitions, and what the scorer wrote of them; one scorer runs, and has folded all before the first round.`,
        ],
        data: { runs: runs.map(({ out: _out, ...run }) => run) },
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await installation.close()
  }
}
