import { fileEvents } from '../fileEvent.ts'
import { Acknowledged } from './acknowledged.ts'
import { type SendLinesOptions, sendLines } from './sendLines.ts'

const read = fileEvents('w', 'secret')
const line = (who: string, n: number) =>
  JSON.stringify({ type: 'page', anonymousId: who, messageId: `m-${n}`, timestamp: 1e12 + n * 1000 })
const FILE = Array.from({ length: 3_000 }, (_, n) =>
  n % 100 === 7 ? '{' : n % 100 === 8 ? ' ' : line(`v${n % 37}`, n),
)
const GOOD = FILE.flatMap((text, n) => (text.length > 1 ? [`m-${n}`] : []))

async function* feed(lines: readonly string[]) {
  yield* lines
}

async function run(more: Partial<SendLinesOptions> = {}) {
  const sent: string[] = []
  const bad: number[] = []
  const acknowledged = new Acknowledged()
  const tally = await sendLines({
    lines: feed(FILE),
    read,
    acknowledged,
    parallel: 4,
    async send(events) {
      await new Promise(setImmediate)
      sent.push(...events.map(e => e.messageId as string))
      return true
    },
    bad: n => bad.push(n),
    done() {},
    isStopped: () => false,
    ...more,
  })
  return { tally, sent, bad, acknowledged: more.acknowledged ?? acknowledged }
}

test('each event once, lines that are none named by their number, and all of the file done', async () => {
  const { tally, sent, bad, acknowledged } = await run()
  expect([...sent].sort()).toEqual([...GOOD].sort())
  expect(bad).toEqual(Array.from({ length: 30 }, (_, i) => 8 + i * 100))
  expect(tally).toEqual({ lines: 3_000, events: 2_940, before: 0, sent: 2_940, bad: 30 })
  expect([acknowledged.lines, acknowledged.ranges]).toEqual([3_000, []])
})

test('stopped anywhere and gone on with, each event is sent once', async () => {
  const sent: string[] = []
  let acknowledged = new Acknowledged()
  for (let round = 1; acknowledged.lines < FILE.length; round++) {
    let batches = 0
    // As a process that ends: what it knows is what it wrote.
    acknowledged = new Acknowledged(acknowledged.lines, acknowledged.ranges)
    const { tally } = await run({
      acknowledged,
      async send(events) {
        await new Promise(setImmediate)
        if (++batches > round) return false
        sent.push(...events.map(e => e.messageId as string))
        return true
      },
    })
    expect(tally.before).toBeLessThanOrEqual(sent.length)
    expect(round).toBeLessThan(40)
  }
  expect([...sent].sort()).toEqual([...GOOD].sort())
})

test('told to stop, it waits for what is under way and sends nothing more', async () => {
  let isStopped = false
  const acknowledged = new Acknowledged()
  const { tally, sent } = await run({
    lines: feed(Array.from({ length: 1_000 }, (_, n) => line(`v${n}`, n))),
    acknowledged,
    send: () =>
      new Promise(resolve => {
        isStopped = true
        setTimeout(() => resolve(true), 20)
      }),
    isStopped: () => isStopped,
  })
  expect([tally.sent, acknowledged.lines, sent]).toEqual([200, 200, []])
})

test('a lead whose batch waits does not let the others run away', async () => {
  // One event goes out alone and late: the second of its visitor forces it, at the end.
  const lines = Array.from({ length: 12_000 }, (_, n) => line(`v${n}`, n))
  let first: (isTaken: boolean) => void = () => {}
  let ahead = 0
  let isHeld = true
  const acknowledged = new Acknowledged()
  const running = run({
    lines: feed(lines),
    acknowledged,
    async send(events) {
      if (!isHeld || events[0]?.messageId !== 'm-0') return true
      return new Promise(resolve => {
        first = resolve
      })
    },
    done: () => {
      ahead = acknowledged.ranges.at(-1)?.[1] ?? ahead
    },
  })
  let before = -1
  while (before !== ahead || ahead === 0) {
    before = ahead
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  expect(acknowledged.lines).toBe(0)
  expect(ahead).toBeLessThanOrEqual(5_000 + 4 * 200)
  isHeld = false
  first(true)
  expect((await running).tally.sent).toBe(12_000)
})

test('where one batch fails, those under way are still noted', async () => {
  const acknowledged = new Acknowledged()
  let batches = 0
  const tellers: ((isTaken: boolean) => void)[] = []
  const failing = run({
    lines: feed(Array.from({ length: 1_000 }, (_, n) => line(`v${n}`, n))),
    acknowledged,
    parallel: 3,
    send: () =>
      new Promise((tell, fail) => {
        tellers.push(tell)
        if (++batches === 3) fail(new Error('away'))
        if (batches === 3) setImmediate(() => tellers.forEach(t => void t(true)))
      }),
  })
  await expect(failing).rejects.toThrow('away')
  const beyond = acknowledged.ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  expect(acknowledged.lines + beyond).toBe(400)
})
