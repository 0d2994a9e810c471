import type { Subject } from '@hotlead/contracts'
import type { CliConfig } from '../config.ts'
import { identitiesOf } from '../export/identities.ts'
import { type Linked, Ownership } from '../export/ownership.ts'
import { notKnown, seek } from '../findLead.ts'
import type { Reading } from '../reading.ts'
import { subjectsOf } from '../whoIs.ts'

/** Who is to be forgotten, as it was known before. */
export interface Whom {
  subject: Subject
  /** Whether the lead has facts. */
  known: boolean
  /** Until when it was forgotten before, ms since 1970. */
  forgotten: number | undefined
  /** Visitors and user ids that the lead itself names, and that name it: the scorer tells them. */
  listed: readonly Subject[]
  /**
   * Those that are the lead at present, and that it does not name (any more), or that name a user id of it since, by the
   * subject that they name.
   */
  unlisted: ReadonlyMap<Subject, Subject>
  /** Whom dead letters may be about: all of these, and where nothing is known whoever else the id may stand for. */
  about: ReadonlySet<Subject>
}

/**
 * Also of somebody without facts: they were forgotten before, or only dead letters are about them. Then it is the likeliest
 * that the id may stand for.
 * @throws CliError where the id stands for nobody, and (unavailable) while a partition is being rebuilt
 */
export async function whomToForget(
  reading: Reading,
  config: CliConfig,
  workspace: string,
  id: string,
  onProgress: (part: number) => void,
): Promise<Whom> {
  const candidates = subjectsOf(config.HOTLEAD_SECRET, id)
  const sought = await seek(reading, workspace, candidates)
  const subject = sought?.subject ?? candidates[0]
  if (subject === undefined) throw notKnown(config, workspace, id)
  const score = sought?.view.score
  const known = Boolean(score?.lead)
  const named = (score?.lead?.visitors ?? []).map(v => v.visitor)
  const linked = await identitiesOf(reading, workspace, subject, named, onProgress)
  const unlisted = unlistedOf(subject, linked, named)
  const listed = named.filter(n => !unlisted.has(n))
  return {
    subject,
    known,
    forgotten: score?.forgotten?.until,
    listed,
    unlisted,
    about: new Set([subject, ...listed, ...unlisted.keys(), ...(known ? [] : candidates)]),
  }
}

/** One that is somebody else's by now is not among them. */
function unlistedOf(
  lead: Subject,
  linked: ReadonlyMap<Subject, Linked>,
  named: readonly Subject[],
): Map<Subject, Subject> {
  const isNamed = new Set(named)
  const ownership = new Ownership(lead, linked, () => true)
  const unlisted = new Map<Subject, Subject>()
  for (const [subject, { alias }] of linked)
    if (alias !== null && !(isNamed.has(subject) && alias === lead) && ownership.isNow(subject))
      unlisted.set(subject, alias)
  return unlisted
}
