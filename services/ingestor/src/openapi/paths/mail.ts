import { getAndHead, type Parameter, type Paths } from '../operation.ts'
import { OPT_OUT } from '../optOut.ts'
import { gif, header, json, refusals, text } from '../responses.ts'
import { ref } from '../schemas.ts'
import { OPEN } from '../security.ts'

const token: Parameter = {
  name: 'token',
  in: 'path',
  required: true,
  description: '`id.content.signature`, as `hotlead mail link` makes it',
  schema: { type: 'string', minLength: 1 },
}

const shared = { tags: ['Mails'], parameters: [token, ...OPT_OUT], security: OPEN }
const never = {
  404: text('No token of ours, in whichever way: never a redirect'),
  503: json(
    'A prefetch, without a body: the browser asks again when the person does. Or the ingestor is leaving',
    ref('Refusal'),
  ),
}

/** The pixel of a mail, and its links. */
export function mailPaths(): Paths {
  const [open, click] = ['/e/o/{token}.gif', '/e/c/{token}']
  return {
    [open]: getAndHead(open, {
      ...shared,
      summary: 'A mail was opened',
      responses: { ...refusals(), 200: gif('A transparent GIF of one pixel'), ...never },
    }),
    [click]: getAndHead(click, {
      ...shared,
      summary: 'A link in a mail was followed',
      responses: {
        ...refusals(),
        302: {
          description: 'To where the token leads',
          headers: { Location: header('Location') },
        },
        ...never,
      },
    }),
  }
}
