import type { Activity } from '@hotlead/contracts'
import type { Log, Recorded } from '@hotlead/whatif'
import { linesOf } from '../replay/lines.ts'
import { number } from '../replay/progress.ts'
import { lengthText } from '../times.ts'
import { lineReader } from './eventLine.ts'
import type { Source } from './source.ts'

const NEXT = 'Give newline-delimited JSON, one event a line as SDKs send it, as it is or as .gz.'
/** Records that are handed over together. */
const CHUNK = 1_000

type Row = Recorded & { value: Activity }

/**
 * A file of events, folded in the file's order as a log that received them so. One that is older than what stood before
 * it is late: it counts at its own time, but leads move by the clock, which does not go back.
 */
export function openEvents(file: string, { secret }: { secret: string }): Source {
  let lines = 0
  let skipped = 0
  let firstProblem = ''
  let late = 0
  let latest = 0

  async function* rows(workspace: string, to: number): AsyncGenerator<Row[]> {
    ;[lines, skipped, firstProblem, late, latest] = [0, 0, '', 0, 0]
    const read = lineReader(workspace, secret)
    let clock = 0
    let chunk: Row[] = []
    for await (const text of linesOf(file, () => {}, NEXT)) {
      lines++
      if (text.trim() === '') continue
      const line = read(text)
      if ('problem' in line) {
        skipped++
        firstProblem ||= `line ${number(lines)}: ${line.problem}`
        continue
      }
      const { at, activities } = line
      if (at > to) continue
      if (at < clock) {
        late++
        latest = Math.max(latest, clock - at)
      }
      clock = Math.max(clock, at)
      for (const record of [...activities.links, activities.event])
        chunk.push({ ...record, offset: 0, timestamp: clock })
      if (chunk.length < CHUNK) continue
      yield chunk
      chunk = []
    }
    yield chunk
  }

  return {
    log: ({ onProgress, to = Number.POSITIVE_INFINITY, workspace }): Log<Row> => ({
      workspace,
      partitions: [rows(workspace, to)],
      partitionOf: () => 0,
      decode: row => row.value,
      isRaw: true,
      onProgress: () => onProgress(undefined, lines),
    }),
    notes: () => [
      ...(skipped > 0
        ? [`${number(skipped)} of ${number(lines)} lines are no events, and were left out; ${firstProblem}.`]
        : []),
      ...(late > 0
        ? [
            `${number(late)} events stand after later ones, by up to ${lengthText(latest)}: they count at their own time, but move leads only from the time before them. Sort the file by time to avoid it.`,
          ]
        : []),
    ],
    close: async () => {},
  }
}
