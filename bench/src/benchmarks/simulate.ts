import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEMO_SECRET } from '@hotlead/service'
import type { Context, Result } from '../context.ts'
import { type Installation, install } from '../installation.ts'
import { now } from '../measure/clock.ts'
import { cpuSeconds } from '../measure/cpu.ts'
import { watchMemory } from '../measure/memory.ts'
import { population } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

interface Run {
  seconds: number
  cpu: number
  /** MB, the most that was seen resident. */
  rss: number
  /** By model. */
  told: number[]
  alerts: number[]
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
        const run = await once(installation, [draft, ...against])
        say(`  round ${round}, ${name}: ${run.seconds.toFixed(1)} s, ${run.rss} MB`)
        runs[name] = [...(runs[name] ?? []), run]
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

/** The command as a process of its own. @throws with what it said where it fails */
function once(installation: Installation, args: readonly string[]): Promise<Run> {
  const begun = now()
  const main = join(root, 'packages/cli/src/main.ts')
  const child = spawn(process.execPath, [main, 'simulate', ...args, '--json'], {
    env: { ...process.env, ...installation.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid as number
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const memory = watchMemory({ simulate: pid })
  let cpu = 0
  const timer = setInterval(() => {
    cpu = cpuSeconds(pid) ?? cpu
  }, 100)
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      const seconds = (now() - begun) / 1000
      clearInterval(timer)
      process.off('exit', end)
      const { simulate: rss = 0 } = memory()
      if (code !== 0) return reject(new Error(`hotlead simulate ended with ${code}: ${err}`))
      const { leads, alerts } = JSON.parse(out) as { leads: number[]; alerts: number[] }
      resolve({ seconds, cpu, rss, told: leads, alerts })
    })
  })
}
