import { nearest } from './nearest.ts'
import type { Finding, Path } from './problem.ts'

/** So many of the words that there are are named. */
const NAMED = 20

/** What is found to be wrong, in sentences. */
export class Told {
  readonly findings: Finding[] = []

  say(path: Path, message: string): void {
    this.findings.push({ path, message })
  }

  /** What is not among the words there are. */
  unknown(path: Path, what: string, word: string, there: readonly string[]): void {
    if (there.includes(word)) return
    const near = nearest(word, there)
    this.say(path, `there is no ${what} “${word}”; ${near ? `did you mean “${near}”?` : instead(there)}`)
  }

  twice(at: Path, list: readonly { name: string }[], what: string): void {
    const names = new Map<string, number>()
    list.forEach(({ name }, i) => {
      if (names.has(name))
        this.say(
          [...at, i, 'name'],
          `the ${what} “${name}” is there already (${String(at.at(-1))}[${names.get(name)}])`,
        )
      names.set(name, i)
    })
  }

  /** Case makes no other value: an event would be in both rows. */
  rows(at: Path, values: readonly string[]): void {
    const rows = new Map<string, string>()
    for (const value of values) {
      const before = rows.get(value.toLowerCase())
      if (before !== undefined) this.say([...at, value], `“${value}” is there already, as “${before}”`)
      rows.set(value.toLowerCase(), value)
    }
  }
}

function instead(there: readonly string[]): string {
  if (there.length === 0) return 'this model has none'
  if (there.length === 1) return `there is only “${there[0]}”`
  return `there are ${there.slice(0, NAMED).join(', ')}${there.length > NAMED ? ' …' : ''}`
}
