import { mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Environment } from './settings.ts'

/** Kafka alone preallocates index files and stops where it cannot write; with less the first replay fills the disk. */
const DISK_BYTES = 1_000_000_000

/** @throws where the environment is one in which keys that everyone knows must not work */
export function refuseProduction(env: Environment): void {
  if (env.NODE_ENV === 'production')
    throw new Error(
      'NODE_ENV is production, and `npm start` opens the demo keys, which everyone knows: unset NODE_ENV to try hotlead here, or run each service with HOTLEAD_SOURCES and HOTLEAD_SECRET set',
    )
}

/** @throws where the data folder's disk is nearly full, or the folder cannot be made */
export async function needDisk(dataDir: string, bytes = DISK_BYTES): Promise<void> {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (cause) {
    throw new Error(
      `${dataDir} cannot be made (${(cause as Error).message}): make it writable, or set HOTLEAD_DATA to another folder`,
      { cause },
    )
  }
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  if (free < bytes)
    throw new Error(
      `the disk of ${dataDir} has ${Math.floor(free / 1e6)} MB free and hotlead needs ${Math.ceil(bytes / 1e6)} MB: free some, or set HOTLEAD_DATA to a folder on another disk`,
    )
}
