import { keyOf, type Subject } from '@hotlead/contracts'
import type { CliConfig } from '../config.ts'
import { deleteAtEdge } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'
import type { Reading } from '../reading.ts'
import type { Whom } from './whom.ts'

/** @returns until when all of the lead is forgotten, ms since 1970 @throws CliError where the edge has not taken it */
export function askForLead(config: CliConfig, { subject }: Whom): Promise<number> {
  return ask(config, subject, 'Run it again; nothing was changed so far.')
}

/**
 * Asks for those that the lead does not name, one by one. Each is looked at once more just before: one that became
 * somebody else's meanwhile would take that lead with it.
 * @throws CliError where the edge has not taken one; those that are left still name the lead, and are found again
 */
export async function askForUnlisted(
  config: CliConfig,
  reading: Reading,
  workspace: string,
  { unlisted }: Whom,
): Promise<void> {
  for (const [subject, named] of unlisted) {
    const { score } = await reading.key(keyOf(workspace, subject))
    if (score?.lead?.alias === named)
      await ask(config, subject, 'Run it again, with the same id: it goes on with those that are left.')
  }
}

async function ask(config: CliConfig, subject: Subject, again: string): Promise<number> {
  const { status, problems, until } = await deleteAtEdge(config, `/v1/leads/${encodeURIComponent(subject)}`)
  if (status === 200 && until !== undefined) return until
  throw new CliError(
    status === 503 || status === 429 ? EXIT.unavailable : EXIT.failed,
    `The edge has not taken it (${status}): ${problems.join('; ')}.`,
    status === 401 ? 'Set HOTLEAD_KEY to a secret key of the workspace.' : again,
  )
}
