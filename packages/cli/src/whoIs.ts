import { isPlaceholder, leadSubject, type Subject, visitorSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { type CliConfig, isElsewhere } from './config.ts'

/**
 * Subjects that an id as people have it may stand for, the likeliest first: a subject as it is (`v:…`, `l:…`), the
 * lead of an e-mail address, else the lead of a user id or the visitor of an anonymous id.
 */
export function subjectsOf(secret: string, id: string): Subject[] {
  const trimmed = id.trim()
  if (isSubject(trimmed)) return [trimmed]
  if (isPlaceholder(trimmed)) return []
  if (/^[^\s@]+@[^\s@]+$/.test(trimmed))
    return [leadSubject(secret, { email: trimmed }), visitorSubject(trimmed)]
  return [leadSubject(secret, { userId: trimmed }), visitorSubject(trimmed)]
}

function isSubject(id: string): boolean {
  return /^l:[\w-]{22}$/.test(id) || /^v:./.test(id)
}

/**
 * Why an id may not be found though its lead is there: under another secret an e-mail address or user id has another
 * hash. Undefined for a subject, which is found without, and where both sides use the demo secret of one machine.
 */
export function secretHint(config: CliConfig, id: string): string | undefined {
  if (isSubject(id.trim())) return undefined
  const isSet = config.HOTLEAD_SECRET !== DEMO_SECRET
  if (!isSet && !isElsewhere(config, 'HOTLEAD_REDIS')) return undefined
  return (
    'E-mail addresses and user ids are found by a hash with HOTLEAD_SECRET, which must be the edge’s' +
    (isSet ? '.' : ' and is not set here.')
  )
}
