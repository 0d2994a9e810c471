import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** ns of CPU a pass through a loop, one value for each process. */
export interface FailpointCost {
  passes: number
  without: number[]
  off: number[]
  /** With the variable set, for a pass that never comes. */
  on: number[]
}

const PROGRAM = fileURLToPath(new URL('../failpoint/main.ts', import.meta.url))

/** What `if (FAILPOINTS) await failpoint(…)` costs: a loop with and without it, in turn, each in a process of its own. */
export function failpointCost(quick: boolean): FailpointCost {
  const cost: FailpointCost = { passes: quick ? 10_000_000 : 100_000_000, without: [], off: [], on: [] }
  for (let round = 0; round < (quick ? 1 : 9); round++) {
    cost.without.push(pass('without', cost.passes, ''))
    cost.off.push(pass('with', cost.passes, ''))
    // Hundreds of times slower.
    cost.on.push(pass('with', cost.passes / 100, 'commit.before=error@999999999'))
  }
  return cost
}

function pass(kind: 'with' | 'without', passes: number, failpoints: string): number {
  const said = execFileSync(process.execPath, [PROGRAM, kind, String(passes)], {
    encoding: 'utf8',
    env: { ...process.env, HOTLEAD_FAILPOINTS: failpoints },
  })
  return (JSON.parse(said) as { ns: number }).ns
}
