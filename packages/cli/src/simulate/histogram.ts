import type { Report } from '@hotlead/whatif'

/** Rows that fit one look; of a longer time each row is a week. */
const MOST_DAYS = 62
/** Characters of the longest bar. */
const WIDE = 24
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of blocks, to an eighth of a character; what is above 0 is seen. */
export function bar(n: number, most: number, wide = WIDE): string {
  if (n <= 0 || most <= 0) return ''
  const eighths = Math.max(1, Math.round((n / most) * wide * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
}

/** Alerts a day, or a week (from Monday) where the days are many; a column of bars a model. */
export function histogramLines(days: Report['days'], names: readonly string[]): string[] {
  const rows = days.length > MOST_DAYS ? weeksOf(days) : days
  const most = rows.reduce((n, r) => Math.max(n, ...r.alerts), 0)
  const digits = String(most).length
  const cell = (n: number) => `${String(n).padStart(digits)} ${bar(n, most)}`
  const wide = Math.max(WIDE + digits + 1, ...names.map(n => n.length))
  const line = (first: string, cells: readonly string[]) =>
    `${first.padEnd(10)}  ${cells.map(c => c.padEnd(wide)).join('  ')}`.trimEnd()
  return [line(rows === days ? 'day' : 'week from', names), ...rows.map(r => line(r.day, r.alerts.map(cell)))]
}

const DAY = 86_400_000

function weeksOf(days: Report['days']): Report['days'] {
  const weeks = new Map<string, number[]>()
  for (const { day, alerts } of days) {
    const at = Date.parse(day)
    const monday = new Date(at - ((new Date(at).getUTCDay() + 6) % 7) * DAY).toISOString().slice(0, 10)
    const sum = weeks.get(monday) ?? alerts.map(() => 0)
    weeks.set(
      monday,
      sum.map((n, m) => n + (alerts[m] as number)),
    )
  }
  return Array.from(weeks, ([day, alerts]) => ({ day, alerts }))
}
