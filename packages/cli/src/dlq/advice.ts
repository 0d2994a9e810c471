import type { Letter } from './letter.ts'
import type { Noted } from './note.ts'
import { type Position, positionText } from './position.ts'

/** What a person can do about a letter. */
export function adviceOn(letter: Letter, noted: Noted | undefined): string {
  const place = positionText(letter)
  switch (noted?.note) {
    case 'begun':
      return `A retry of it was interrupted: \`hotlead dlq retry ${place}\` ends it, and sends nothing twice.`
    case 'retried':
      return noted.found
        ? `Nothing: it was in the log already when it was retried, as activity ${positionText(noted.place)}.`
        : `Nothing: it was sent again, and is in the log as activity ${positionText(noted.place)}.`
    case 'purged':
      return 'Nothing: it was purged. Its bytes are in Kafka until retention takes them.'
    default:
      return letter.origin ? processorAdvice(letter.reason, letter) : edgeAdvice(letter.reason, letter)
  }
}

/** @param reason for which the edge's steps refuse it */
export function edgeAdvice(reason: string, letter: Position): string {
  const place = positionText(letter)
  switch (reason) {
    case 'too_old':
      return `If its time is right: \`hotlead dlq retry ${place} --backdate\`. A person answers for it then, as a secret key would.`
    case 'too_large':
      return 'No event may be larger than 32 KB: its source must send less of it.'
    default:
      return (
        `Mend what its source sends. This one event by hand: \`hotlead dlq show ${place} --bytes > event.json\`, mend it there, ` +
        `\`hotlead dlq retry ${place} --mended event.json\`.`
      )
  }
}

function processorAdvice(reason: string, letter: Letter): string {
  const place = positionText(letter)
  if (letter.step.startsWith('tiering.'))
    return `The lead’s next snapshot takes its place: \`hotlead dlq purge ${place}\`.`
  return reason === 'unknown_model'
    ? `Publish the model that the workspace is to be scored by (\`hotlead model publish FILE\`). Then \`hotlead dlq purge ${place}\`.`
    : `Find out who writes to activity without a schema that the registry has. Once it has it: \`hotlead dlq retry ${place}\`.`
}
