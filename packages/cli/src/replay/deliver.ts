import type { EdgeAnswer } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'

/** ms of the first and the longest pause where the edge names none. */
const BACKOFF = [500, 15_000] as const
/** The longest Retry-After that is honoured, in seconds: as long as Segment's own clients do. */
const MAX_RETRY_AFTER = 300
/** ms of nothing but refusals after which it is given up: longer than any restart. */
const PATIENCE = 10 * 60_000

export interface Delivery {
  /** @throws CliError (unavailable) where no answer comes */
  post(): Promise<EdgeAnswer>
  /** Waits; at once where aborted. */
  pause(ms: number): Promise<void>
  now(): number
  say(sentence: string): void
  /** Whether the edge has answered in this run: if not, it is not there, and waiting would only hide it. */
  isKnown: boolean
  signal: AbortSignal
}

/**
 * Sends until the edge has taken it, waiting as it asks. @returns its answer, 200 or one that trying again would not
 * change; undefined when aborted. @throws CliError where it was away for too long
 */
export async function deliver(d: Delivery): Promise<EdgeAnswer | undefined> {
  const since = d.now()
  for (let attempt = 0; !d.signal.aborted; attempt++) {
    let why: string
    let wait: number | undefined
    try {
      const answer = await d.post()
      if (!isPassing(answer.status)) return answer
      why = `The edge answered ${answer.status}`
      if (answer.retryAfter !== undefined) wait = Math.min(answer.retryAfter, MAX_RETRY_AFTER) * 1000
    } catch (error) {
      if (!d.isKnown || !(error instanceof CliError) || error.exitCode !== EXIT.unavailable) throw error
      why = error.message.replace(/\.$/, '')
    }
    wait ??= Math.min(BACKOFF[0] * 2 ** attempt, BACKOFF[1])
    if (d.now() + wait - since > PATIENCE)
      throw new CliError(
        EXIT.unavailable,
        `${why}, and so for ${Math.round((d.now() - since) / 60_000)} minutes.`,
        'Run the same command again when it is back: it goes on where it is.',
      )
    d.say(`${why}: trying again in ${Math.round(wait / 100) / 10} s.`)
    await d.pause(wait)
  }
  return undefined
}

/** 408 and 429, and 5xx that are not "never": what Segment's clients try again as well. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && ![501, 505, 511].includes(status))
}
