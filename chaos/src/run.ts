import { FAULTS } from './faults/index.ts'
import type { Installation } from './installation.ts'
import { ROOT } from './instances.ts'
import type { Options } from './options.ts'
import { Recoveries } from './recoveries.ts'
import { type Report, reportOf } from './report.ts'
import { type RoundResult, runRound, StuckError } from './round.ts'
import { lines, schedule } from './schedule.ts'
import { Session } from './session.ts'

/** ms of a round in which overlapping faults go in. */
const WINDOW = 25_000
/** Of records in `activity`: beyond them an emptied Redis takes longer to build anew than a round lasts. */
const LONGEST_LOG = 250_000

/** Round after round until the minutes are over or something is wrong. @param detail what single faults do */
export async function run(
  options: Options,
  say: (line: string) => void,
  detail: (line: string) => void,
  onRound: (result: RoundResult) => void,
): Promise<Report> {
  const { seed, count, instances } = options
  const faults = FAULTS.filter(f => options.faults?.includes(f.kind) ?? true).filter(f => {
    const why = f.cannot?.()
    if (why !== undefined) say(`no ${f.kind}: ${why}`)
    return why === undefined
  })
  const session = await Session.open({ ...options, name: `seed-${seed}`, say })
  const recoveries = new Recoveries()
  const done: RoundResult[] = []
  const begun = performance.now()
  let installation: Installation | undefined
  let problem: string | undefined
  try {
    for (let round = options.round ?? 1; problem === undefined; round++) {
      const drawn = schedule({ seed, round, window: WINDOW, count, faults, shape: { instances } })
      try {
        if (!installation || (await installation.size()) > LONGEST_LOG)
          installation = await session.install(ROOT)
        const result = await runRound({
          installation,
          round,
          schedule: drawn,
          window: WINDOW,
          recoveries,
          say: detail,
        })
        done.push(result)
        onRound(result)
        problem = problemOf(result)
      } catch (error) {
        problem = error instanceof StuckError ? error.message : ((error as Error).stack ?? String(error))
      }
      if (problem !== undefined) {
        say(`\nround ${round} of seed ${seed} failed: ${problem}\n\nIts schedule:`)
        for (const line of lines(drawn)) say(line)
        say(`\nAgain: npm run chaos -- --seed ${seed} --round ${round}\n`)
      }
      if (options.round !== undefined || performance.now() - begun > options.minutes * 60_000) break
    }
    return reportOf({ options, recoveries, done, problem, seconds: (performance.now() - begun) / 1000 })
  } finally {
    await session.close(options.keep || problem !== undefined)
  }
}

/** The first violated statement, in words; undefined where all hold. */
export function problemOf({ verdict }: RoundResult): string | undefined {
  const [first] = verdict.violations
  if (first) return `${first.statement}: ${first.detail}`
  return verdict.ok ? undefined : 'the checker says no and names nothing'
}
