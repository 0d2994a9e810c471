import { MAIL_EVENTS } from '@hotlead/contracts'
import type { Mail } from '../../mail/token.ts'
import { ok } from '../../outcome.ts'
import type { Format } from '../format.ts'
import { SINGLE } from '../segment.ts'

/** What a mail's own pixel and links tell, in our shape already by `mailLoaded`. */
export const MAIL_LOAD: Format = {
  ...SINGLE.track,
  name: 'mail',
  message: event => ok({ ...(event as object), type: 'track' }),
}

/**
 * An open or a click, as its token says it. The user agent is the reader's own, whatever it is called: nobody loads a pixel
 * for somebody else.
 */
export function mailLoaded({ message, click }: Mail, messageId: string, userAgent: string | undefined) {
  return {
    messageId,
    event: click ? MAIL_EVENTS.clicked : MAIL_EVENTS.opened,
    properties: {
      email_id: message,
      ...(click ? { link_id: click.link, link_url: click.target } : {}),
    },
    context: userAgent === undefined ? {} : { userAgent },
  }
}
