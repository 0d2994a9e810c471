/** `[######····]  60 %  6,000 of 10,000 lines  4,810 events/s` */
export function progressText(done: number, lines: number, eventsPerSecond: number): string {
  const part = lines === 0 ? 1 : done / lines
  const wide = 24
  const full = Math.floor(part * wide)
  const bar = `[${'#'.repeat(full)}${'·'.repeat(wide - full)}]`
  return `${bar} ${String(Math.floor(part * 100)).padStart(3)} %  ${number(done)} of ${number(lines)} lines  ${number(eventsPerSecond)} events/s`
}

export function number(n: number): string {
  return Math.round(n).toLocaleString('en')
}
