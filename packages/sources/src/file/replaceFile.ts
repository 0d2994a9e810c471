import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** ms after which a lock is one whose writer has died: a write takes some milliseconds. */
const STALE = 10_000
/** ms between two attempts at a lock. */
const EVERY = 20

/**
 * Makes a file hold this text, all or nothing, also where the power fails: a new file beside it, flushed, takes its name.
 * Mode and symbolic link stay as they are; a new file is its owner's alone (0600).
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const mode = await stat(target).then(
    s => s.mode & 0o777,
    () => 0o600,
  )
  const aside = join(dirname(target), `.${basename(target)}.${process.pid}.new`)
  try {
    await withFile(aside, 'w', async file => {
      await file.chmod(mode)
      await file.writeFile(text)
      await file.sync()
    })
    await rename(aside, target)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  await withFile(dirname(target), 'r', folder => folder.sync())
}

/** Runs `work` while no other process does for the same file, by a lock beside it. */
export async function exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${await realpath(path).catch(() => path)}.lock`
  while (!(await isTaken(lock))) await new Promise(resolve => setTimeout(resolve, EVERY))
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** Whether the lock is ours now. @throws where none can be made there */
async function isTaken(lock: string): Promise<boolean> {
  try {
    await withFile(lock, 'wx', file => file.writeFile(`${process.pid}`))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const age = await stat(lock).then(
    s => Date.now() - s.mtimeMs,
    () => 0,
  )
  if (age > STALE) await rm(lock, { force: true })
  return false
}

async function withFile(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags)
  try {
    await use(file)
  } finally {
    await file.close()
  }
}
