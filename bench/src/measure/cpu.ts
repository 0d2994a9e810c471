import { readdirSync, readFileSync } from 'node:fs'
import { now } from './clock.ts'

/** Linux counts CPU time in 1/100 s for /proc (USER_HZ), whatever the kernel's own tick. */
const TICKS_A_SECOND = 100

/** Seconds of CPU (user and kernel) that a process has used; undefined where it is gone or there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  const fields = statOf(pid)
  return fields && (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

/** Fields of /proc/<pid>/stat from the third on: the second, the name, may hold spaces. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

const SERVERS: readonly [string, RegExp][] = [
  ['kafka', /kafka\.Kafka\b/],
  ['redis', /redis/],
  ['registry', /apicurio|quarkus/i],
]

/** The servers that this process started, by what they are. Empty where they run in containers. */
export function serverPids(): Record<string, number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat) parents.set(Number(name), Number(stat[1]))
  }
  const isOurs = (pid: number): boolean => {
    for (let p = parents.get(pid); p !== undefined && p > 1; p = parents.get(p))
      if (p === process.pid) return true
    return false
  }
  const found: Record<string, number> = {}
  for (const pid of parents.keys()) {
    if (!isOurs(pid)) continue
    const command = commandOf(pid)
    // The guard of a server has the server's command in its own.
    if (/\bguard\.(mjs|ts)\b/.test(command)) continue
    const server = SERVERS.find(([, pattern]) => pattern.test(command))
    if (server) found[server[0]] = pid
  }
  return found
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Starts watching processes. The returned function says how much of one core each has used since, in percent. */
export function watchCpu(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const since = now()
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuSeconds(pid)] as const)
  return () => {
    const seconds = (now() - since) / 1000
    const used: Record<string, number> = {}
    for (const [name, pid, start] of before) {
      const end = cpuSeconds(pid)
      if (start !== undefined && end !== undefined)
        used[name] = Math.round(((end - start) / seconds) * 1000) / 10
    }
    return used
  }
}
