import type { Condition } from '@hotlead/contracts'
import { pad, printable, type Style } from './terminal.ts'

/** Whether a condition holds, its words, and the value it has. */
export function conditionLine(
  c: Condition,
  wide: number,
  style: (style: Style, text: string) => string,
): string {
  const mark = c.holds ? style('green', '✓') : style('red', '✗')
  return `${mark} ${pad(printable(c.text), wide)}  ${style('dim', 'is')} ${printable(c.value)}`
}

/** One line a condition. */
export function conditionLines(
  conditions: readonly Condition[],
  style: (style: Style, text: string) => string,
): string[] {
  const wide = Math.max(0, ...conditions.map(c => c.text.length))
  return conditions.map(c => `  ${conditionLine(c, wide, style)}`)
}
