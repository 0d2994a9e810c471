import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Reason, type Refused, refuse } from '@hotlead/beacon'

/**
 * Of a request's head: the query of a pixel is an event of up to 32 KB, and a site's cookies come along. Node's own limit
 * is 16 KB. A connection holds this much until its head is read.
 */
export const MAX_HEAD_BYTES = 64 * 1024

/**
 * Answers what is no request at all, or one whose head is too long. Usually that is 431, which some SDKs (Snowplow's) send
 * again for ever: 400 is what every one of them gives up on.
 */
export function clientError(refused: (reason: Reason) => void) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    const { status, text } = answerTo(error)
    if (error.code === 'HPE_HEADER_OVERFLOW') refused('too_large')
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      // What else the client may want to say is not read, and would hold the connection.
      () => socket.destroy(),
    )
  }
}

function answerTo({ code }: NodeJS.ErrnoException): { status: number; text: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, text: said(late) }
  return { status: 400, text: said(code === 'HPE_HEADER_OVERFLOW' ? long : broken) }
}

const late = refuse(400, 'malformed', 'request: did not end within its time: send it again')
const long = refuse(
  400,
  'too_large',
  `request: its address and headers must be at most ${MAX_HEAD_BYTES} bytes`,
)
const broken = refuse(400, 'malformed', 'request: is not HTTP/1.1')

function said({ reason, problems }: Refused): string {
  return JSON.stringify({ success: false, error: reason, problems })
}
