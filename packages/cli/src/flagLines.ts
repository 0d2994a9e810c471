import { FLAGS, VERDICTS } from '@hotlead/contracts'

/** At the end of a timeline's line: ` (bot)`, ` (bot, hot_key)`. */
const IN_BRACKETS = / \(([a-z_, ]+)\)$/

const WHY = { ...FLAGS, ...VERDICTS }
type Why = keyof typeof WHY

/** What the flags in these lines of a timeline mean, each once. */
export function flagLines(whats: readonly string[]): string[] {
  const found = new Set<Why>()
  for (const what of whats) {
    const names = IN_BRACKETS.exec(what)?.[1]?.split(', ') ?? []
    // A path may end in brackets too.
    if (names.every(isFlag)) for (const name of names) found.add(name)
  }
  return [...found].map(flag => `(${flag}) adds nothing: ${WHY[flag]}`)
}

function isFlag(name: string): name is Why {
  return Object.hasOwn(WHY, name)
}
