const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 }

/** `30d`, `12h`, `90m` as whole milliseconds; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim())
  return found ? Math.round(Number(found[1]) * (UNITS[found[2] as string] as number)) : undefined
}

/** Milliseconds in the largest unit that divides them: `7d`, `36h`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'])
    if (ms % (UNITS[unit] as number) === 0) return `${ms / (UNITS[unit] as number)}${unit}`
  return `${ms / 1000}s`
}
