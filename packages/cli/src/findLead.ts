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
  /** The visitor, or the user id's subject, that was asked for, where it turned out to be this lead. */
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

/** The first of the subjects that the scorer knows, and where it was a visitor or a user id, the lead that it is by now. */
async function find(
  reading: Reading,
  workspace: string,
  subjects: readonly string[],
): Promise<{ view: KeyView; visitor: string | undefined } | undefined> {
  for (const subject of subjects) {
    const view = await reading.key(keyOf(workspace, subject))
    if (!view.score?.lead) continue
    const found = await leadBehind(reading, workspace, view)
    return { view: found, visitor: found === view ? undefined : subject }
  }
  return undefined
}

/** A visitor is a user id's, and the user id somebody's of whom the address is known: no one is known further than that. */
async function leadBehind(reading: Reading, workspace: string, view: KeyView): Promise<KeyView> {
  let found = view
  for (let step = 0; step < 2 && found.score?.lead?.alias; step++)
    found = await reading.key(keyOf(workspace, found.score.lead.alias))
  return found
}
