import { createReadStream, statSync } from 'node:fs'
import { parseEntry, readable } from './lastLines.ts'

/** ms between looks at a log: a person reads no faster. */
const EVERY = 500
/** ms within which the same sentence is not said again: a retry loop would say it every second. */
const ONCE_IN = 30_000

/** Says what a service's log gets of errors from now on. @returns ends it */
export function followErrors(name: string, file: string, say: (line: string) => void): () => void {
  const said = new Map<string, number>()
  let from = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  let rest = ''
  let reading = false
  async function look() {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size < from) from = 0
    if (reading || size === from) return
    reading = true
    try {
      for await (const chunk of createReadStream(file, { start: from, end: size - 1, encoding: 'utf8' }))
        rest += chunk
      from = size
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) sayIfGrave(line)
    } finally {
      reading = false
    }
  }
  function sayIfGrave(line: string) {
    const level = parseEntry(line)?.level
    if (level !== 'error' && level !== 'fatal') return
    const text = readable(line)
    const now = performance.now()
    if (now - (said.get(text) ?? Number.NEGATIVE_INFINITY) < ONCE_IN) return
    if (said.size > 100) said.clear()
    said.set(text, now)
    say(`${name}: ${text}`)
  }
  const timer = setInterval(() => void look().catch(() => {}), EVERY)
  return () => clearInterval(timer)
}
