import type { CliConfig } from '../config.ts'
import { fileEvents } from '../fileEvent.ts'
import { linesOf } from '../replay/lines.ts'
import type { BadLines } from './badLines.ts'
import { outgoing } from './outgoing.ts'

export interface Checked {
  file: string
  lines: number
  events: number
  bad: number
}

/** Which lines of a file are no events. @param next what to give instead, where it is no file */
export async function checkFile(
  file: string,
  next: string,
  config: CliConfig,
  bad: BadLines,
): Promise<Checked> {
  const read = fileEvents('import', config.HOTLEAD_SECRET)
  const found = { file, lines: 0, events: 0, bad: 0 }
  for await (const text of linesOf(file, undefined, next)) {
    found.lines++
    if (text.trim() === '') continue
    const said = outgoing(read(text), found.lines, text)
    if ('problem' in said) {
      found.bad++
      bad.add(file, found.lines, said.problem)
    } else found.events++
  }
  return found
}
