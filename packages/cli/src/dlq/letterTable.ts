import { counted } from '../counted.ts'
import { printable, table } from '../terminal.ts'
import { timeText } from '../times.ts'
import type { Found } from './deadLetters.ts'
import { positionText } from './position.ts'

/** One line a letter. */
export function letterTable(found: readonly Found[], width: number): string[] {
  const rows = found.map(({ letter, state }) => [
    positionText(letter),
    timeText(letter.at),
    printable(letter.reason),
    printable(letter.step),
    printable(whence(letter)),
    printable(letter.subject),
    String(letter.bytes),
    state === 'open' ? '' : state,
  ])
  const columns = [
    { title: 'where' },
    { title: 'when' },
    { title: 'reason', shrinks: 3 },
    { title: 'step', shrinks: 2 },
    { title: 'from', shrinks: 2 },
    { title: 'about', shrinks: 1 },
    { title: 'bytes', align: 'right' as const },
    { title: '' },
  ]
  return table(columns, rows, width)
}

function whence({ workspace, source, origin }: Found['letter']): string {
  if (origin) return `${origin.topic} ${positionText(origin)}`
  return source === undefined ? workspace : `${workspace}/${source}`
}

/** How many there are of each reason, the most first: `too_old 7, invalid 2`. */
export function byReason(found: readonly Found[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { letter } of found) counts.set(letter.reason, (counts.get(letter.reason) ?? 0) + 1)
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

export function reasonsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${printable(reason)} ${count.toLocaleString('en')}`)
    .join(', ')
}

/** `1 letter`, `12 letters`. */
export function lettersText(count: number): string {
  return counted(count, 'letter')
}
