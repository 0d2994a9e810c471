const LINE = '# version '

/** The comment by which an exported file remembers what it was exported from. */
export function versionLine(version: string): string {
  return `${LINE}${version}`
}

export function versionOf(text: string): string | undefined {
  const [first = ''] = text.split('\n', 1)
  return first.startsWith(LINE) ? first.slice(LINE.length).trim() : undefined
}
