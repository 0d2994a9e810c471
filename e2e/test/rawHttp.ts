import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** HTTP as bytes on a connection, for what no client library would send. */

/** What came back: the status of each answer, 0 where the connection was closed without one. */
export async function exchange(url: string, bytes: string | Buffer, answers = 1): Promise<number[]> {
  const socket = await opened(url)
  const statuses: number[] = []
  let text = ''
  const ended = new Promise<void>(resolve => {
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      const lines = [...text.matchAll(/HTTP\/1\.1 (\d{3}) [^\n]*\n/g)]
      statuses.push(...lines.map(l => Number(l[1])))
      const last = lines.at(-1)
      if (last) text = text.slice(last.index + last[0].length)
      if (statuses.length >= answers) resolve()
    })
    socket.on('close', () => resolve())
  })
  socket.write(bytes)
  await ended
  socket.destroy()
  return statuses.length === 0 ? [0] : statuses
}

/** A connection whose errors are its end. */
export async function opened(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** A whole request; `length` where the body is not of the length that it says. */
export function request(
  line: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
  length = Buffer.byteLength(body),
): Buffer {
  const all = { host: 'localhost', 'content-length': String(length), ...headers }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'), Buffer.from(body)])
}
