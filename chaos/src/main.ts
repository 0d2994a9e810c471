import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stopChildren } from '@hotlead/bench/child'
import { machine } from '@hotlead/bench/results'
import { table } from '@hotlead/bench/table'
import { FAULTS } from './faults/index.ts'
import { type Installation, install } from './installation.ts'
import { ROOT } from './instances.ts'
import { help, type Options, readOptions, UsageError } from './options.ts'
import { Recoveries } from './recoveries.ts'
import { type RoundResult, runRound, StuckError } from './round.ts'
import { lines, schedule } from './schedule.ts'
import { type Servers, startServers } from './servers.ts'

/** ms of a round in which faults go in. */
const WINDOW = 20_000
/** Of records in `activity`: beyond them an emptied Redis takes longer to build anew than a round lasts. */
const LONGEST_LOG = 250_000
const PARTITIONS = 4
const KINDS = FAULTS.map(f => f.kind)

const err = (line: string) => process.stderr.write(`${line}\n`)

async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv, KINDS, 1 + Math.floor(Math.random() * 999_999))
  if (options.help) {
    console.log(help(KINDS))
    return 0
  }
  const dataDir = join(ROOT, '.hotlead', 'chaos', `seed-${options.seed}-${process.pid}`)
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  let servers: Servers | undefined
  let installation: Installation | undefined
  let failed = true
  async function close() {
    await installation?.close()
    await servers?.stop()
    stopChildren()
    if (!failed && !options.keep) rmSync(dataDir, { recursive: true, force: true })
    else err(`logs and data are kept in ${dataDir}`)
  }
  let stopping = false
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.once(signal, async () => {
      stopping = true
      err('stopping')
      await close()
      process.exit(128 + number)
    })
  try {
    err(`seed ${options.seed}`)
    servers = await startServers(dataDir, err)
    const code = await rounds(
      options,
      dataDir,
      servers,
      i => (installation = i),
      () => stopping,
    )
    failed = code !== 0
    return code
  } catch (error) {
    if (stopping) await new Promise(() => {})
    throw error
  } finally {
    if (!stopping) await close()
  }
}

async function rounds(
  options: Options,
  dataDir: string,
  servers: Servers,
  opened: (installation: Installation) => void,
  stopping: () => boolean,
): Promise<number> {
  const { seed } = options
  const faults = FAULTS.filter(f => options.faults?.includes(f.kind) ?? true).filter(f => {
    const why = f.cannot?.()
    if (why !== undefined) err(`no ${f.kind}: ${why}`)
    return why === undefined
  })
  const begun = performance.now()
  const recoveries = new Recoveries()
  const done: RoundResult[] = []
  let era = 0
  let installation: Installation | undefined
  const open = async () => {
    await installation?.close()
    installation = await install({
      servers,
      dataDir,
      root: ROOT,
      count: options.instances,
      partitions: PARTITIONS,
      seed,
      rate: options.rate,
      era: ++era,
      say: err,
    })
    opened(installation)
    return installation
  }
  let problem: string | undefined
  for (let round = options.round ?? 1; ; round++) {
    const shape = { instances: options.instances }
    const drawn = schedule({ seed, round, window: WINDOW, count: options.count, faults, shape })
    try {
      const on = installation && (await installation.size()) < LONGEST_LOG ? installation : await open()
      const result = await runRound({
        installation: on,
        round,
        schedule: drawn,
        window: WINDOW,
        recoveries,
        say: line => process.env.CHAOS_VERBOSE && err(`  ${line}`),
      })
      done.push(result)
      say(options, result, seed)
      const [first] = result.verdict.violations
      if (first) problem = `${first.statement}: ${first.detail}`
      else if (!result.verdict.ok) problem = 'the checker says no and names nothing'
    } catch (error) {
      if (stopping()) throw error
      problem = error instanceof StuckError ? error.message : ((error as Error).stack ?? String(error))
    }
    if (problem !== undefined) {
      err(`\nround ${round} of seed ${seed} failed: ${problem}\n\nIts schedule:`)
      for (const line of lines(drawn)) err(line)
      err(`\nAgain: npm run chaos -- --seed ${seed} --round ${round}`)
    }
    if (problem !== undefined || options.round !== undefined) break
    if (performance.now() - begun > options.minutes * 60_000) break
  }
  summarise(options, { recoveries, done, problem, seconds: (performance.now() - begun) / 1000 })
  return problem === undefined ? 0 : 1
}

function say({ json }: Options, { round, faults, load, seconds, verdict }: RoundResult, seed: number): void {
  if (json) {
    console.log(JSON.stringify({ round, seed, faults, ...load, ...verdict, seconds }))
    return
  }
  console.log(
    `round ${round}  seed ${seed}  ${faults} faults  ${load.acked} events acknowledged (${load.retries} retries, ${load.poison} poison)  ` +
      `${seconds.toFixed(1)} s, ${verdict.seconds.toFixed(1)} of them judging  ${verdict.ok ? 'sound' : 'VIOLATED'}`,
  )
}

interface Summary {
  recoveries: Recoveries
  done: RoundResult[]
  problem: string | undefined
  seconds: number
}

function summarise(options: Options, { recoveries, done, problem, seconds }: Summary): void {
  const kinds = recoveries.byKind()
  const report = {
    date: new Date().toISOString(),
    machine: machine(),
    seed: options.seed,
    rounds: done.length,
    faults: recoveries.injected.length,
    events: done.reduce((sum, r) => sum + r.load.acked, 0),
    seconds: Math.round(seconds),
    violations: done.flatMap(r => r.verdict.violations),
    problem: problem ?? null,
    kinds,
  }
  if (options.report) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`)
  if (options.json) {
    console.log(JSON.stringify(report))
    return
  }
  const rows = kinds.map(k => [
    k.kind,
    k.count,
    k.lasted.p50,
    k.recovered.count,
    k.recovered.p50,
    k.recovered.max,
    k.together.p50,
    k.together.max,
  ])
  const columns = [
    'fault',
    'count',
    'lasted, s (p50)',
    'of them alone',
    'recovered in, s (p50)',
    'max',
    'among others (p50)',
    'max',
  ]
  console.log(`\n${table(columns, rows)}\n`)
  console.log(
    `${report.faults} faults, ${report.rounds} rounds, ${report.events} events, ${Math.round(seconds)} s: ${problem === undefined ? '0 violations' : 'failed'}`,
  )
}

try {
  process.exitCode = await main(process.argv.slice(2))
  process.stdout.write('', () => process.exit())
} catch (error) {
  err(error instanceof UsageError ? error.message : ((error as Error).stack ?? String(error)))
  process.exit(error instanceof UsageError ? 64 : 1)
}
