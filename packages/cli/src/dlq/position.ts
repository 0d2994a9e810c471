import { usage } from '../exit.ts'
import { quoted } from '../terminal.ts'

/** Where a letter is in `dead-letter`: what `dlq list` shows, as `3:17`. */
export interface Position {
  partition: number
  offset: number
}

export function positionText({ partition, offset }: Position): string {
  return `${partition}:${offset}`
}

/** @throws CliError (usage) where it is none */
export function parsePosition(text: string, partitions: number): Position {
  const [, partition, offset] = /^(\d{1,6}):(\d{1,15})$/.exec(text) ?? []
  if (partition === undefined || offset === undefined)
    throw usage(
      `${quoted(text)} is no place of a dead letter.`,
      'Write it as partition:offset, for instance 3:17, as `hotlead dlq list` shows it.',
    )
  if (Number(partition) >= partitions)
    throw usage(`${quoted(text)} names partition ${partition}, and there are ${partitions}, from 0 on.`)
  return { partition: Number(partition), offset: Number(offset) }
}
