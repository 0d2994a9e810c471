import { writeSync } from 'node:fs'
import type { Point } from './points.ts'
import { type Armed, parseFailpoints } from './specification.ts'

/**
 * Whether any failpoint can act in this process. Every call stands behind it: `if (FAILPOINTS) await failpoint('…')`.
 * It is set once, before any code is compiled, so that the compiler drops the branch where it is false: nothing is left
 * on the path (bench/README.md has the figure). Read here and not by the configuration: it must be there at import.
 */
export const FAILPOINTS: boolean = (process.env.HOTLEAD_FAILPOINTS ?? '') !== ''

const armed = new Map<Point, Armed[]>()
const reached = new Map<Point, number>()
if (FAILPOINTS)
  for (const one of parseFailpoints(process.env.HOTLEAD_FAILPOINTS as string))
    armed.set(one.point, [...(armed.get(one.point) ?? []), one])

/** Thrown by the action `error`. */
export class FailpointError extends Error {
  readonly code = 'failpoint'
  constructor(point: Point) {
    super(`failpoint ${point}`)
  }
}

/**
 * A step boundary: dies, stops (until SIGCONT), throws or waits here where HOTLEAD_FAILPOINTS says so.
 * @throws FailpointError
 */
export async function failpoint(point: Point): Promise<void> {
  const here = armed.get(point)
  if (!here) return
  const times = (reached.get(point) ?? 0) + 1
  reached.set(point, times)
  for (const { action, nth, ms } of here) {
    if (action === 'delay' ? times < nth : times !== nth) continue
    // By a system call: what a log buffers dies with the process.
    writeSync(2, `failpoint ${point}: ${action}, pass ${times}\n`)
    if (action === 'delay') await new Promise(resolve => setTimeout(resolve, ms))
    else if (action === 'error') throw new FailpointError(point)
    else process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  }
}
