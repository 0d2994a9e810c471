import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'

export interface StalledDisk {
  /** Everything that waits is done, and what comes from then on too. */
  answer(): void
}

/**
 * From now on no fsync of file data comes back until the disk is told to answer, as under a storage that is gone for a
 * while: Node's own file handles, held up. What was written is in the file meanwhile, as it is then.
 * @param pass how many still come back
 */
export async function stalledDisk(pass = 0): Promise<StalledDisk> {
  const handle = await open(tmpdir(), 'r')
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const { datasync } = prototype
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  let left = pass
  prototype.datasync = async function (this: FileHandle) {
    if (left-- <= 0) await answered
    return datasync.call(this)
  }
  return {
    answer() {
      prototype.datasync = datasync
      answer()
    },
  }
}
