import { stripVTControlCharacters } from 'node:util'

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const
export type Style = keyof typeof CODES

export interface Stream {
  write(text: string | Uint8Array): unknown
  isTTY?: boolean
  columns?: number
  once?(event: 'drain', listener: () => void): unknown
}

/** Where a command writes: results to `out`, what happens meanwhile to `err`, colour only for eyes. */
export class Terminal {
  readonly json: boolean
  readonly #out: Stream
  readonly #err: Stream
  readonly #colour: boolean

  constructor(
    out: Stream,
    err: Stream,
    env: { NO_COLOR?: string | undefined; TERM?: string | undefined },
    json: boolean,
  ) {
    this.json = json
    this.#out = out
    this.#err = err
    this.#colour = out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  }

  /** Columns to stay within: the terminal's own, at most 100. What no eye reads (a pipe, a file) is never cut. */
  get width(): number {
    return this.#out.isTTY ? Math.min(100, this.#out.columns ?? 100) : Number.POSITIVE_INFINITY
  }

  get isProgressShown(): boolean {
    return this.#err.isTTY === true
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`)
  }

  /** Bytes as they are, and nothing else. */
  bytes(bytes: Uint8Array): void {
    this.#out.write(bytes)
  }

  /** Part of a long text; resolves once whoever reads it can take more, so that it never waits in memory. */
  async text(text: string): Promise<void> {
    if (this.#out.write(text) === false)
      await new Promise<void>(resolve => this.#out.once?.('drain', resolve) ?? resolve())
  }

  /** One JSON value; the output of a command that was asked for --json is only such. */
  value(value: unknown, indent = 2): void {
    this.#out.write(`${JSON.stringify(value, null, indent)}\n`)
  }

  note(text: string): void {
    this.#err.write(`${text}\n`)
  }

  /** Replaces the line that progress stands on. */
  progress(text: string): void {
    this.#err.write(`\r\x1b[2K${text}`)
  }

  style(style: Style, text: string): string {
    const [on, off] = CODES[style]
    return this.#colour ? `\x1b[${on}m${text}\x1b[${off}m` : text
  }
}

export type Align = 'left' | 'right'
export interface Column {
  title: string
  align?: Align
  /** The column gives way where the table is too wide: those with 1 first, then those with 2, and so on. */
  shrinks?: number
}

/** Characters of a column that has given way: what is shorter says nothing. */
const LEAST = 8

/** Aligned columns, two spaces apart, within `width`; the last is not padded. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const all = [columns.map(c => c.title), ...rows]
  const widths = columns.map((_, i) => Math.max(...all.map(row => length(row[i] ?? ''))))
  const gaps = 2 * (columns.length - 1)
  let over = widths.reduce((a, b) => a + b, gaps) - width
  const giving = columns.flatMap((c, i) => (c.shrinks === undefined ? [] : [{ i, order: c.shrinks }]))
  for (const { i } of giving.sort((a, b) => a.order - b.order)) {
    const now = widths[i] as number
    const least = Math.min(now, Math.max(LEAST, length((columns[i] as Column).title)))
    const less = Math.min(now - least, Math.max(0, over))
    widths[i] = now - less
    over -= less
  }
  return all.map(row =>
    columns
      .map((c, i) => pad(cut(row[i] ?? '', widths[i] as number), widths[i] as number, c.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  )
}

function length(text: string): number {
  return stripVTControlCharacters(text).length
}

/** Text cut to `max` characters, the last being an ellipsis where something is missing. */
export function cut(text: string, max: number): string {
  return length(text) <= max ? text : `${stripVTControlCharacters(text).slice(0, Math.max(0, max - 1))}…`
}

export function pad(text: string, width: number, align: Align = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - length(text)))
  return align === 'right' ? blanks + text : text + blanks
}

/** Control characters come in with events: shown as they are they could rewrite the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '·')
}

/** Characters of what somebody typed that a sentence repeats: an id may have hundreds. */
const REPEATED = 60

/** What somebody typed, as a sentence repeats it. */
export function shortened(text: string): string {
  return cut(printable(text), REPEATED)
}

/** The same in quotation marks. */
export function quoted(text: string): string {
  return `“${shortened(text)}”`
}
