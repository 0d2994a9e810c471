import { admission } from './benchmarks/admission.ts'
import { bytes } from './benchmarks/bytes.ts'
import { catchUp } from './benchmarks/catchUp.ts'
import { exactness } from './benchmarks/exactness.ts'
import { hot } from './benchmarks/hot.ts'
import { idle } from './benchmarks/idle.ts'
import { ingest } from './benchmarks/ingest.ts'
import { rebuild } from './benchmarks/rebuild.ts'
import { recount } from './benchmarks/recount.ts'
import { simulate } from './benchmarks/simulate.ts'
import { stopChildren } from './child.ts'
import type { Context, Result } from './context.ts'
import { closeAll } from './installation.ts'
import { type Benchmark, HELP, readOptions } from './options.ts'
import { runProgram } from './program.ts'
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
  simulate,
  recount,
  admission,
}

const say = (line: string) => process.stderr.write(`${line}\n`)

async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv)
  if (options.help) {
    console.log(HELP)
    return 0
  }
  if (options.report) {
    const results = stored()
    writeReport(results)
    console.log(`bench/README.md has the tables of ${results.map(r => r.name).join(', ')}.`)
    return 0
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
  return 0
}

await runProgram({
  run: () => main(process.argv.slice(2)),
  async close() {
    stopChildren()
    await closeAll()
  },
  say,
})
