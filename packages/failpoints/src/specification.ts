import { POINTS, type Point } from './points.ts'

export type Action = 'kill' | 'pause' | 'error' | 'delay'

/** What happens where: `kill`, `pause` and `error` once, at the `nth` time; `delay` from then on. */
export interface Armed {
  point: Point
  action: Action
  nth: number
  /** ms, of `delay`. */
  ms: number
}

const FORM = /^([a-z.]+)=(kill|pause|error|delay:(\d{1,6}))(?:@(\d{1,9}))?$/

/**
 * Reads `point=action[@nth]`, several with semicolons; actions are kill, pause, error and delay:ms.
 * @throws Error that names the part, what is wrong with it, and what is right
 */
export function parseFailpoints(text: string): Armed[] {
  return text
    .split(';')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      const [, name, action, ms, nth = '1'] = FORM.exec(part) ?? []
      if (name === undefined || action === undefined || nth === '0')
        throw new Error(
          `HOTLEAD_FAILPOINTS has "${part}", and must have point=action[@nth] with an action of kill, pause, error or ` +
            'delay:ms and nth from 1, such as commit.before=kill@3',
        )
      if (!(name in POINTS))
        throw new Error(
          `HOTLEAD_FAILPOINTS names "${name}", which is no failpoint: there are ${Object.keys(POINTS).join(', ')}`,
        )
      return {
        point: name as Point,
        action: (action.startsWith('delay') ? 'delay' : action) as Action,
        nth: Number(nth),
        ms: Number(ms ?? 0),
      }
    })
}
