import { hotTraffic, ingestTraffic } from '../traffic/beacons.ts'
import type { EndLoad, LoadMessage, LoadOrder } from './messages.ts'
import { OpenLoop } from './openLoop.ts'

/** The load, in a process of its own: takes one order by IPC, and ends after it. */
process.once('message', async (order: LoadOrder) => {
  const tell = (message: LoadMessage) => process.send?.(message)
  const { traffic, run, visitors } = order
  const requests =
    traffic.kind === 'ingest'
      ? ingestTraffic(run, traffic.batch, visitors)
      : hotTraffic(run, traffic.plan, visitors, traffic.withEmail)
  const loop = new OpenLoop(order, requests, tell)
  process.on('message', (_: EndLoad) => loop.end())
  const last: LoadMessage = await loop.run().then(
    result => ({ kind: 'done', result }),
    error => ({ kind: 'failed', why: (error as Error).message }),
  )
  process.send?.(last, undefined, undefined, () => process.exit(0))
})
