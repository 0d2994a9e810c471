import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The folders below `root` whose last file holds more than its note says is sent. By the files alone, as anybody sees them. */
export function unsent(root: string): string[] {
  if (!existsSync(root)) return []
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(entry => {
      const dir = join(root, entry.name)
      return [...(isSent(dir) ? [] : [dir]), ...unsent(dir)]
    })
}

function isSent(dir: string): boolean {
  const last = readdirSync(dir)
    .filter(name => name.endsWith('.spool'))
    .sort()
    .at(-1)
  if (last === undefined) return true
  const bytes = statSync(join(dir, last)).size
  const note = existsSync(join(dir, 'sent')) ? readFileSync(join(dir, 'sent'), 'utf8') : ''
  const [segment, offset] = note.trim().split(' ').map(Number)
  return bytes === 0 || (segment === Number.parseInt(last, 10) && offset === bytes)
}
