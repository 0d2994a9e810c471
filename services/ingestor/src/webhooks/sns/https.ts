import { get } from 'node:https'

/** ms for the whole of an answer: SNS itself waits 15 s for ours. */
const TIMEOUT = 5_000
/** A certificate has 2 KB, an answer to a confirmation less. */
const MAX_BYTES = 65_536

/**
 * What lies at an https URL, with the status it came with. Redirects are not followed: they are answers like any other.
 * @throws where nothing comes within 5 s, or more than 64 KB
 */
export function fetched(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(TIMEOUT) }, response => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_BYTES) return request.destroy(new Error(`answered more than ${MAX_BYTES} bytes`))
        chunks.push(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}
