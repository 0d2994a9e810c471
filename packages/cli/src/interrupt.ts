import { EXIT } from './exit.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

function end(): void {
  process.exit(EXIT.interrupted)
}

/** Ctrl-C ends the process with 130 until a command takes it over. */
export function endOnInterrupt(): void {
  for (const signal of SIGNALS) process.on(signal, end)
}

/**
 * Takes Ctrl-C over: it aborts the signal, and the command ends as it sees fit. A terminal sends it to `npx` and to
 * us, so it may come twice; more often than that somebody means it.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  let times = 0
  for (const signal of SIGNALS) {
    process.off(signal, end)
    process.on(signal, () => {
      controller.abort()
      if (++times > 2) end()
    })
  }
  return controller.signal
}

/** Resolves after `ms`, or at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.max(0, ms))
    signal.addEventListener('abort', done)
  })
}
