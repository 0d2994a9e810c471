import { parentPort, workerData } from 'node:worker_threads'
import { parseModel } from '@hotlead/model'
import { FOLDED } from '@hotlead/processors'
import {
  type CourseEnd,
  type FromShare,
  HubPort,
  type LogCounts,
  simulateShare,
  type ToShare,
} from '@hotlead/whatif'
import { ActivityLog } from '../activityLog.ts'
import { readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { CliError } from '../exit.ts'
import { openCodec } from '../registry.ts'

/** What a thread is to fold: some of the log's partitions, with the models of these texts. */
export interface Job {
  workspace: string
  sources: readonly string[]
  from: number | undefined
  to: number | undefined
  own: readonly number[]
  starts: ReadonlyMap<number, number>
  ends: ReadonlyMap<number, number>
}

/** @see FromShare; and how far it is, what it read, and how it went up to the end that it was told */
export type FromThread =
  | FromShare
  | { kind: 'progress'; read: number }
  | { kind: 'folded'; log: LogCounts; unreadable: number }
  | { kind: 'finished'; courses: CourseEnd[] }
  /** A `CliError`: a thread's error arrives without its class. */
  | { kind: 'failed'; exitCode: number; message: string; next: string | undefined }
/** The log's end, once all threads have folded theirs. */
export type ToThread = ToShare | { kind: 'finish'; end: number }

/** One thread of `hotlead simulate`. */
async function work(job: Job, post: (message: FromThread) => void): Promise<void> {
  const config = readConfig()
  const hub = new HubPort(post)
  const finish = new Promise<number>(resolve =>
    parentPort?.on('message', (message: ToThread) => {
      if (message.kind === 'finish') resolve(message.end)
      else hub.receive(message)
    }),
  )
  const log = ActivityLog.of(
    config,
    await connectKafka(config),
    await openCodec(config, 'activity', FOLDED),
    job,
  )
  try {
    const own = new Set(job.own)
    const { workspace, from, to } = job
    const share = await simulateShare({
      models: job.sources.map(modelOf),
      workspace,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      partitions: log.partitions.map(p => (own.has(p) ? log.read(p) : undefined)),
      partitionOf: log.partitionOf,
      decode: log.decode,
      others: hub,
      onProgress: read => post({ kind: 'progress', read }),
    })
    post({ kind: 'ended' })
    post({ kind: 'folded', log: share.log, unreadable: log.unreadable })
    post({ kind: 'finished', courses: share.finish(await finish) })
  } finally {
    await log.close()
    parentPort?.close()
  }
}

/** Of a text that was read before. */
function modelOf(source: string) {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(`a thread cannot read the model: ${parsed.problems[0]?.message}`)
  return parsed.model
}

const post = (message: FromThread) => parentPort?.postMessage(message)
try {
  await work(workerData as Job, post)
} catch (error) {
  if (!(error instanceof CliError)) throw error
  const { exitCode, message, next } = error
  post({ kind: 'failed', exitCode, message, next })
}
