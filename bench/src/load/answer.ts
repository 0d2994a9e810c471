export type Answer = { status: number; length: number }

/**
 * The first whole HTTP answer in some bytes: its status and its length in bytes. Undefined while it is incomplete.
 * Only what an ingestor answers is understood: a content-length, no chunks.
 * @throws where there is no content-length
 */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without content-length: ${head.slice(0, 200)}`)
  const total = end + 4 + Number(length)
  return bytes.length < total ? undefined : { status: Number(head.slice(9, 12)), length: total }
}
