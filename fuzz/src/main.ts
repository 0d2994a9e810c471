import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runProgram } from '@hotlead/bench/program'
import { table } from '@hotlead/bench/table'
import { hotlead, launchService, type RunningService, testServers } from '@hotlead/testkit'
import { type Counts, count, noCounts, problemsOf } from './counts.ts'
import { HELP, type Options, readOptions } from './options.ts'
import { installed, outcome, stopRuns, VERSION } from './schemathesis.ts'
import { MAIL_KEYS, SOURCES, schemathesisToml } from './settings.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)
const folder = join(tmpdir(), `hotlead-fuzz-${process.pid}`)
const started: (() => Promise<unknown>)[] = []

async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv, 1 + Math.floor(Math.random() * 999_999))
  if (options.help) {
    console.log(HELP)
    return 0
  }
  const schemathesis = await installed(say)
  mkdirSync(folder)
  const edge = await openEdge()
  const counts = noCounts()
  const problems: string[] = []
  const begun = Date.now()
  for (let seed = options.seed; counts.requests < options.requests && problems.length === 0; seed++) {
    say(`seed ${seed}`)
    problems.push(...(await round(schemathesis, edge.url, { ...options, seed }, counts)))
  }
  const seconds = Math.round((Date.now() - begun) / 1_000)
  problems.push(...problemsOf(counts), ...(await problemsOfEdge(edge)))
  const figures = { schemathesis: VERSION, seconds, seed: options.seed, ...counts, problems }
  console.log(options.json ? JSON.stringify(figures, null, 2) : told(figures))
  await close()
  return problems.length === 0 ? 0 : 1
}

/** A real ingestor on servers of its own. */
async function openEdge(): Promise<RunningService> {
  const up = await testServers(line => say(`  ${line}`))
  started.push(() => up.release())
  const sources = join(folder, 'sources.yaml')
  writeFileSync(sources, SOURCES)
  const env = {
    HOTLEAD_KAFKA: up.kafka,
    HOTLEAD_REDIS: up.redis,
    HOTLEAD_REGISTRY: up.registry,
    HOTLEAD_PARTITIONS: '4',
    HOTLEAD_SOURCES: sources,
    HOTLEAD_MAIL_KEYS: MAIL_KEYS,
  }
  const setup = await hotlead(env, ['setup'])
  if (setup.code !== 0) throw new Error(`hotlead setup ended with ${setup.code}: ${setup.err}`)
  const edge = await launchService('ingestor', { ...env, LOG_LEVEL: 'info' })
  started.push(() => edge.stop())
  await edge.ready()
  return edge
}

/** One run of the fuzzer. @returns what is wrong by it */
async function round(program: string, url: string, options: Options, counts: Counts): Promise<string[]> {
  const config = join(folder, 'schemathesis.toml')
  const report = join(folder, 'events.ndjson')
  writeFileSync(config, schemathesisToml({ ...options, report }))
  const only = options.path === undefined ? [] : ['--include-path-regex', options.path]
  const before = counts.requests
  const { code, said } = await outcome(program, [
    '--config-file',
    config,
    'run',
    ...only,
    `${url}/openapi.json`,
  ])
  if (code !== 0) say(said)
  for await (const line of createInterface({ input: createReadStream(report) })) count(counts, line)
  say(`  ${counts.requests - before} requests`)
  if (code !== 0) return [`schemathesis ended with ${code}: what it found is above`]
  return counts.requests === before ? ['no request was sent: does --path match anything?'] : []
}

/** It lives, takes events, and met no fault that a client was not told of. */
async function problemsOfEdge(edge: RunningService): Promise<string[]> {
  const ready = await fetch(`${edge.url}/readyz`).then(
    async r => (r.ok ? [] : [`/readyz: ${await r.text()}`]),
    (error: Error) => [`the ingestor does not answer any more: ${error.message}`],
  )
  const faults = edge
    .log()
    .split('\n')
    .filter(line => line.includes('a request met a fault'))
  return [...ready, ...faults.slice(0, 5)]
}

type Figures = Counts & { schemathesis: string; seconds: number; seed: number; problems: string[] }

function told({ requests, seconds, seed, statuses, operations, problems }: Figures): string {
  const rows = Object.entries(statuses)
  return [
    `${requests.toLocaleString('en-GB')} requests to ${Object.keys(operations).length} operations in ${seconds} s, from seed ${seed}`,
    table(['answered', 'times'], rows),
    problems.length === 0 ? 'nothing found' : problems.join('\n'),
  ].join('\n\n')
}

async function close(): Promise<void> {
  stopRuns()
  for (const end of started.splice(0).reverse()) await end()
  rmSync(folder, { recursive: true, force: true })
}

await runProgram({ run: () => main(process.argv.slice(2)), close, say })
