import { identify } from '@hotlead/beacon'
import type { CliConfig } from '../config.ts'
import type { DeadLetters, Found } from '../dlq/deadLetters.ts'
import { subjectOfLetter } from '../dlq/letterAbout.ts'
import { positionText } from '../dlq/position.ts'

/** Letters whose bytes are read at one time, 2 MB each at most. */
const CHUNK = 100

/** Dead letters that are about any of the subjects, by what is in them; those that were purged before are left out. */
export async function lettersAbout(
  config: CliConfig,
  letters: DeadLetters,
  workspace: string,
  subjects: ReadonlySet<string>,
): Promise<Found[]> {
  const who = identify(config.HOTLEAD_SECRET)
  const all = (await letters.find({ workspace })).filter(f => f.state !== 'purged')
  const found: Found[] = []
  for (let i = 0; i < all.length; i += CHUNK) {
    const some = all.slice(i, i + CHUNK)
    const byPlace = new Map(some.map(f => [positionText(f.letter), f]))
    for (const letter of await letters.whole(some.map(f => f.letter))) {
      const subject = subjectOfLetter(letter, who)
      const known = byPlace.get(positionText(letter))
      if (known && subject !== undefined && subjects.has(subject)) found.push(known)
    }
  }
  return found
}
