import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CONTROLS, mutant } from '@hotlead/testkit'

/** Within so many seeds each control must be found, by the toys and by the real processors. */
const SEEDS = 2_500

/** Seed and statement of the first violation. */
async function violated(program: string): Promise<string> {
  const run = promisify(execFile)(process.execPath, [program, '--seeds', String(SEEDS), '--whole'], {
    maxBuffer: 100_000_000,
  })
  const { code, stdout } = await run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  )
  const [, seed, statement] = /^seed (\d+) violates, after \d+ steps: (.*)$/m.exec(stdout) ?? []
  return code === 1 && seed ? `seed ${seed}: ${statement}` : `nothing, and ended with ${code}`
}

test.each(Object.entries(CONTROLS))('without %s both simulations fail', async (name, { patches }) => {
  const copy = mutant(patches)
  try {
    const found = await Promise.all(
      ['packages/stream/simulation/main.ts', 'e2e/simulation/main.ts'].map(p => violated(join(copy.root, p))),
    )
    process.stdout.write(`  ${name}: toys ${found[0]}; processors ${found[1]}\n`)
    expect(found).toEqual([expect.stringMatching(/^seed/), expect.stringMatching(/^seed/)])
  } finally {
    copy.remove()
  }
})
