import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { syncFolder } from './segments.ts'

/** ms between two signs of life. */
const SIGN_EVERY = 2_000
/** ms without one after which a folder of another machine is nobody's. */
export const SILENT = 30_000

const OWNER = 'owner.json'

interface Owner {
  pid: number
  /** Tells processes apart that had the same pid: when it started, in ticks since boot. */
  started: string
  machine: string | undefined
}

/**
 * One process's folder in the spool. Folders of processes that are gone are taken over by renaming them into an own one:
 * a rename is one step, so two never take the same, and what its owner had fsynced before is in it. An owner that was
 * only asleep finds its path gone, and calls nothing safe that it wrote since.
 */
export class SpoolHome {
  readonly dir: string
  readonly #root: string
  readonly #inode: bigint
  readonly #sign: NodeJS.Timeout
  #living: Promise<void> | undefined

  private constructor(root: string, dir: string, inode: bigint) {
    this.#root = root
    this.dir = dir
    this.#inode = inode
    this.#sign = setInterval(() => void this.#live(), SIGN_EVERY)
  }

  /** @param root shared by the ingestors of a machine, or of many where it is a shared disk */
  static async open(root: string): Promise<SpoolHome> {
    await mkdir(root, { recursive: true })
    const name = `${hostname().replace(/[^a-zA-Z0-9-]/g, '-')}-${process.pid}-${randomUUID().slice(0, 8)}`
    // Not seen by others before it says whose it is.
    const making = join(root, `.${name}`)
    const dir = join(root, name)
    await mkdir(making)
    const owner: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', machine: machine() }
    // On the disk before its name is: a power cut would leave a folder that says nothing.
    await writeFile(join(making, OWNER), JSON.stringify(owner), { flush: true })
    await rename(making, dir)
    await syncFolder(root)
    const { ino } = await stat(join(dir, OWNER), { bigint: true })
    return new SpoolHome(root, dir, ino)
  }

  /** Whether nobody has taken it over. */
  async holds(): Promise<boolean> {
    const found = await stat(join(this.dir, OWNER), { bigint: true }).catch(() => undefined)
    return found?.ino === this.#inode
  }

  /**
   * Takes over what nobody lives in any more.
   * @param failed told of each that cannot be taken at present, which keeps it from none of the others
   * @returns their new paths, each with segments
   */
  async adopt(failed: (error: Error) => void): Promise<string[]> {
    const taken: string[] = []
    // By the clock of the disk, which may be another machine's.
    await this.#live()
    const now = (await stat(join(this.dir, OWNER))).mtimeMs
    for (const name of await readdir(this.#root)) {
      const dir = join(this.#root, name)
      if (dir === this.dir || name.startsWith('.')) continue
      try {
        if (await isLeft(dir, now)) for await (const to of this.#take(dir)) taken.push(to)
      } catch (error) {
        failed(error as Error)
      }
    }
    return taken
  }

  async *#take(dir: string): AsyncGenerator<string> {
    // What it had taken over itself comes first: it is older.
    for (const inner of [...(await readdir(dir).catch(() => [])).filter(isTaken), '']) {
      const to = join(this.dir, `taken-${randomUUID()}`)
      // Somebody else was quicker, or it was empty and its owner removed it.
      if (await moved(join(dir, inner), to)) yield to
    }
  }

  /** Leaves: an empty folder goes; one with records, of its own or taken over, can be taken over at once. */
  async release(empty: boolean): Promise<void> {
    clearInterval(this.#sign)
    if (!(await this.holds())) return
    const taken = (await readdir(this.dir)).some(isTaken)
    if (empty && !taken) await rm(this.dir, { recursive: true, force: true })
    else await rm(join(this.dir, OWNER), { force: true })
  }

  /** One at a time: each that a stalled disk does not answer takes one of Node's four threads for files and names of hosts. */
  #live(): Promise<void> {
    const now = new Date()
    this.#living ??= utimes(join(this.dir, OWNER), now, now)
      .catch(() => {})
      .finally(() => {
        this.#living = undefined
      })
    return this.#living
  }
}

function isTaken(name: string): boolean {
  return name.startsWith('taken-')
}

/** Whether the owner of a folder is gone: it said so, its process has ended, or it has been silent for long. */
async function isLeft(dir: string, now: number): Promise<boolean> {
  const path = join(dir, OWNER)
  let sign: number
  try {
    sign = (await stat(path)).mtimeMs
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    // Released; or no folder of ours, or gone meanwhile.
    return (await readdir(dir).catch(() => [])).some(name => name.endsWith('.spool') || isTaken(name))
  }
  const owner = await ownerOf(path)
  if (owner?.machine !== undefined && owner.machine === machine()) return startOf(owner.pid) !== owner.started
  return now - sign > SILENT
}

/** Undefined where nobody can read it, as a power cut leaves it: a living owner still gives signs of life. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8'))
    return Number.isInteger(owner?.pid) ? owner : undefined
  } catch {
    return undefined
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** This machine since it was started, and this container: pids mean something within it only. Undefined where none can be seen. */
function machine(): string | undefined {
  const boot = read('/proc/sys/kernel/random/boot_id')
  return boot === undefined ? undefined : `${hostname()} ${boot.trim()}`
}

/** When a living process began, in clock ticks since boot; undefined where there is none. Fields 3 and 22 of proc(5)'s stat. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  // The second field is the command in brackets, which may hold spaces and brackets itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' ? undefined : fields?.[19]
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
