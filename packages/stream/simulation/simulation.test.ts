import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { RefusedError } from '../src/errors.ts'
import type { Send } from '../src/memory.ts'
import { type Subject, simulate } from './simulate.ts'
import { toys } from './toys.ts'

const SEEDS = 3_000

// In a process of its own: within jest's sandbox the same seeds take five times as long.
test(`counter and lamp keep every promise under ${SEEDS} seeds of faults`, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    `${__dirname}/main.ts`,
    '--seeds',
    String(SEEDS),
  ])
  const [, faults] = /(\d+) faults.*: nothing violated\n$/.exec(stdout) as unknown as string[]
  expect(Number(faults)).toBeGreaterThan(10 * SEEDS)
}, 120_000)

test('every kind of fault is drawn', async () => {
  const drawn = new Set<string>()
  for (let seed = 1; seed <= 60; seed++)
    for (const kind of Object.keys((await simulate({ seed, subject: toys })).faults)) drawn.add(kind)
  expect([...drawn].sort()).toEqual([
    'copied',
    'crashAfter',
    'crashBefore',
    'crashLate',
    'failed',
    'failedLate',
    'partly',
    'refused',
    'replyLost',
    'stop',
  ])
})

test('a refusal that the next owner does not repeat is a violation', async () => {
  let hasRefused = false
  const refusing = (): Subject => {
    const subject = toys()
    const stages = (send: Send) =>
      subject
        .stages(send)
        .map(s => ({ ...s, topology: { ...s.topology, wire: { ...s.topology.wire, prepare } } }))
    return { ...subject, stages }
  }
  async function prepare() {
    if (hasRefused) return
    hasRefused = true
    throw new RefusedError('not today')
  }
  const { violations } = await simulate({ seed: 1, subject: refusing })
  expect(violations).toEqual([
    { statement: 'nobody refuses to go on', detail: expect.stringContaining('not today') },
  ])
})

test('the same seed is the same run, step by step', async () => {
  for (const seed of [1, 2, 3, 50, 99]) {
    const runs = []
    for (let i = 0; i < 2; i++) {
      const { trace } = await simulate({ seed, subject: toys, isTraced: true })
      runs.push(createHash('sha256').update(trace.join('\n')).digest('hex'))
    }
    expect(runs[0]).toBe(runs[1])
  }
})
