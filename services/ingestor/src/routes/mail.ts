import {
  type Limit,
  MAIL_LOAD,
  type Mail,
  type MailSecret,
  mailLoaded,
  type Privacy,
  readToken,
  type Source,
} from '@hotlead/beacon'
import type { FastifyReply } from 'fastify'
import { Loads } from '../mail/loads.ts'
import type { Sources } from '../sources.ts'
import type { Edge, Request } from './edge.ts'
import { image, NOT_KEPT } from './pixel.ts'

export interface MailOptions {
  sources: Pick<Sources, 'quotaOf' | 'privacyOf'>
  mailSecrets: readonly MailSecret[]
  /** Counts what a mail's pixel or link was asked for, and what became of it. */
  mailLoad(kind: MailKind | 'neither', fate: MailFate): void
}
export type MailKind = 'open' | 'click'
/**
 * `acknowledged`: the event is in the log, or on the disk on its way there; `unacknowledged`: it is not known to be, and nobody
 * will send it again; `uncounted`: a HEAD or a prefetch, behind which is nobody; `opted_out`: its reader asks not to be tracked, and
 * nothing was written; `invalid`: no token of ours.
 */
export type MailFate = 'acknowledged' | 'unacknowledged' | 'uncounted' | 'opted_out' | 'invalid'

/** Of the paths below it, whatever they are: one answer for all that is no token. */
const BASE = '/e/'
/** What the log calls the source of all that mails bring; one of that name in the workspace may say its policy. */
const SOURCE = 'mail'
/** ms that an answer waits for log or spool. A send takes some 10 ms; beyond this a person would feel it. */
export const ANSWER_WITHIN = 250

export function isMailPath(path: string): boolean {
  return path.startsWith(BASE)
}

/** What is no token of ours, in whichever way: the same bytes, for a person whose mail program cut a link. */
export function noSuchMail(reply: FastifyReply): FastifyReply {
  return (
    reply
      .code(404)
      .header('cache-control', NOT_KEPT)
      // As all answers have it that were routed.
      .header('vary', 'Origin')
      .type('text/plain; charset=utf-8')
      .send('This link is not valid. It may have been cut short: please follow it from the mail itself.\n')
  )
}

/**
 * A mail's pixel and its links. All that they say is in a signed token; nothing of the query or the headers decides where a
 * link leads, so these are no open redirect. They answer whatever Kafka does.
 */
export function mail({ app, take, failed }: Edge, { sources, mailSecrets, mailLoad }: MailOptions): void {
  const loads = new Loads()

  app.get(`${BASE}*`, async (request: Request, reply) => {
    const { kind, token } = asked((request.params as { '*': string })['*'])
    const mail = readToken(token, mailSecrets)
    if (mail === undefined || kind === undefined || (kind === 'click') !== (mail.click !== undefined)) {
      mailLoad(kind ?? 'neither', 'invalid')
      return noSuchMail(reply)
    }
    reply.header('cache-control', NOT_KEPT)
    if (isPrefetch(request)) {
      mailLoad(kind, 'uncounted')
      // A browser would show what it prefetched without asking again: refused, it asks when the person does.
      return reply.code(503).send()
    }
    if (request.method === 'HEAD') mailLoad(kind, 'uncounted')
    else await soon(record(request, mail, token).then(fate => mailLoad(kind, fate)))
    if (mail.click) return reply.code(302).header('location', mail.click.target).send()
    return image(reply)
  })

  async function record(request: Request, mail: Mail, token: string): Promise<MailFate> {
    const agent = request.headers['user-agent']
    const id = loads.idOf(token, request.ip, agent, Date.now())
    const body = Buffer.from(JSON.stringify(mailLoaded(mail, id, agent)))
    try {
      const source = sourceOf(
        mail,
        sources.quotaOf(mail.workspace),
        sources.privacyOf(mail.workspace, SOURCE),
      )
      const outcome = await take(request, MAIL_LOAD, { source, lead: mail.lead, body })
      if (outcome.kind !== 'ok') return 'unacknowledged'
      return outcome.value.dropped > 0 ? 'opted_out' : 'acknowledged'
    } catch (error) {
      failed(error as Error)
      return 'unacknowledged'
    }
  }
}

/** What a path below `/e/` asks for: kind and token. Where nothing is called so there is no kind, and a token to look at all the same. */
function asked(path: string): { kind: MailKind | undefined; token: string } {
  const rest = path.slice(2)
  if (path.startsWith('c/')) return { kind: 'click', token: rest }
  const isOpen = path.startsWith('o/') && path.endsWith('.gif')
  return isOpen ? { kind: 'open', token: rest.slice(0, -4) } : { kind: undefined, token: rest }
}

/** Chrome and Firefox say `Sec-Purpose: prefetch`, with `;prerender` behind it; older ones `Purpose` or `X-Moz`. */
function isPrefetch({ headers }: Request): boolean {
  return ['sec-purpose', 'purpose', 'x-moz'].some(name => /^\s*prefetch\b/i.test(String(headers[name] ?? '')))
}

/** @param quota of the workspace: who follows a link is answered over it too, and nothing is written */
function sourceOf({ workspace }: Mail, quota: Limit | undefined, privacy: Privacy): Source {
  return {
    workspace,
    name: SOURCE,
    secret: false,
    origins: new Set(),
    names: new Map(),
    key: '',
    limits: { key: undefined, workspace: quota },
    privacy,
  }
}

/** Resolves with it, or after `ANSWER_WITHIN`: what it counts is counted in any case. */
async function soon(done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ANSWER_WITHIN)
  })
  await Promise.race([done, late])
  clearTimeout(timer)
}
