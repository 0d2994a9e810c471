import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRecord } from './processRecord.ts'

/** A guard whose parent is gone is stopping its server by now; one that was killed itself left an orphan. */
const ASK_AFTER = 3_000
/** Beyond a guard's own ten seconds of patience. */
const KILL_AFTER = 14_000

/** Folder of the files that say which process each part is. */
export function pidsOf(dataDir: string): string {
  return join(dataDir, 'pids')
}

/**
 * Waits for what an earlier start with this data left running, and ends what does not go by itself.
 * @param only the part of this name
 */
export async function endLeftovers(
  dataDir: string,
  say: (line: string) => void,
  only?: string,
): Promise<void> {
  const folder = pidsOf(dataDir)
  const begun = performance.now()
  const told = new Set<string>()
  const asked = new Set<string>()
  for (;;) {
    const files = existsSync(folder) ? readdirSync(folder) : []
    const left = files.flatMap(file => {
      const name = file.replace(/\.json$/, '')
      const record = only === undefined || only === name ? readRecord(join(folder, file)) : undefined
      return record ? [{ name, pid: record.pid }] : []
    })
    if (left.length === 0) return
    const waited = performance.now() - begun
    for (const { name, pid } of left) {
      if (!told.has(name)) say(`${name} (pid ${pid}) of an earlier start still runs; waiting for it to end`)
      told.add(name)
      if (waited > KILL_AFTER) signal(pid, 'SIGKILL')
      else if (waited > ASK_AFTER && !asked.has(name)) {
        asked.add(name)
        signal(pid, 'SIGTERM')
      }
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended meanwhile.
  }
}
