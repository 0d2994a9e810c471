import { isPlaceholder, keyOf, leadSubject, type Subject, visitorSubject } from '@hotlead/contracts'
import type { EventType } from '../beacon.ts'
import { emailAddress } from '../emailAddress.ts'
import type { Bag, Message } from '../messages.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Flagged } from './flag.ts'

export interface Identified extends Flagged {
  anonymousId: string | null
  userId: string | null
  email: string | null
  /** Who sent it, where that is somebody else than whom it is about: a form may name a colleague. Traits and user id are the sender's. */
  sender: Subject | undefined
  /** The lead where one is known, else the visitor. */
  subject: Subject
  key: string
  /** Who is whom by this event: its visitor is its lead, and its user id is the person's of that address. */
  links: Link[]
}

/** That the subject of a key is a lead. */
export interface Link {
  key: string
  lead: Subject
}

/** Who the event is about. Ids that stand for nobody are as good as none. */
export function identify(secret: string) {
  return function identify(flagged: Flagged): Outcome<Identified> {
    const { message, type, admitted } = flagged
    const userId = usable(message.userId)
    // Segment's alias names the visitor that a user was before.
    const anonymousId = usable(message.anonymousId) ?? (type === 'alias' ? usable(message.previousId) : null)
    const own = traitsEmail(type, message)
    const form = emailAddress(message.properties?.email)
    const self = own ?? (userId === null ? null : emailAddress(userId))
    const email = form ?? self
    const { workspace } = admitted.source
    const visitor = anonymousId === null ? undefined : visitorSubject(anonymousId)
    const lead = admitted.beacon.lead ?? known(secret, email, userId)
    const sender = form === null || form === self ? undefined : known(secret, self, userId)
    const subject = lead ?? visitor
    if (subject === undefined)
      return refuse(
        400,
        'no_identity',
        'anonymousId, userId: one must name somebody; missing, empty and placeholders such as "null" or "guest" do not',
      )
    return ok({
      ...flagged,
      anonymousId,
      userId,
      email,
      sender: admitted.beacon.lead === undefined ? sender : undefined,
      subject,
      key: keyOf(workspace, subject),
      links: [
        ...(lead && visitor ? [{ key: keyOf(workspace, visitor), lead }] : []),
        ...userLink(secret, workspace, userId, own),
      ],
    })
  }
}

function known(secret: string, email: string | null, userId: string | null): Subject | undefined {
  if (email !== null) return leadSubject(secret, { email })
  return userId === null ? undefined : leadSubject(secret, { userId })
}

/**
 * A user id whose address is known stands for the lead of that address from now on, also where an event names only the id.
 * A form's `properties.email` says whose the form is, and may be a colleague's: only traits say it of the user.
 */
function userLink(secret: string, workspace: string, userId: string | null, email: string | null): Link[] {
  if (userId === null || email === null || emailAddress(userId) !== null) return []
  return [{ key: keyOf(workspace, leadSubject(secret, { userId })), lead: leadSubject(secret, { email }) }]
}

function usable(id: string | number | null | undefined): string | null {
  if (id === null || id === undefined) return null
  const text = String(id)
  return isPlaceholder(text) ? null : text
}

/** Traits of a group are the company's: its info@ address is none of its people. */
function traitsEmail(type: EventType, { context, traits }: Message): string | null {
  return (
    emailAddress((context?.traits as Bag | undefined)?.email) ??
    (type === 'group' ? null : emailAddress(traits?.email))
  )
}
