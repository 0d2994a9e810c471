import { number } from '../replay/progress.ts'
import { printable, type Terminal } from '../terminal.ts'
import type { BadLines } from './badLines.ts'
import type { Checked } from './checkFile.ts'
import type { Imported } from './importFile.ts'

/** What came of it: `seconds` is undefined where the files were only looked at. */
export type ImportResult =
  | { files: readonly Imported[]; bad: BadLines; seconds: number }
  | { files: readonly Checked[]; bad: BadLines; seconds: undefined }

export function reportImport({ files, bad, seconds }: ImportResult, terminal: Terminal): void {
  const sum = (of: 'lines' | 'events' | 'sent' | 'before') =>
    files.reduce((all, file) => all + ((file as Partial<Imported>)[of] ?? 0), 0)
  const rate = seconds === undefined ? 0 : sum('sent') / seconds
  if (terminal.json) {
    const counts = { lines: sum('lines'), events: sum('events') }
    const sending = { sent: sum('sent'), before: sum('before'), seconds, eventsPerSecond: rate }
    const lines = { bad: bad.count, badLines: bad.listed }
    terminal.value({ files, ...counts, ...(seconds === undefined ? {} : sending), ...lines })
    return
  }
  terminal.line(`lines     ${number(sum('lines'))}`)
  const before = sum('before') > 0 ? `, ${number(sum('before'))} before` : ''
  const sent = seconds === undefined ? '' : `: ${number(sum('sent'))} sent now${before}`
  terminal.line(`events    ${number(sum('events'))}${sent}`)
  terminal.line(`left out  ${number(bad.count)}`)
  if (seconds !== undefined && sum('sent') > 0)
    terminal.line(`rate      ${number(rate)} events/s in ${seconds.toFixed(1)} s`)
  if (bad.count > 0) terminal.line()
  for (const { file, line, problem } of bad.listed) terminal.line(printable(`${file}:${line}: ${problem}`))
  if (bad.count > bad.listed.length) terminal.line(`… and ${number(bad.count - bad.listed.length)} more`)
}
