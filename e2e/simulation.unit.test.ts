import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const SEEDS = 600

test(`scorer and tiering keep every promise under ${SEEDS} seeds of faults`, async () => {
  const program = `${__dirname}/simulation/main.ts`
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--seeds', String(SEEDS)])
  const [, faults] = /(\d+) faults.*: nothing violated\n$/.exec(stdout) as unknown as string[]
  expect(Number(faults)).toBeGreaterThan(10 * SEEDS)
}, 240_000)
