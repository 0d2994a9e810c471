import { type Outcome, type Refused, refuse, SNOWPLOW, SNOWPLOW_PIXEL } from '@hotlead/beacon'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answer, refusal } from '../answers.ts'
import { preflight } from '../cors.ts'
import { keyOfRequest } from '../keyOfRequest.ts'
import type { Taken } from '../pipeline.ts'
import type { Arrival, Edge, Request } from './edge.ts'
import { image, queryOf } from './pixel.ts'

const POST = '/com.snowplowanalytics.snowplow/tp2'
const PIXEL_PATH = '/i'

/**
 * The collector of Snowplow's trackers, as far as they can tell: `ok` for what they post, a pixel for what they get. Sets no
 * cookie, so there is no network user id of ours.
 * @param paths that trackers post to, as `postPathsOf` has them
 */
export function snowplow({ app, take, failed }: Edge, paths: readonly string[]): void {
  for (const path of paths)
    app.post(path, withCredentials, async (request: Request, reply) => {
      const outcome = dropped(await take(request, SNOWPLOW, addressOf(request)))
      return outcome.kind === 'ok' ? reply.type('text/plain').send('ok') : answer(reply, outcome)
    })

  // An image is shown whatever the status, and a tracker that reads the status knows whether to come again. No HEAD:
  // scanners of mails ask for it.
  app.get(PIXEL_PATH, { ...withCredentials, exposeHeadRoute: false }, async (request: Request, reply) => {
    const outcome = await take(request, SNOWPLOW_PIXEL, linked(request)).then(dropped, fault)
    if (outcome.kind !== 'ok') refusal(reply, outcome)
    return image(reply)
  })

  function fault(error: Error): Refused {
    failed(error)
    return refuse(500, 'internal', 'the request met a fault of ours: it is in our log')
  }

  for (const path of [...paths, PIXEL_PATH]) app.options(path, withCredentials, preflight)
}

/** Where trackers post to. @param more beside their own path */
export function postPathsOf(more: readonly string[]): string[] {
  return [...new Set([POST, ...more])]
}

/** An event that is a link. A key in a header is not in it, and may be a secret one: a server's tracker sends by GET too. */
function linked(request: Request): Arrival {
  const isPublic = keyOfRequest(request.headers, {}).key === undefined
  return { ...addressOf(request), body: queryOf(request), isPublic }
}

/** The browser tracker sends cookies along unless told otherwise: without this it never sees an answer, and sends for ever. */
const withCredentials = {
  onRequest(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (reply.hasHeader('access-control-allow-origin'))
      reply.header('access-control-allow-credentials', 'true')
    done()
  },
}

/** Who tracks anonymously wants no address kept, not even a truncated one. */
function addressOf({ headers }: Request): Arrival {
  return headers['sp-anonymous'] === undefined ? {} : { address: '' }
}

/** Of 413 a tracker thinks that it will be taken one day, and holds back all that comes after; what is 400 it drops. */
function dropped(outcome: Outcome<Taken>): Outcome<Taken> {
  return outcome.kind === 'refuse' && outcome.status === 413 ? { ...outcome, status: 400 } : outcome
}
