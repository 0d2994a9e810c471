import { endLeftovers } from './leftovers.ts'
import type { Part } from './server.ts'

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000
/** ms of life after which an end counts as the first again. */
const STEADY = 60_000

/** The pause before start number `n` (from 0) after an end: doubled each time, in ms. */
export function pauseBefore(n: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** n)
}

/**
 * Starts a part again whenever it ends by itself, and says so with its last lines; returns at once.
 * @param signal aborted before the part is stopped on purpose
 */
export function keepRunning(
  part: Part,
  { dataDir, say, signal }: { dataDir: string; say: (line: string) => void; signal: AbortSignal },
): void {
  const process = part.process?.()
  if (!process) return
  void (async () => {
    let ends = 0
    for (;;) {
      const since = performance.now()
      const code = await part.process?.()?.ended
      if (signal.aborted) return
      if (performance.now() - since > STEADY) ends = 0
      say(
        `${part.name} ended by itself (status ${code}); its last lines:\n${indent(part.process?.()?.tail(6))}`,
      )
      for (;;) {
        const pause = pauseBefore(ends++)
        say(`${part.name} starts again in ${pause / 1000} s`)
        await new Promise(resolve => setTimeout(resolve, pause))
        if (signal.aborted) return
        try {
          // Where its guard was killed and not the part itself, it still holds the port.
          await endLeftovers(dataDir, say, part.name)
          if (signal.aborted) return
          await part.start()
          say(`${part.name} runs again at ${part.address}`)
          break
        } catch (error) {
          if (signal.aborted) return
          say((error as Error).message)
          await part.kill().catch(() => {})
        }
      }
    }
  })()
}

function indent(text = ''): string {
  return text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')
}
