import { readFileSync } from 'node:fs'

/** ms between two looks: what grows and goes within less is seen by chance only. */
const EVERY = 100

/** Resident bytes of a process; undefined where it is gone or there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kB = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kB === undefined ? undefined : Number(kB) * 1024
  } catch {
    return undefined
  }
}

/** Starts watching processes. The returned function ends it and says the most that each was seen to hold, in MB. */
export function watchMemory(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const peaks: Record<string, number> = {}
  const look = () => {
    for (const [name, pid] of Object.entries(pids))
      peaks[name] = Math.max(peaks[name] ?? 0, residentBytes(pid) ?? 0)
  }
  look()
  const timer = setInterval(look, EVERY)
  return () => {
    clearInterval(timer)
    look()
    return Object.fromEntries(Object.entries(peaks).map(([name, bytes]) => [name, Math.round(bytes / 1e6)]))
  }
}
