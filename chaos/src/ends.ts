/** Ends of instances that nobody asked for: a supervisor starts them again, and some must never happen. */
export class Ends {
  /** How often, by what the process said last. */
  readonly counts: Record<string, number> = {}
  /** Those in which it refused to go on: nothing here gives it a reason, also where the next start goes well. */
  readonly refusals: string[] = []

  /** @param log what this process has written, as JSON lines @returns why it ended, in words */
  take(name: string, code: number | null, log: string): string {
    const last = lastFatal(log)
    const sentence = last?.msg ?? `ended with ${code} and said nothing`
    this.counts[sentence] = (this.counts[sentence] ?? 0) + 1
    if (last?.err?.type === 'RefusedError') this.refusals.push(`${name} refused to go on: ${sentence}`)
    return sentence
  }
}

function lastFatal(log: string): { msg?: string; err?: { type?: string } } | undefined {
  for (const line of log.split('\n').reverse()) {
    if (!line.startsWith('{"level":"fatal"')) continue
    try {
      return JSON.parse(line)
    } catch {
      // A line that the tail has cut.
    }
  }
  return undefined
}
