// Who the visitor is: ids in memory, and in the browser where that is allowed.
import { allowed } from './policy.js'
import { recall, remember } from './storage.js'

const ID = 'hotlead_id'
const USER = 'hotlead_user'
let id
let user

/** 128 random bits. randomUUID is missing on pages without TLS. */
export const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-')

export function ids() {
  const known = allowed()
  id ||= (known && recall(ID)) || newId()
  user ||= known && recall(USER)
  return { anonymousId: id, userId: user || undefined }
}

/** A year more. */
export function rememberIds(userId) {
  if (userId) user = String(userId)
  ids()
  if (!allowed()) return
  remember(ID, id)
  if (user) remember(USER, user)
}

export function forgetIds() {
  id = user = ''
  remember(ID)
  remember(USER)
}
