import { REASONS } from '@hotlead/beacon'
import { nearest } from '@hotlead/model'
import type { Args } from '../command.ts'
import { usage } from '../exit.ts'
import { quoted } from '../terminal.ts'
import type { Letter } from './letter.ts'
import type { State } from './note.ts'
import { type Position, parsePosition } from './position.ts'

/** Which letters are meant: those at these places, or all that fit. */
export interface Selection {
  positions?: readonly Position[]
  reason?: string | undefined
  workspace?: string | undefined
  /** Written at this time or later, and before that one; ms since 1970. */
  since?: number | undefined
  before?: number | undefined
}

export const SELECTION_OPTIONS = {
  reason: { type: 'string', value: 'REASON', about: 'Only those with this reason, such as too_old' },
  workspace: { type: 'string', value: 'NAME', about: 'Only of this workspace (default all)' },
  since: { type: 'string', value: 'TIME', about: 'Only those written from then on: ISO 8601, or 2h (ago)' },
  before: { type: 'string', value: 'TIME', about: 'Only those written before: ISO 8601, or 7d (ago)' },
} as const

/** @param now ms since 1970 @throws CliError (usage) naming what is wrong */
export function selectionOf(args: Args, now: number, partitions: number): Selection {
  return {
    ...(args.positionals.length === 0
      ? {}
      : { positions: args.positionals.map(text => parsePosition(text, partitions)) }),
    reason: reasonOf(args),
    workspace: args.text('workspace'),
    since: args.time('since', now),
    before: args.time('before', now),
  }
}

/** The edge's, and those of records that scorer or tiering could not take. */
const KNOWN: readonly string[] = [...REASONS, 'undecodable', 'unknown_model']

function reasonOf(args: Args): string | undefined {
  const reason = args.text('reason')
  if (reason === undefined || KNOWN.includes(reason)) return reason
  const near = nearest(reason, KNOWN)
  throw usage(
    `--reason is ${quoted(reason)}, and no letter has such a reason.`,
    `${near ? `Did you mean ${near}? ` : ''}It is one of ${KNOWN.join(', ')}.`,
  )
}

/** Whether anything narrows it. */
export function isNarrow({ positions, reason, workspace, since, before }: Selection): boolean {
  return [positions, reason, workspace, since, before].some(s => s !== undefined)
}

export function isMeant(letter: Letter, { positions, reason, workspace, since, before }: Selection): boolean {
  return (
    (positions === undefined ||
      positions.some(p => p.partition === letter.partition && p.offset === letter.offset)) &&
    (reason === undefined || letter.reason === reason) &&
    (workspace === undefined || letter.workspace === workspace) &&
    (since === undefined || letter.at >= since) &&
    (before === undefined || letter.at < before)
  )
}

/** Letters that wait for somebody to do something about them; a retry that was interrupted among them. */
export function isOpen(state: State): boolean {
  return state === 'open' || state === 'begun'
}
