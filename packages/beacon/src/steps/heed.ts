import type { Flag } from '@hotlead/contracts'
import { type Flat, flatten } from '../flatten.ts'
import type { Message } from '../messages.ts'
import { type Outcome, ok } from '../outcome.ts'
import { optOutOf } from '../privacy/policy.ts'
import type { Flagged } from './flag.ts'

/** Heeds what the visitor asks for: an event that may be kept and must not count is flagged, and scores 0. */
export function heed() {
  return function heed(flagged: Flagged): Outcome<Flagged> {
    const { admitted, message, flags } = flagged
    const { privacy } = admitted.source
    const found: Flag[] = []
    if (optOutOf(admitted.beacon, privacy) !== 'ignore') found.push('opted_out')
    if (privacy.consent !== undefined) {
      const { category, missing } = privacy.consent
      const given = consentOf(message, category)
      if (given === false || (given === undefined && missing === 'flag')) found.push('no_consent')
    }
    return ok(found.length === 0 ? flagged : { ...flagged, flags: [...flags, ...found] })
  }
}

/** Under which names an event has the answers, as the log has them. */
const ANSWERS = 'consent.categoryPreferences.'

/**
 * What an event says of a category, in the shape of Segment's consent manager (`context.consent.categoryPreferences`), which
 * Jitsu's client and our own tracker use too. Nothing but yes is a yes: in a query it is text.
 * https://www.twilio.com/docs/segment/privacy/consent-management/consent-in-segment
 */
function consentOf({ context }: Message, category: string): boolean | undefined {
  const said: Flat = Object.create(null)
  // Of a query what is deeper keeps its dots, so it may stand at any depth.
  for (const name in context)
    if (name.startsWith('consent') && Object.hasOwn(context, name)) flatten({ [name]: context[name] }, said)
  const value = said[ANSWERS + category]
  return value === null || value === undefined ? undefined : value === true || value === 'true'
}
