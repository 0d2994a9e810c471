import type { Subject } from '@hotlead/contracts'
import type { CliConfig } from '../config.ts'
import { deleteAtEdge } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'
import type { Whom } from './whom.ts'

/** @returns until when all of the lead is forgotten, ms since 1970 @throws CliError where the edge has not taken it */
export function askForLead(config: CliConfig, workspace: string, { subject }: Whom): Promise<number> {
  return ask(
    config,
    workspace,
    subject,
    'Run it again: it may have been taken all the same. Dead letters about the lead are purged.',
  )
}

/**
 * Asks for those that the lead does not name, one by one, and only while they are what they were: one that became somebody
 * else's meanwhile would take that lead with it.
 * @throws CliError where the edge has not taken one; those that are left still name the lead, and are found again
 */
export async function askForUnlisted(
  config: CliConfig,
  workspace: string,
  { unlisted }: Whom,
): Promise<void> {
  for (const [subject, named] of unlisted)
    await ask(
      config,
      workspace,
      subject,
      'Run it again, with the same id: it goes on with those that are left.',
      named,
    )
}

async function ask(
  config: CliConfig,
  workspace: string,
  subject: Subject,
  again: string,
  of?: Subject,
): Promise<number> {
  const query = new URLSearchParams({ workspace, ...(of === undefined ? {} : { lead: of }) })
  const path = `/v1/leads/${encodeURIComponent(subject)}?${query}`
  const { status, problems, until } = await deleteAtEdge(config, path)
  if (status === 200 && until !== undefined) return until
  const said = `The edge has not taken it (${status}): ${problems.join('; ')}.`
  if (status === 503 || status === 429) throw new CliError(EXIT.unavailable, said, again)
  throw new CliError(
    EXIT.failed,
    said,
    status === 401
      ? 'Set HOTLEAD_KEY to a secret key of the workspace.'
      : of === undefined
        ? 'Nothing was changed.'
        : again,
  )
}
