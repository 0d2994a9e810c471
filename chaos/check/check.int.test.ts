import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Installation } from '@hotlead/testkit'

/** The checker on a real installation: it finds nothing where nothing is wrong, and each thing that is made wrong. */

const ROOT = `${__dirname}/../..`
const HOUR = 3_600_000

interface Verdict {
  ok: boolean
  violations: { statement: string; detail: string }[]
  counts: Record<string, number>
  seconds: number
  error?: string
}

/** The resident program. */
class Checker {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(file: string, config: object) {
    writeFileSync(file, JSON.stringify(config))
    this.#child = spawn(
      join(ROOT, 'node_modules/node/bin/node'),
      [`${ROOT}/chaos/check/main.mjs`, '--config', file],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]()
  }

  async check(): Promise<Verdict> {
    this.#child.stdin?.write('{"check":true}\n')
    return JSON.parse((await this.#lines.next()).value) as Verdict
  }

  close(): void {
    this.#child.kill()
  }
}

let hot: Installation
let checker: Checker
let acked: string
let n = 0

beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-check-'))
  acked = join(folder, 'acked.jsonl')
  checker = new Checker(join(folder, 'config.json'), {
    kafka: hot.env.HOTLEAD_KAFKA,
    redis: hot.env.HOTLEAD_REDIS,
    registry: hot.env.HOTLEAD_REGISTRY,
    topicPrefix: hot.env.HOTLEAD_TOPIC_PREFIX,
    redisPrefix: hot.env.HOTLEAD_REDIS_PREFIX,
    partitions: 4,
    acked,
    explain: 2,
  })
}, 120_000)
afterAll(async () => {
  checker?.close()
  await hot?.close()
})

async function send(batch: object[]): Promise<void> {
  const named = batch.map(e => ({ messageId: `m${n++}`, timestamp: new Date().toISOString(), ...e }))
  expect(await hot.post('/v1/batch', { batch: named })).toBe(200)
  appendFileSync(acked, named.map(e => `${JSON.stringify({ id: e.messageId, sent: 1 })}\n`).join(''))
}

const page = (anonymousId: string, path: string, more: object = {}) => ({
  type: 'page',
  anonymousId,
  properties: { path, url: `https://www.example.com${path}` },
  ...more,
})
const form = (anonymousId: string, email?: string) => ({
  type: 'track',
  event: 'Form Submitted',
  anonymousId,
  properties: email ? { email } : {},
})

async function mixture(round: number): Promise<void> {
  for (let i = 0; i < 12; i++) {
    const v = `r${round}v${i}`
    const email = `lead${i % 5}@example.org`
    await send([page(v, '/'), page(v, '/pricing'), page(v, '/docs/x'), page(v, '/careers/a')])
    await send([page(v, '/pricing', { timestamp: new Date(Date.now() - (i + 1) * HOUR).toISOString() })])
    if (i % 3 === 0) await send([form(v, email)])
    if (i % 4 === 1)
      await send([{ type: 'identify', anonymousId: v, traits: { email, company: `C${i}`, size: i } }])
    if (i % 6 === 2) await send([form(v)])
    await send([page(v, '/pricing'), page(v, '/blog/a'), page(v, '/files/x.pdf')])
    // The same event again.
    await send([page(v, '/twice', { messageId: `r${round}twice${i}` })])
    await send([page(v, '/twice', { messageId: `r${round}twice${i}` })])
  }
  const id = `f${round}`
  const status = await hot.post('/v1/leads/lead0@example.org/follow-ups', {
    id,
    channel: 'phone',
    who: 'Eve',
    result: 'continue',
  })
  expect(status).toBe(200)
  appendFileSync(acked, `${id}\n`)
}

test('nothing is wrong with a mixture of everything', async () => {
  await mixture(1)
  const first = await checker.check()
  expect(first).toMatchObject({ ok: true, violations: [] })
  await mixture(2)
  const model = readFileSync(`${ROOT}/models/default.yaml`, 'utf8').replace('atLeast: 40 }', 'atLeast: 30 }')
  const file = join(mkdtempSync(join(tmpdir(), 'hotlead-check-')), 'model.yaml')
  writeFileSync(file, model)
  expect((await hot.hotlead('model', 'publish', file)).code).toBe(0)
  await mixture(3)
  const second = await checker.check()
  expect(second).toMatchObject({ ok: true, violations: [] })
  process.stderr.write(`${JSON.stringify(second)}\n`)
}, 120_000)
