import { BATCH, type Format, JITSU } from '@hotlead/beacon'
import { answer } from '../answers.ts'
import type { Edge, Request } from './edge.ts'

/** Types by the last part of Jitsu's paths, and its one-letter ones. */
const TYPES: Record<string, Format> = {
  ...JITSU,
  t: JITSU.track,
  p: JITSU.page,
  s: JITSU.screen,
  i: JITSU.identify,
  g: JITSU.group,
  a: JITSU.alias,
  e: JITSU.event,
}

/**
 * Jitsu's event API, as `@jitsu/js` speaks it to `/api/s/:type` and, with its setting `s2s`, to `/api/s/s2s/:type`. Its
 * client reads `destinations` of a 200, which we have none of, and takes anything but JSON for a failure.
 */
export function jitsu({ app, take }: Edge): void {
  for (const path of ['/api/s', '/api/s/s2s'])
    for (const [type, format] of Object.entries(TYPES))
      app.post(`${path}/${type}`, async (request: Request, reply) => {
        const outcome = await take(request, format)
        return outcome.kind === 'ok' ? reply.send({ ok: true }) : answer(reply, outcome)
      })
  app.post('/api/s/s2s/batch', async (request: Request, reply) => {
    const outcome = await take(request, BATCH)
    if (outcome.kind !== 'ok') return answer(reply, outcome)
    const { accepted, buried, dropped } = outcome.value
    const good = accepted + dropped
    return reply.send({ ok: buried === 0, receivedEvents: good + buried, okEvents: good })
  })
}
