import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { CONTROLS, mutant } from '@hotlead/testkit'

/** Within so many seeds each must be found; what they take is printed. */
const SEEDS = 500

test.each(Object.entries(CONTROLS))('without %s the simulation fails', (name, { patches }) => {
  const copy = mutant(patches)
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(copy.root, 'packages/stream/simulation/main.ts'), '--seeds', String(SEEDS), '--whole'],
      { encoding: 'utf8', maxBuffer: 100_000_000 },
    )
    const [, seed, statement] = /^seed (\d+) violates, after \d+ steps: (.*)$/m.exec(stdout) ?? []
    expect({ name, status, seed, stderr }).toEqual({ name, status: 1, seed: expect.any(String), stderr: '' })
    process.stdout.write(`  ${name}: seed ${seed}, ${statement}\n`)
  } finally {
    copy.remove()
  }
})
