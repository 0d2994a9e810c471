import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** A process as a file remembers it: its number alone may be another program's by the time it is read. */
export interface ProcessRecord {
  pid: number
  birth: string
}

/** Boot and start time of a running process, which no later process with its number shares; undefined where none runs. */
export function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
    const [state = '', ...started] = (stdout ?? '').trim().split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ')
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold blanks; after it the state is field 3 and the start in ticks is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

/**
 * Program and script of a running process, as “node …/services/ingestor/src/main.ts”; undefined where nobody tells. Its
 * other arguments are left out: they may hold secrets.
 */
export function commandOf(pid: number): string | undefined {
  let args: string[]
  try {
    args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    args = (stdout ?? '').trim().split(' ')
  }
  const program = basename(args[0] ?? '')
  if (program === '') return undefined
  const script = args.slice(1).find(arg => /^[^-=@:*][^=@:*]*[.](m|c)?(js|ts|py|rb|jar)$/.test(arg))
  if (script === undefined) return program
  const parts = script.split('/')
  return `${program} ${parts.length > 5 ? `…/${parts.slice(-4).join('/')}` : script}`
}

export function writeRecord(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ pid, birth: birthOf(pid) ?? '' }))
}

/** The recorded process where it still runs; the file of one that does not is removed. */
export function readRecord<T extends ProcessRecord>(file: string): T | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as T
    if (Number.isInteger(record.pid) && record.birth !== '' && birthOf(record.pid) === record.birth)
      return record
  } catch {
    // Not there, or cut short by a crash: as good as none.
  }
  rmSync(file, { force: true })
  return undefined
}
