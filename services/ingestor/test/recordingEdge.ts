import { createServer, type Server, type ServerResponse } from 'node:http'
import { closed, originOf } from './trackedSite.ts'

/** An event as the tracker wrote it, with the context of its batch where it has none of its own. */
export interface Sent {
  type: string
  event?: string
  messageId: string
  anonymousId: string
  properties?: Record<string, unknown>
  context: { page: { path: string; referrer: string }; consent?: unknown }
}

export type Answer = 'ok' | 'bad request' | 'never' | { retryAfter: number }

/** Stands where the edge stands, and answers as a test wants it; for what a healthy ingestor does not do. */
export class RecordingEdge {
  readonly url: string
  /** Each event of each request, answered or not; but pings of engagement, of which a slow machine brings more. */
  readonly sent: Sent[] = []
  /** Of the next request, and of all after it. */
  answer: Answer = 'ok'
  /** Of the next request only. */
  next: Answer | undefined
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = originOf(server)
  }

  /** @param origin of the pages that may send */
  static async open(origin: string): Promise<RecordingEdge> {
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { batch, context } = JSON.parse(body) as { batch: Sent[]; context: object }
      for (const event of batch)
        if (event.event !== 'Page Engaged')
          edge.sent.push({ ...event, context: { ...context, ...event.context } })
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('access-control-expose-headers', 'retry-after')
      const answer = edge.next ?? edge.answer
      edge.next = undefined
      respond(response, answer)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const edge = new RecordingEdge(server)
    return edge
  }

  /** What came so far, once it is as much as expected. */
  async received(count: number): Promise<Sent[]> {
    while (this.sent.length < count) await new Promise(resolve => setTimeout(resolve, 20))
    return this.sent
  }

  close(): void {
    closed(this.#server)
  }
}

function respond(response: ServerResponse, answer: Answer): void {
  if (answer === 'never') return
  if (answer === 'bad request') response.writeHead(400)
  else if (answer !== 'ok') response.writeHead(503, { 'retry-after': String(answer.retryAfter) })
  response.end()
}
