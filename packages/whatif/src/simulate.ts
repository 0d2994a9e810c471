import type { Millis, Model } from '@hotlead/model'
import type { CourseEnd } from './course.ts'
import { Courses } from './courses.ts'
import { foldLog, type LogFold, type LogFolded } from './foldLog.ts'
import type { Recorded } from './lane.ts'
import { type Report, report } from './report.ts'

/** What was read, in numbers. */
export type LogCounts = Omit<LogFolded, 'leads'>

export interface Simulated {
  log: LogCounts
  report: Report
}

export type Simulation<R extends Recorded> = Omit<LogFold<R>, 'isTiered' | 'onRun' | 'sentOn'> & {
  /** What happened before it counts as history, and its moves are not reported. */
  from?: Millis
}

/** Some of a log's partitions, or all. */
export interface Share {
  log: LogCounts
  /** Every course up to the whole log's end; those that may be among the ten most different with what the models knew. */
  finish(end: Millis): CourseEnd[]
}

/** What one or two models would have told sales of a log, each as if it had been active from the log's start. */
export async function simulate<R extends Recorded>(o: Simulation<R>): Promise<Simulated> {
  const { log, finish } = await simulateShare(o)
  return together(o, log, finish(log.end))
}

/** The same of those partitions that are given; `others` have the rest. */
export async function simulateShare<R extends Recorded>(o: Simulation<R>): Promise<Share> {
  const courses = new Courses(o.models, o.from ?? Number.NEGATIVE_INFINITY)
  const { leads: _leads, ...log } = await foldLog({
    ...o,
    isTiered: true,
    onRun: (runs, folds) => courses.add(runs, folds),
  })
  return { log, finish: end => courses.finish(end) }
}

/** What all shares of a log gave. */
export function together(
  { models, from }: { models: readonly Model[]; from?: Millis },
  log: LogCounts,
  courses: readonly CourseEnd[],
): Simulated {
  return { log, report: report(models, courses, from ?? log.start, log.end) }
}

/** Counts of all shares of a log. */
export function sumOf(logs: readonly LogCounts[]): LogCounts {
  const sum = (of: (log: LogCounts) => number) => logs.reduce((total, log) => total + of(log), 0)
  const starts = logs.flatMap(log => (log.start > 0 ? [log.start] : []))
  return {
    read: sum(l => l.read),
    folded: sum(l => l.folded),
    subjects: sum(l => l.subjects),
    foreignMerges: sum(l => l.foreignMerges),
    start: starts.length === 0 ? 0 : Math.min(...starts),
    end: Math.max(...logs.map(l => l.end)),
  }
}
