import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CliError, EXIT } from '../exit.ts'

/** ms that a lock without a pid may be one that is being written; older, its writer died between the two. */
const WRITING = 5_000
/** One taking over is enough; three leave room for others that do the same. */
const ATTEMPTS = 3

/**
 * Keeps others from the state at `path`: a file beside it holds our pid, and one whose process is gone is taken over.
 * @returns what gives it back
 * @throws CliError (failed) naming the process that holds it
 */
export function lockState(path: string): () => void {
  const lock = `${path}.lock`
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (create(lock)) return () => rmSync(lock, { force: true })
    const holder = read(lock)
    if (holder === undefined) continue
    if (holder.isAlive) throw held(lock, holder.text)
    // Renamed first: of two that take over at once, the later one might remove the lock that the other has just made.
    const aside = `${lock}.${process.pid}`
    try {
      renameSync(lock, aside)
    } catch {
      continue
    }
    const moved = readFileSync(aside, 'utf8')
    rmSync(aside)
    if (moved !== holder.text) {
      writeFileSync(lock, moved)
      throw held(lock, moved)
    }
  }
  throw held(lock, '')
}

function create(lock: string): boolean {
  try {
    mkdirSync(dirname(lock), { recursive: true })
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' })
    return true
  } catch (cause) {
    const { code, syscall } = cause as { code?: string; syscall?: string }
    if (code === 'EEXIST' && syscall === 'open') return false
    throw new CliError(
      EXIT.failed,
      `How far it is cannot be kept beside ${lock}: ${(cause as Error).message}.`,
      'Name a place that can be written with --state.',
      cause,
    )
  }
}

/** Who holds it; undefined where it has just been given back. */
function read(lock: string): { text: string; isAlive: boolean } | undefined {
  try {
    const text = readFileSync(lock, 'utf8')
    const isYoung = Date.now() - statSync(lock).mtimeMs < WRITING
    return { text, isAlive: /^\d+$/.test(text) ? runs(Number(text)) : isYoung }
  } catch {
    return undefined
  }
}

function runs(pid: number): boolean {
  // In a container every run has the same pid: ours cannot hold what we do not.
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

function held(lock: string, pid: string): CliError {
  return new CliError(
    EXIT.failed,
    `This file is being sent already${pid ? `, by the process ${pid}` : ''}: two at once would send its events twice.`,
    `Wait until it is done, or end it. If nothing runs there, remove ${lock}.`,
  )
}
