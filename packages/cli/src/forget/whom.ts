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
  /** Visitors and user ids that the lead itself names: the scorer tells them. */
  listed: readonly Subject[]
  /** Those that are the lead at present, and that it does not name (any more), by the subject that they name. */
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
  const listed = (score?.lead?.visitors ?? []).map(v => v.visitor)
  const linked = await identitiesOf(reading, workspace, subject, listed, onProgress)
  const unlisted = unlistedOf(subject, linked, listed)
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
  listed: readonly Subject[],
): Map<Subject, Subject> {
  const isListed = new Set(listed)
  const ownership = new Ownership(lead, linked, () => true)
  const unlisted = new Map<Subject, Subject>()
  for (const [subject, { alias }] of linked)
    if (alias !== null && !isListed.has(subject) && ownership.isNow(subject)) unlisted.set(subject, alias)
  return unlisted
}
