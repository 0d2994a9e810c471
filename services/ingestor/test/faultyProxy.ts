import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MAX_HEAD_BYTES } from '../src/clientError.ts'

/**
 * What becomes of one request, preflights aside.
 * - `refused`: answered here, with `Retry-After`, as the ingestor does; it does not hear of it
 * - `lost`: the connection is cut before the ingestor hears of it
 * - `cut`: the ingestor has answered, and the connection is cut instead of the client being told
 * - `unanswered`: the ingestor has answered, and the client is left waiting for as long as it likes
 * - `passed`: as if nothing stood in between
 */
export type Fate = { refused: number; retryAfter: number } | 'lost' | 'cut' | 'unanswered' | 'passed'

export interface Attempt {
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
  /** ms since 1970 */
  at: number
  fate: Fate
}

/** A network of the test's own making, in front of an ingestor. */
export interface FaultyProxy {
  url: string
  /** The requests so far, in order. */
  attempts: Attempt[]
  /** The headers that browsers asked leave for, each request's once. */
  asked: Set<string>
  close(): void
}

/**
 * Meets each request with the next of `fates`; those after the last pass.
 * @param scripts by their paths, served beside the ingestor as a web server in front of both would
 */
export async function faultyProxy(
  target: string,
  fates: readonly Fate[],
  scripts: Readonly<Record<string, string>> = {},
): Promise<FaultyProxy> {
  const attempts: Attempt[] = []
  const asked = new Set<string>()
  const left = [...fates]

  // Heads as long as the ingestor's own, that it and nothing before it judges them.
  const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES }, async (incoming, response) => {
    const script = scripts[incoming.url ?? '']
    if (script !== undefined) return response.setHeader('content-type', 'text/javascript').end(script)
    const body = await bytesOf(incoming)
    if (incoming.method === 'OPTIONS') {
      asked.add(String(incoming.headers['access-control-request-headers']))
      return relay(await sent(incoming, body), response)
    }
    const fate = left.shift() ?? 'passed'
    attempts.push({ path: incoming.url ?? '', headers: incoming.headers, body, at: Date.now(), fate })
    if (typeof fate === 'object') return refuse(incoming, response, fate)
    if (fate === 'lost') return incoming.socket.destroy()
    const answer = await sent(incoming, body)
    if (fate === 'passed') return relay(answer, response)
    await bytesOf(answer)
    if (fate === 'cut') incoming.socket.destroy()
  })

  function sent(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { method, headers, url = '/' } = incoming
      request(new URL(url, target), { method, headers, agent: false }, resolve).on('error', reject).end(body)
    })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attempts,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 500, answer.headers)
  answer.pipe(response)
}

function refuse(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { refused, retryAfter }: Extract<Fate, object>,
): void {
  if (headers.origin !== undefined) {
    response.setHeader('access-control-allow-origin', headers.origin)
    response.setHeader('access-control-expose-headers', 'retry-after')
  }
  response.writeHead(refused, { 'retry-after': String(retryAfter), 'content-type': 'application/json' })
  response.end('{"success":false}')
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
