import type { Millis } from '@hotlead/model'
import { Courses } from './courses.ts'
import { foldLog, type LogFold, type LogFolded } from './foldLog.ts'
import type { Recorded } from './lane.ts'
import { type Report, report } from './report.ts'

export interface Simulated {
  log: LogFolded
  report: Report
}

/**
 * What one or two models would have told sales of a log, each as if it had been active from the log's start.
 * @param o with `from`: what happened before it counts as history, and its moves are not reported
 */
export async function simulate<R extends Recorded>(
  o: Omit<LogFold<R>, 'onRun'> & { from?: Millis },
): Promise<Simulated> {
  const courses = new Courses(o.models, o.from ?? Number.NEGATIVE_INFINITY)
  const log = await foldLog({
    ...o,
    onRun: (runs, folds) => courses.add(runs, folds),
  })
  return { log, report: report(o.models, courses.finish(log.end), o.from ?? log.start, log.end) }
}
