import { isPlaceholder, leadSubject, type Subject, visitorSubject } from '@hotlead/contracts'

/**
 * Subjects that an id as people have it may stand for, the likeliest first: a subject as it is (`v:…`, `l:…`), the
 * lead of an e-mail address, else the lead of a user id or the visitor of an anonymous id.
 */
export function subjectsOf(secret: string, id: string): Subject[] {
  const trimmed = id.trim()
  if (/^l:[\w-]{22}$/.test(trimmed) || /^v:./.test(trimmed)) return [trimmed]
  if (isPlaceholder(trimmed)) return []
  if (/^[^\s@]+@[^\s@]+$/.test(trimmed))
    return [leadSubject(secret, { email: trimmed }), visitorSubject(trimmed)]
  return [leadSubject(secret, { userId: trimmed }), visitorSubject(trimmed)]
}
