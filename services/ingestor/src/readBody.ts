import type { Readable } from 'node:stream'
import { MAX_SOCKET_BYTES } from '@hotlead/beacon'

/** The bytes of bodies being read in this process: reading stops before memory does. */
export class BodyBudget {
  #left: number
  constructor(bytes: number) {
    this.#left = bytes
  }
  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }
  give(bytes: number): void {
    this.#left += bytes
  }
}

export type Body =
  | { kind: 'body'; bytes: Buffer }
  | { kind: 'too_large' }
  | { kind: 'no_room' }
  | { kind: 'cut' }

/**
 * The whole body, up to the socket's limit and within the budget.
 * @param length as the request says it, 0 where it does not: what is too long needs not be waited for
 */
export function readBody(stream: Readable, length: number, budget: BodyBudget): Promise<Body> {
  if (length > MAX_SOCKET_BYTES) return Promise.resolve({ kind: 'too_large' })
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let size = 0
    let ended = false
    function end(body: Body) {
      if (ended) return
      ended = true
      budget.give(size)
      chunks.length = 0
      resolve(body)
    }
    stream.on('data', (chunk: Buffer) => {
      if (ended) return
      if (!budget.take(chunk.length)) return end({ kind: 'no_room' })
      size += chunk.length
      if (size > MAX_SOCKET_BYTES) return end({ kind: 'too_large' })
      chunks.push(chunk)
    })
    stream.on('end', () =>
      end({ kind: 'body', bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) }),
    )
    stream.on('error', () => end({ kind: 'cut' }))
    stream.on('close', () => end({ kind: 'cut' }))
  })
}
