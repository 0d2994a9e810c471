/** ms between two looks: what a person changes by mistake is seen in twice this time. */
const EVERY = 5_000
/** ms that a check may take. One that takes longer is waited for, and not asked again meanwhile. */
const WITHIN = 3_000

/** @returns a sentence for each thing that is wrong @throws where it cannot be told */
export type Check = () => Promise<readonly string[]>

/**
 * Looks again and again whether what was true at the start still is. A sentence counts when two looks in a row give it: a
 * server that is just coming up may say for a moment that it has nothing. A check that throws or hangs says nothing,
 * since a server that does not answer is no mistake in its settings.
 * @param onWrong called once, with all that is wrong then; nothing is looked at any more
 */
export function watch(
  checks: readonly Check[],
  onWrong: (sentences: readonly string[]) => void,
  every = EVERY,
): { stop(): void } {
  const patient = checks.map(check => within(WITHIN, check))
  let before = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  async function look(): Promise<void> {
    const found = (await Promise.all(patient.map(check => check()))).flat()
    if (stopped) return
    const twice = found.filter(sentence => before.has(sentence))
    if (twice.length > 0) return onWrong(twice)
    before = new Set(found)
    next()
  }
  function next(): void {
    timer = setTimeout(() => void look(), every)
    timer.unref()
  }
  next()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** The check's answer, or nothing where it throws or takes longer. */
export function within(ms: number, check: Check): Check {
  let asked: Promise<readonly string[]> | undefined
  return async () => {
    asked ??= check()
      .catch(() => [])
      .finally(() => {
        asked = undefined
      })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<readonly string[]>(resolve => {
      timer = setTimeout(resolve, ms, [])
    })
    try {
      return await Promise.race([asked, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
