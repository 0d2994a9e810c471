import { FAULTS } from './faults/index.ts'
import type { Installation } from './installation.ts'
import { ROOT } from './instances.ts'
import type { Options } from './options.ts'
import { Recoveries } from './recoveries.ts'
import { type Report, reportOf, sources } from './report.ts'
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
  const from = sources()
  const session = await Session.open({ ...options, name: `seed-${seed}`, say })
  const recoveries = new Recoveries()
  const done: RoundResult[] = []
  const begun = performance.now()
  let installation: Installation | undefined
  let problem: string | undefined
  /** The first round of the installation that is there. */
  let since = 1
  try {
    for (let round = options.fromRound ?? options.round ?? 1; problem === undefined; round++) {
      const drawn = schedule({ seed, round, window: WINDOW, count, faults, shape: { instances } })
      try {
        if (!installation || (await installation.size()) > LONGEST_LOG) {
          since = round
          installation = await session.install(ROOT)
        }
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
      // First: what stands still since may well stand still for it.
      problem = session.ends.refusals[0] ?? problem
      if (problem !== undefined) {
        say(`\nround ${round} of seed ${seed} failed: ${problem}\n\nIts schedule:`)
        for (const line of lines(drawn)) say(line)
        say(`\n${again(options, since, round)}\n`)
      }
      const over = performance.now() - begun > options.minutes * 60_000
      if (options.round === undefined ? over : round >= options.round) break
    }
    const seconds = (performance.now() - begun) / 1000
    return reportOf({
      options,
      recoveries,
      done,
      problem,
      seconds,
      ended: session.ends.counts,
      sources: from,
    })
  } finally {
    await session.close(options.keep || problem !== undefined)
  }
}

/** How to have the round again. @param since the first round of its installation, whose data it may need */
export function again(
  o: Pick<Options, 'seed' | 'count' | 'instances' | 'rate' | 'faults'>,
  since: number,
  round: number,
): string {
  const faults = o.faults ? ` --faults ${o.faults.join(',')}` : ''
  const command = `npm run chaos -- --seed ${o.seed} --count ${o.count} --instances ${o.instances} --rate ${o.rate}${faults}`
  const alone = `Again: ${command} --round ${round}`
  return since === round
    ? alone
    : `${alone}\nThat begins with an empty installation; this one held what rounds ${since} to ${round - 1} had left there. ` +
        `With them: ${command} --from-round ${since} --round ${round}`
}

/** The first violated statement, in words; undefined where all hold. */
export function problemOf({ verdict }: RoundResult): string | undefined {
  const [first] = verdict.violations
  if (first) return `${first.statement}: ${first.detail}`
  return verdict.ok ? undefined : 'the checker says no and names nothing'
}
