import { MAIL_EVENTS } from '@hotlead/contracts'
import type { Bag } from './messages.ts'

/** What a mail's honeypot link is called: by its id where it is ours, by a parameter of its address where a provider tracks it. */
const LINK_ID = 'honeypot'
const PARAMETER = 'hotlead'

/** Whether it is a click on the link that a mail hides from people: `?hotlead=honeypot`, or our own link of that id. */
export function isHoneypot(event: unknown, properties: Bag | null | undefined): boolean {
  if (event !== MAIL_EVENTS.clicked || !properties) return false
  const { link_id: id, link_url: url } = properties
  if (id === LINK_ID) return true
  // Parsing costs a microsecond; nearly no link has the parameter.
  return (
    typeof url === 'string' &&
    url.includes(PARAMETER) &&
    URL.parse(url)?.searchParams.get(PARAMETER) === LINK_ID
  )
}
