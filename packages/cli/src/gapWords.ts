import type { Gap } from '@hotlead/model'
import { printable } from './terminal.ts'
import { timeText } from './times.ts'

const HOUR = 3_600_000

/** What facts no longer tell of a time, for people. */
export function gapText(gap: Gap): string {
  switch (gap.kind) {
    case 'hour':
      return `${gap.count} of ${printable(gap.signal)} in the hour from ${timeText(gap.hour * HOUR)}: before or after is not kept, so left out`
    case 'values':
      return `${gap.count} of the different ${printable(gap.signal)} were seen again since: whether they had been seen by then is not kept, so left out`
    case 'older':
      return `${gap.count} of ${printable(gap.signal)} before ${timeText(gap.before)} are kept as one number, without their hours`
    case 'recounted':
      return `${printable(gap.signal)} was counted anew on ${timeText(gap.since)}: what it counted before is not kept`
    case 'attribute':
      return `${printable(gap.name)} was given on ${timeText(gap.since)}: what it was before is not kept`
  }
}
