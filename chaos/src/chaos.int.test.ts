import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(__dirname, '../..')
/** Of every family, those that a short run can have often enough. */
const KINDS = [
  'ingestor-killed',
  'scorer-killed',
  'tiering-killed',
  'scorer-slept',
  'tiering-slept',
  'tiering-restarted',
  'redis-cut',
  'redis-replies-lost',
  'redis-stalled',
  'kafka-cut',
  'kafka-replies-lost',
  'kafka-slow',
  'registry-away',
  'redis-killed',
  'redis-flushed',
  'redis-older-dump',
  'redis-disk-full',
  'kafka-killed',
  'member-passes',
  'failpoint-kill',
  'failpoint-pause',
]

/** `npm run chaos`, on servers of its own. @returns what it printed @throws with all that it said, where it finds anything */
function chaos(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      join(root, 'node_modules/node/bin/node'),
      [join(root, 'chaos/src/main.ts'), ...args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [out, err] = ['', '']
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    child.on('close', code =>
      code === 0 ? resolve(out) : reject(new Error(`ended with ${code}\n${err}${out}`)),
    )
  })
}

test('two minutes of faults of every family: nothing is violated, and everything heals by itself', async () => {
  const out = await chaos('--seed', '4', '--minutes', '1', '--json', '--faults', KINDS.join())
  const report = JSON.parse(out.trim().split('\n').at(-1) as string)
  expect(report).toMatchObject({ problem: null, violations: [] })
  expect(report.faults).toBeGreaterThan(20)
  expect(report.events).toBeGreaterThan(10_000)
}, 600_000)

test('a product that lets an overtaken owner publish is caught', async () => {
  const out = await chaos('--seed', '4', '--control', 'fence', '--json')
  expect(JSON.parse(out.trim().split('\n').at(-1) as string)).toEqual({
    unpatched: expect.objectContaining({ problem: null, rounds: 1 }),
    caught: [expect.objectContaining({ control: 'fence', by: expect.stringMatching(/^G2|^G4/) })],
  })
}, 600_000)
