import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Where something stands: bytes into the segment of that number. */
export interface Place {
  segment: number
  offset: number
}

const NAME = /^(\d{10})\.spool$/

export function segmentPath(dir: string, segment: number): string {
  return join(dir, `${String(segment).padStart(10, '0')}.spool`)
}

/** The numbers of a folder's segments, the oldest first. */
export async function segmentsOf(dir: string): Promise<number[]> {
  const numbers = (await readdir(dir)).flatMap(name => {
    const number = NAME.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
  return numbers.sort((a, b) => a - b)
}

export async function removeSegment(dir: string, segment: number): Promise<void> {
  await rm(segmentPath(dir, segment), { force: true })
}

/** Makes names in a folder as durable as the files they lead to. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
