import { keyOf } from '@hotlead/contracts'
import { CliError, EXIT } from '../exit.ts'
import type { Reading } from '../reading.ts'

/** A scorer that keeps up is there within a second; one that was started anew takes as long as a rebuild. */
const WITHIN = 120_000
const EVERY = 200

/**
 * Waits until the scorer has forgotten a lead with its visitors and user ids; one that is somebody else's by now stays.
 * @param subjects the lead first @param until as the edge said it; ms since 1970 @param onProgress how many of them are gone
 * @throws CliError (unavailable) where that takes longer than two minutes
 */
export async function untilForgotten(
  reading: Reading,
  workspace: string,
  subjects: readonly string[],
  until: number,
  onProgress: (gone: number) => void,
): Promise<void> {
  const [lead] = subjects
  const waiting = new Set(subjects)
  const end = performance.now() + WITHIN
  while (waiting.size > 0) {
    for (const subject of waiting) {
      const { score } = await reading.key(keyOf(workspace, subject))
      // Of the lead itself the time is always noted; facts that it has not yet may be on their way.
      const isGone = (score?.forgotten?.until ?? 0) >= until || (subject !== lead && !score?.lead)
      const isOurs = subject === lead || subjects.includes(score?.lead?.alias ?? '')
      if (isGone || !isOurs) waiting.delete(subject)
    }
    onProgress(subjects.length - waiting.size)
    if (waiting.size === 0) return
    if (performance.now() > end)
      throw new CliError(
        EXIT.unavailable,
        `The request is in the log, and the scorer has not come to it within ${WITHIN / 1000} s: ${waiting.size} of ${subjects.length} subjects are there still.`,
        'It will: `hotlead status` shows how far it is. Dead letters about them are purged. Run the command again then, for letters\n' +
          'that came meanwhile.',
      )
    await new Promise(go => setTimeout(go, EVERY))
  }
}
