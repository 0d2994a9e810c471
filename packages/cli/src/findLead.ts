import { keyOf, type Lead, splitKey } from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import type { KeyView, Reading } from './reading.ts'
import { printable } from './terminal.ts'
import { secretHint, subjectsOf } from './whoIs.ts'

export interface FoundLead {
  view: KeyView
  subject: string
  lead: Lead
  /** The model that it is scored by. */
  model: Model
  /** The visitor that was asked for, where it turned out to be this lead. */
  visitor: string | undefined
}

/**
 * The lead that an id as people have it stands for.
 * @throws CliError (not found) where the workspace knows none, or its facts have not arrived yet
 */
export async function findLead(
  reading: Reading,
  config: CliConfig,
  workspace: string,
  id: string,
): Promise<FoundLead> {
  const found = await find(reading, workspace, subjectsOf(config.HOTLEAD_SECRET, id))
  if (!found)
    throw new CliError(
      EXIT.notFound,
      `The workspace ${workspace} knows no lead “${printable(id)}”.`,
      [
        'ID is an e-mail address, a user id or an anonymous id; `hotlead leads` lists those there are.',
        secretHint(config, id),
      ]
        .filter(Boolean)
        .join('\n'),
    )
  const { view, visitor } = found
  const { subject } = splitKey(view.key)
  const { score } = view
  if (!score?.lead)
    throw new CliError(
      EXIT.notFound,
      `“${printable(id)}” is the lead ${subject} by now, whose facts have not arrived yet.`,
      'Ask again in a moment; `hotlead status` shows how far the scorer is.',
    )
  return { view, subject, visitor, lead: score.lead, model: reading.model(workspace, score.model) }
}

/** The first of the subjects that the scorer knows, and where it was a visitor, the lead that it is by now. */
async function find(
  reading: Reading,
  workspace: string,
  subjects: readonly string[],
): Promise<{ view: KeyView; visitor: string | undefined } | undefined> {
  for (const subject of subjects) {
    const view = await reading.key(keyOf(workspace, subject))
    const lead = view.score?.lead
    if (!lead) continue
    if (lead.alias === null) return { view, visitor: undefined }
    return { view: await reading.key(keyOf(workspace, lead.alias)), visitor: subject }
  }
  return undefined
}
