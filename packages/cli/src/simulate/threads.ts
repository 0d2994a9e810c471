import { Worker } from 'node:worker_threads'
import type { Model } from '@hotlead/model'
import { type CourseEnd, Hub, type LogCounts, type Simulated, sumOf, together } from '@hotlead/whatif'
import type { ActivityLog } from '../activityLog.ts'
import { CliError } from '../exit.ts'
import type { FromThread, Job, ToThread } from './thread.ts'

/**
 * Room for what is new: a decoded record must not live until it is moved to the old heap. 1M events of 50,000 leads by two
 * threads: 36.5 s with V8's own 16 MB a half, 31.8 s with 32, 26.5 s with these 64 (a third of the number).
 */
const LIMITS = { maxYoungGenerationSizeMb: 192 }

/** A model, and the text that a thread reads it from. */
export interface ModelText {
  model: Model
  source: string
}

/**
 * The log folded by so many threads, partition p by thread p mod n, with the same result as by one. Each has a connection
 * of its own and what it holds; what a visitor did before it was known goes from one to the other.
 */
export async function simulateInThreads(o: {
  log: ActivityLog
  threads: number
  workspace: string
  models: readonly ModelText[]
  from: number | undefined
  to: number | undefined
  onProgress(read: number): void
}): Promise<Simulated> {
  const { log, threads, workspace, models, from, to } = o
  const { starts, ends, partitions } = log
  const workers = Array.from({ length: threads }, (_, thread) => {
    const own = partitions.filter(p => p % threads === thread)
    const job: Job = { workspace, sources: models.map(m => m.source), from, to, own, starts, ends }
    return new Worker(new URL('./thread.ts', import.meta.url), { workerData: job, resourceLimits: LIMITS })
  })
  const send = (thread: number, message: ToThread) => workers[thread]?.postMessage(message)
  const hub = new Hub(threads, key => log.partitionOf(key) % threads, send)
  const read = workers.map(() => 0)
  const logs: LogCounts[] = []
  const courses = new Map<number, CourseEnd[]>()
  try {
    await new Promise<void>((resolve, reject) => {
      for (const [thread, worker] of workers.entries()) {
        worker.on('error', reject)
        worker.on('exit', code => {
          if (!courses.has(thread)) reject(new Error(`a thread of the simulation ended with ${code}`))
        })
        worker.on('message', (message: FromThread) => {
          switch (message.kind) {
            case 'progress':
              read[thread] = message.read
              return o.onProgress(read.reduce((sum, n) => sum + n, 0))
            case 'folded':
              logs.push(message.log)
              log.unreadable += message.unreadable
              if (logs.length === threads)
                for (const i of workers.keys()) send(i, { kind: 'finish', end: sumOf(logs).end })
              return
            case 'finished':
              courses.set(thread, message.courses)
              if (courses.size === threads) resolve()
              return
            case 'failed':
              return reject(new CliError(message.exitCode, message.message, message.next))
            default:
              hub.receive(thread, message)
          }
        })
      }
    })
  } finally {
    await Promise.all(workers.map(w => w.terminate()))
  }
  const range = { models: models.map(m => m.model), ...(from === undefined ? {} : { from }) }
  return together(range, sumOf(logs), [...courses.values()].flat())
}
