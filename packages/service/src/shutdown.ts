import type { Logger } from './log.ts'

export interface ShutdownStep {
  name: string
  run(): Promise<void> | void
  /** ms after which the step is given up and the next one runs; default 10 s, so that three fit in Kubernetes' 30 s. */
  within?: number
}

export interface Shutdown {
  /** Runs the steps once and exits: with `code`, or 1 where a step failed or took too long. */
  stop(reason: string, code?: number): Promise<void>
}

/**
 * On SIGTERM or SIGINT runs the steps in their order, each within its time, and exits: 0 where all went well. A second
 * signal exits at once with 130. `stop` does the same for a service that has to give up by itself.
 */
export function shutdown(
  steps: readonly ShutdownStep[],
  { log, exit = code => process.exit(code) }: { log: Logger; exit?: (code: number) => void },
): Shutdown {
  let running: Promise<void> | undefined
  function stop(reason: string, code = 0): Promise<void> {
    running ??= runSteps(steps, log, reason).then(clean => {
      log.info({ reason }, 'stopped')
      log.flush()
      exit(code === 0 && !clean ? 1 : code)
    })
    return running
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (running) exit(130)
      else void stop(signal)
    })
  }
  return { stop }
}

async function runSteps(steps: readonly ShutdownStep[], log: Logger, reason: string): Promise<boolean> {
  log.info({ reason }, 'stopping')
  let clean = true
  for (const { name, run, within = 10_000 } of steps) {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took over ${within} ms`)), within)
    })
    try {
      await Promise.race([Promise.resolve().then(run), late])
    } catch (err) {
      clean = false
      log.error({ step: name, err }, 'a shutdown step failed')
    } finally {
      clearTimeout(timer)
    }
  }
  return clean
}
