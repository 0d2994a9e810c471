import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { currentRun, type Run } from './claim.ts'
import { endLeftovers } from './leftovers.ts'
import { birthOf } from './processRecord.ts'
import { dataDirOf, type Environment, root } from './settings.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const EVERY = 100
/** ms: a guard's ten seconds for each of services, registry and Kafka, and some. */
const STOP_WITHIN = 45_000

export interface Started {
  pid: number
  /** Whether it ran before we were asked. */
  already: boolean
  /** Where everything listens, the keys, what to try next. */
  lines: string[]
}

/** `npm start` with this machine's data folder. */
export interface Running {
  pid: number
  /** Whether it has said that all is ready. */
  isReady: boolean
  /** The folder with what its parts say. */
  logs: string
}

/** Undefined where it does not run. */
export function runningHere(env: Environment = process.env): Running | undefined {
  const dataDir = dataDirOf(env)
  const run = currentRun(dataDir)
  return run && { pid: run.pid, isReady: run.ready !== undefined, logs: join(dataDir, 'logs') }
}

/**
 * `npm start` in the background; resolves once everything is ready. Where it runs already, only waits for that.
 * @param say gets its lines as they are written
 * @throws with what it said where it ends before it is ready
 */
export async function startInBackground(
  say: (line: string) => void,
  env: Environment = process.env,
): Promise<Started> {
  const dataDir = dataDirOf(env)
  const before = currentRun(dataDir)
  if (before) return { pid: before.pid, already: true, lines: await readiness(dataDir, before.pid) }

  const log = join(dataDir, 'logs', 'start.log')
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  const out = openSync(log, 'w')
  const child = spawn(process.execPath, [MAIN], {
    cwd: root,
    detached: true,
    stdio: ['ignore', out, out],
    env: { ...env },
  })
  child.unref()
  const pid = child.pid as number
  let shown = 0
  const show = () => {
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
    for (const line of lines.slice(shown)) say(line)
    shown = lines.length
  }
  const timer = setInterval(show, EVERY)
  try {
    return { pid, already: false, lines: await readiness(dataDir, pid) }
  } catch {
    clearInterval(timer)
    show()
    throw new Error(`it ended before it was ready; all it said is in ${log}`)
  } finally {
    clearInterval(timer)
  }
}

async function readiness(dataDir: string, pid: number): Promise<string[]> {
  const birth = birthOf(pid)
  while (birth !== undefined && birthOf(pid) === birth) {
    const run = currentRun(dataDir)
    if (run?.pid === pid && run.ready) return run.ready
    await pause()
  }
  throw new Error(`hotlead (pid ${pid}) ended before it was ready`)
}

/**
 * Ends the run of the data folder, however it was started, and what an earlier one may have left.
 * @returns the run that was ended; undefined where none ran
 * @throws where it does not end
 */
export async function stopRun(
  say: (line: string) => void,
  env: Environment = process.env,
): Promise<Run | undefined> {
  const dataDir = dataDirOf(env)
  const run = currentRun(dataDir)
  if (run) {
    process.kill(run.pid, 'SIGTERM')
    const deadline = performance.now() + STOP_WITHIN
    while (birthOf(run.pid) === run.birth) {
      if (performance.now() > deadline)
        throw new Error(
          `hotlead (pid ${run.pid}) has not stopped after ${STOP_WITHIN / 1000} s: \`kill -9 ${run.pid}\` ends it, and its parts follow`,
        )
      await pause()
    }
  }
  await endLeftovers(dataDir, say)
  return run
}

function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, EVERY))
}
