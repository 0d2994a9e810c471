import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { anyPorts, isFree } from './ports.ts'
import { birthOf } from './processRecord.ts'
import { root } from './settings.ts'

const node = join(root, 'node_modules/node/bin/node')
let dataDir: string
let env: Record<string, string>
let ports: number[]
const starts: Start[] = []

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hotlead-start-'))
  ports = await anyPorts(7)
  const [kafka, controller, redis, registry, ingestor, scorer, tiering] = ports as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  env = {
    HOTLEAD_DATA: dataDir,
    NODE_ENV: 'test',
    HOTLEAD_PARTITIONS: '2',
    HOTLEAD_KAFKA_PORT: String(kafka),
    HOTLEAD_KAFKA_CONTROLLER_PORT: String(controller),
    HOTLEAD_REDIS_PORT: String(redis),
    HOTLEAD_REGISTRY_PORT: String(registry),
    HOTLEAD_INGESTOR_PORT: String(ingestor),
    HOTLEAD_SCORER_PORT: String(scorer),
    HOTLEAD_TIERING_PORT: String(tiering),
    HOTLEAD_KAFKA: `127.0.0.1:${kafka}`,
    HOTLEAD_REDIS: `redis://127.0.0.1:${redis}`,
    HOTLEAD_REGISTRY: `http://127.0.0.1:${registry}/apis/ccompat/v7`,
  }
})
afterEach(async () => {
  // Where a test failed half-way, what it started still runs.
  for (const start of starts.splice(0)) {
    start.child.kill('SIGTERM')
    await start.ended
  }
  rmSync(dataDir, { recursive: true, force: true })
})

/** `npm start` itself, with what it has said so far. */
class Start {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  said = ''

  constructor() {
    this.child = spawn(node, [join(root, 'scripts/run.mjs'), 'start'], { env: { ...process.env, ...env } })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', chunk => (this.said += chunk))
    this.ended = new Promise(resolve => this.child.on('close', resolve))
    starts.push(this)
  }

  async says(text: string): Promise<void> {
    let code: number | null | undefined
    void this.ended.then(c => (code = c))
    while (!this.said.includes(text)) {
      if (code !== undefined) throw new Error(`ended with ${code} before it said “${text}”:\n${this.said}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  /** Every process of it: what started it, itself, the guards, the parts. */
  processes(): number[] {
    const folder = join(dataDir, 'pids')
    const files = [join(dataDir, 'run.json'), ...readdirSync(folder).map(file => join(folder, file))]
    const parts = files.map(file => JSON.parse(readFileSync(file, 'utf8')).pid as number)
    const guards = parts.slice(1).map(pid => {
      return Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout)
    })
    return [this.child.pid as number, ...guards, ...parts]
  }
}

/** What `hotlead lead` says of the visitor. */
async function lead(): Promise<{ score?: number } & Record<string, unknown>> {
  const run = promisify(execFile)
  const args = [join(root, 'packages/cli/src/main.ts'), 'lead', 'visitor-1', '--json']
  const { stdout } = await run(node, args, { env: { ...process.env, ...env } })
  return JSON.parse(stdout)
}

async function viewPricing(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${env.HOTLEAD_INGESTOR_PORT}/v1/page`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-write-key': 'wk_demo' },
    body: JSON.stringify({
      anonymousId: 'visitor-1',
      properties: { url: 'http://localhost/pricing', path: '/pricing' },
    }),
  })
  return answer.status
}

async function scoreAbove(least: number): Promise<number> {
  for (;;) {
    const score = await lead().then(
      l => Number(l.score),
      () => 0,
    )
    if (score > least) return score
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

test('everything starts, outlives kill -9 with its data, and SIGTERM leaves nothing', async () => {
  let start = new Start()
  await start.says('Ready.')
  expect(start.said).toContain('write key wk_demo, secret key sk_demo')
  expect(start.said).toContain('schemas  registered now')
  expect(await viewPricing()).toBe(200)
  const before = await scoreAbove(0)

  for (const pid of start.processes()) process.kill(pid, 'SIGKILL')
  await start.ended

  start = new Start()
  await start.says('Ready.')
  expect(start.said).not.toContain('registered now')
  // Points decay as the log's clock goes on, by a fraction of one in a minute.
  expect(Number((await lead()).score)).toBeCloseTo(before, 0)
  expect(await viewPricing()).toBe(200)
  expect(await scoreAbove(before + 0.5)).toBeGreaterThan(before)

  const processes = start.processes()
  start.child.kill('SIGTERM')
  expect(await start.ended).toBe(0)
  expect(start.said).toMatch(/Stopped in [\d.]+ s \(SIGTERM\); the data stays/)
  expect(processes.filter(pid => birthOf(pid) !== undefined)).toEqual([])
  expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true))
}, 240_000)

test('Ctrl-C while servers start is said at once and done within seconds, leaving nothing', async () => {
  const start = new Start()
  await start.says('servers by')
  // Its controller listens: from here on until all of it is up Kafka takes a SIGTERM for later.
  const begins = () => existsSync(join(dataDir, 'pids'))
  while (!begins() || (await isFree(Number(env.HOTLEAD_KAFKA_CONTROLLER_PORT))))
    await new Promise(r => setTimeout(r, 20))
  const processes = start.processes()
  const begun = performance.now()
  start.child.kill('SIGINT')
  await start.says('Stopping … (Ctrl-C again kills)')
  expect(await start.ended).toBe(0)
  expect(performance.now() - begun).toBeLessThan(4_000)
  expect(start.said).toMatch(/Stopped in [\d.]+ s \(SIGINT\); the data stays/)
  expect(processes.filter(pid => birthOf(pid) !== undefined)).toEqual([])
}, 240_000)

test('a port that is taken ends the start with one sentence', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(Number(env.HOTLEAD_SCORER_PORT), '127.0.0.1', resolve))
  try {
    const start = new Start()
    expect(await start.ended).toBe(1)
    expect(start.said).toMatch(
      new RegExp(
        `port ${env.HOTLEAD_SCORER_PORT} \\(the scorer\\) is taken by .+ \\(pid ${process.pid}\\): stop it, or set HOTLEAD_SCORER_PORT to another port\\n$`,
      ),
    )
  } finally {
    other.close()
  }
})
