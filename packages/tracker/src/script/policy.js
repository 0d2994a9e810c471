// What the visitor agreed to. The answer is kept as it was given, without an id, a refusal too: else the next page
// would not know of it. It is read anew each time, since another tab may have changed it.
import { mustAsk, optedOut } from './settings.js'
import { get, put } from './storage.js'

const CONSENT = 'hotlead_consent'
let answer

export function preferences() {
  try {
    return JSON.parse(get(CONSENT))
  } catch {
    return answer
  }
}

export function answered(categories) {
  answer = { ...preferences(), ...categories }
  put(CONSENT, JSON.stringify(answer))
}

/** As Segment writes it; undefined where nobody has answered. */
export function consentContext() {
  const categoryPreferences = preferences()
  return categoryPreferences && { categoryPreferences }
}

/** Whether to send and store: true, false, or undefined, where the visitor must be asked and has not answered yet. */
export function allowed() {
  const analytics = preferences()?.analytics
  if (optedOut) return false
  // Only true is a yes: "denied" is none.
  return analytics === undefined ? !mustAsk || undefined : analytics === true
}
