import { type Kept, keyId } from '@hotlead/sources'
import { printable, table } from '../terminal.ts'
import { distanceText, timeText } from '../times.ts'

/** A key as lists and JSON have it: all that is known of it, never itself. */
export interface ShownKey {
  id: string
  workspace: string
  source: string
  kind: 'write' | 'secret'
  last4: string | null
  created: string | null
  expires: string | null
  isExpired: boolean
  /** ISO time; null: not since uses are noted, or nobody knows */
  lastUsed: string | null
  note: string | null
}

export function shownKey(
  { workspace, source, key }: Kept,
  used: ReadonlyMap<string, number> | undefined,
  now: number,
): ShownKey {
  const id = keyId(key.digest)
  const lastUsed = used?.get(id)
  return {
    id,
    workspace,
    source,
    kind: key.kind,
    last4: key.last4 ?? null,
    created: key.created ?? null,
    expires: key.expires ?? null,
    isExpired: key.expires !== undefined && Date.parse(key.expires) <= now,
    lastUsed: lastUsed === undefined ? null : new Date(lastUsed).toISOString(),
    note: key.note ?? null,
  }
}

/** @param never what stands where no use of a key is known */
export function keyLines(
  keys: readonly ShownKey[],
  never: 'never' | '?' | '',
  now: number,
  width: number,
): string[] {
  const columns = [
    { title: 'workspace', shrinks: 2 },
    { title: 'source', shrinks: 2 },
    { title: 'kind' },
    { title: 'id' },
    { title: 'ends in' },
    { title: 'created' },
    { title: 'expires' },
    { title: 'last used' },
    { title: 'note', shrinks: 1 },
  ]
  const day = (time: string | null) => (time === null ? '' : timeText(Date.parse(time)).slice(0, 10))
  const rows = keys.map(k => [
    printable(k.workspace),
    printable(k.source),
    k.kind,
    k.id,
    printable(k.last4 ?? ''),
    day(k.created),
    k.isExpired ? `${day(k.expires)} (over)` : day(k.expires),
    k.lastUsed === null ? never : distanceText(Date.parse(k.lastUsed), now),
    printable(k.note ?? ''),
  ])
  return table(columns, rows, width)
}

/** `write key 3fa9c2d41b07 (…x7Qz) of acme/site`: a key in a sentence. */
export function keyWords({ workspace, source, kind, id, last4 }: ShownKey): string {
  return `${kind} key ${id}${last4 === null ? '' : ` (…${printable(last4)})`} of ${workspace}/${source}`
}
