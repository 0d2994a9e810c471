import { type Activities, activitiesOf } from '@hotlead/beacon'
import { fileEvents } from '../fileEvent.ts'

/** What a line says, or why it says nothing. `at` is the log's clock, ms since 1970. */
export type Line = { at: number; activities: Activities } | { problem: string }

/** An event of a file as the log would have it. */
export function lineReader(workspace: string, secret: string): (text: string) => Line {
  const read = fileEvents(workspace, secret)
  return text => {
    const said = read(text)
    return 'problem' in said ? said : { at: said.at, activities: activitiesOf(said.identified) }
  }
}
