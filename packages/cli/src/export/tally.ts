import { number } from '../replay/progress.ts'
import { table } from '../terminal.ts'
import { timeText } from '../times.ts'

/** How many of what, and from when to when; times are ms since 1970, undefined where there are none. */
export interface Counted {
  count: number
  first: number | undefined
  last: number | undefined
}

export class Tally implements Counted {
  count = 0
  first: number | undefined
  last: number | undefined

  add(at: number): void {
    this.count++
    this.first = Math.min(at, this.first ?? at)
    this.last = Math.max(at, this.last ?? at)
  }
}

export function tallyLines(tallies: Readonly<Record<string, Counted>>, width: number): string[] {
  const rows = Object.entries(tallies).map(([name, { count, first, last }]) => [
    name,
    number(count),
    first === undefined ? '' : timeText(first),
    last === undefined ? '' : timeText(last),
  ])
  return table(
    [{ title: 'what' }, { title: 'records', align: 'right' }, { title: 'from' }, { title: 'to' }],
    rows,
    width,
  )
}
