import { appendFileSync } from 'node:fs'
import { ackedLines } from './acked.ts'
import type { LoadCommand, LoadCounts, LoadMessage, LoadOrder } from './messages.ts'
import { poison } from './poison.ts'
import type { Request } from './request.ts'
import { Sender } from './sender.ts'
import { traffic } from './traffic.ts'

/** The load, in a process of its own: an open loop of requests while a round lasts, each retried until acknowledged. */

/** ms between two poisons. */
const POISON_EVERY = 400

let order: LoadOrder | undefined
let topicPrefix = ''
let sender: Sender | undefined
let running: Promise<void> | undefined
let ending = false
let share = 1
let counts: LoadCounts
const acked: string[] = []

const tell = (message: LoadMessage) => process.send?.(message)
const fail = (why: string) => tell({ kind: 'failed', why })
process.on('unhandledRejection', error => fail((error as Error).stack ?? String(error)))

function flush(): void {
  if (acked.length > 0 && order) appendFileSync(order.ackedFile, acked.splice(0).join(''))
}

function onAcked(request: Request, sent: number): void {
  counts.acked += request.ids.length
  acked.push(...ackedLines(request, sent))
}

async function run(round: number, { rate, seed, kafka }: LoadOrder): Promise<void> {
  const next = traffic(seed, round)
  const bad = poison(kafka, topicPrefix, seed + round)
  const start = performance.now()
  let poisonAt = POISON_EVERY
  let passed = 0
  let due = 0
  while (!ending) {
    const now = performance.now() - start
    due += ((now - passed) * rate * share) / 1000
    passed = now
    while (counts.events < due) {
      const request = next(Date.now())
      counts.events += request.ids.length
      sender?.send(request)
    }
    if (passed > poisonAt) {
      poisonAt = passed + POISON_EVERY
      void bad.send().then(sent => (counts.poison += sent ? 1 : 0))
    }
    counts.retries = sender?.retries ?? 0
    flush()
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  await sender?.idle()
  counts.retries = sender?.retries ?? 0
  flush()
  await bad.close()
  tell({ kind: 'done', ...counts })
}

const commands: { [K in LoadCommand['kind']]: (command: Extract<LoadCommand, { kind: K }>) => void } = {
  open(command) {
    order = command.order
    topicPrefix = command.topicPrefix
    sender = new Sender(order.ingestors, onAcked, fail)
    tell({ kind: 'ready' })
  },
  begin({ round }) {
    ending = false
    share = 1
    counts = { events: 0, acked: 0, retries: 0, poison: 0 }
    if (sender) sender.retries = 0
    running = run(round, order as LoadOrder)
    running.catch(error => fail((error as Error).stack ?? String(error)))
  },
  pace(command) {
    share = command.share
  },
  end() {
    ending = true
  },
}

process.on('message', (command: LoadCommand) => commands[command.kind](command as never))
setInterval(() => counts && running && tell({ kind: 'counts', ...counts }), 1_000)
