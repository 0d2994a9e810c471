import { bytes } from './benchmarks/bytes.ts'
import { catchUp } from './benchmarks/catchUp.ts'
import { exactness } from './benchmarks/exactness.ts'
import { hot } from './benchmarks/hot.ts'
import { idle } from './benchmarks/idle.ts'
import { ingest } from './benchmarks/ingest.ts'
import { rebuild } from './benchmarks/rebuild.ts'
import { stopChildren } from './child.ts'
import type { Context, Result } from './context.ts'
import { closeAll } from './installation.ts'
import { type Benchmark, HELP, readOptions, UsageError } from './options.ts'
import { section, writeReport } from './report.ts'
import { loadNow, type Stored, store, stored } from './results.ts'

const RUN: Record<Benchmark, (context: Context) => Promise<Result[]>> = {
  ingest,
  'catch-up': catchUp,
  hot,
  rebuild,
  bytes,
  idle,
  exactness,
}

/** Set once a signal came: what fails from then on fails because we are leaving. */
let stopping = false
const say = (line: string) => process.stderr.write(`${line}\n`)

for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, async () => {
    stopping = true
    say('stopping')
    stopChildren()
    await closeAll()
    process.exit(128 + number)
  })
}

async function main(argv: string[]): Promise<void> {
  const options = readOptions(argv)
  if (options.help) return console.log(HELP)
  if (options.report) {
    const results = stored()
    writeReport(results)
    return console.log(`bench/README.md has the tables of ${results.map(r => r.name).join(', ')}.`)
  }
  const all: Stored[] = []
  for (const name of options.benchmarks) {
    const loadBefore = loadNow()
    const own = readOptions(argv, name)
    const results = await RUN[name]({ options: own, say })
    for (const result of results) all.push(store(result, own, loadBefore))
  }
  if (options.json) console.log(JSON.stringify(all, null, 2))
  else for (const result of all) console.log(`\n${section(result)}`)
}

try {
  await main(process.argv.slice(2))
  // Clients keep sockets and timers for a while; everything is written by now.
  process.stdout.write('', () => process.exit(0))
} catch (error) {
  if (stopping) await new Promise(() => {})
  say(error instanceof UsageError ? error.message : ((error as Error).stack ?? String(error)))
  await closeAll()
  process.exit(error instanceof UsageError ? 64 : 1)
}
