import { keyOf, type Lead, splitKey } from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import type { KeyView, Reading } from './reading.ts'
import { quoted } from './terminal.ts'
import { timeText } from './times.ts'
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

/** What an id led to; the state may have no facts: they were forgotten, or have not arrived yet. */
export type Sought = Pick<FoundLead, 'view' | 'subject' | 'visitor'>

/**
 * The lead that an id as people have it stands for.
 * @throws CliError (not found) where the workspace knows none, it was forgotten, or its facts have not arrived yet
 */
export async function findLead(
  reading: Reading,
  config: CliConfig,
  workspace: string,
  id: string,
): Promise<FoundLead> {
  const sought = await seek(reading, workspace, subjectsOf(config.HOTLEAD_SECRET, id))
  if (!sought) throw notKnown(config, workspace, id)
  const { score } = sought.view
  if (!score?.lead) throw score?.forgotten ? wasForgotten(id, score.forgotten.until) : notArrived(id, sought)
  return { ...sought, lead: score.lead, model: reading.model(workspace, score.model) }
}

/**
 * The first of the subjects that the scorer knows, and where it was a visitor or a user id, the lead that it is by now. Where
 * none has facts, the first that was forgotten.
 */
export async function seek(
  reading: Reading,
  workspace: string,
  subjects: readonly string[],
): Promise<Sought | undefined> {
  let forgotten: Sought | undefined
  for (const subject of subjects) {
    const view = await reading.key(keyOf(workspace, subject))
    if (view.score?.lead) {
      const found = await leadBehind(reading, workspace, view)
      return {
        view: found,
        subject: splitKey(found.key).subject,
        visitor: found === view ? undefined : subject,
      }
    }
    if (view.score?.forgotten) forgotten ??= { view, subject, visitor: undefined }
  }
  return forgotten
}

export function notKnown(config: CliConfig, workspace: string, id: string): CliError {
  return new CliError(
    EXIT.notFound,
    `The workspace ${workspace} knows no lead ${quoted(id)}.`,
    [
      'ID is an e-mail address, a user id or an anonymous id; `hotlead leads` lists those there are.',
      secretHint(config, id),
    ]
      .filter(Boolean)
      .join('\n'),
  )
}

function wasForgotten(id: string, until: number): CliError {
  return new CliError(
    EXIT.notFound,
    `${quoted(id)} was forgotten on ${timeText(until)}, and nothing is known of it since.`,
    'Only dead letters about it, and the log’s own records, may be left until retention takes them (docs/privacy.md);\n' +
      '`hotlead forget` purges the letters.',
  )
}

function notArrived(id: string, { subject }: Sought): CliError {
  return new CliError(
    EXIT.notFound,
    `${quoted(id)} is the lead ${subject} by now, whose facts have not arrived yet.`,
    'Ask again in a moment; `hotlead status` shows how far the scorer is.',
  )
}

/** A visitor is a user id's, and the user id somebody's of whom the address is known: no one is known further than that. */
async function leadBehind(reading: Reading, workspace: string, view: KeyView): Promise<KeyView> {
  let found = view
  for (let step = 0; step < 2 && found.score?.lead?.alias; step++)
    found = await reading.key(keyOf(workspace, found.score.lead.alias))
  return found
}
