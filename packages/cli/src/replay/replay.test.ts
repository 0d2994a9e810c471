import type { PageEvent } from './pageView.ts'
import { type ReplayOptions, replay, type Tally } from './replay.ts'

const START = Date.UTC(2015, 4, 17, 10)
const NOW = Date.UTC(2026, 10, 24)

function line(minute: number, path: string, address = '192.0.2.1'): string {
  const mm = String(minute).padStart(2, '0')
  return `${address} - - [17/May/2015:10:${mm}:00 +0000] "GET ${path} HTTP/1.1" 200 1 "-" "Mozilla/5.0"`
}
const LOG = [
  line(0, '/a'),
  line(1, '/style.css'),
  line(2, '/b', '192.0.2.2'),
  'cut sho',
  line(4, '/c'),
  line(3, '/d'),
  line(6, '/e').replace('200', '404'),
]

async function* feed(lines: string[]) {
  yield* lines
}

/** An edge that takes all, and a clock that only waiting moves. */
async function run(given: Partial<ReplayOptions> = {}) {
  const sent: PageEvent[][] = []
  const done: number[] = []
  const waits: number[] = []
  let now = NOW
  const tally: Tally = await replay({
    lines: feed(LOG),
    from: 0,
    idOf: n => `m-${n}`,
    timing: () => ({ kind: 'shift', shift: NOW - START }),
    async send(events) {
      sent.push(events)
      return true
    },
    done: lines => done.push(lines),
    now: () => now,
    async until(time) {
      waits.push(time - NOW)
      now = time
    },
    isStopped: () => false,
    ...given,
  })
  return { tally, sent, done, waits, ids: sent.flat().map(e => e.messageId) }
}

test('page views go in order, all else is counted by its reason', async () => {
  const { tally, sent, done, ids } = await run()
  expect(ids).toEqual(['m-1', 'm-3', 'm-5', 'm-6'])
  expect(sent).toHaveLength(1)
  expect(tally).toEqual({
    lines: 7,
    skipped: { malformed: 1, method: 0, status: 1, asset: 1 },
    events: 4,
    before: 0,
    sent: 4,
    visitors: 2,
  })
  expect(done).toEqual([6, 7])
})

test('times are shifted, and keep their distances', async () => {
  const { sent } = await run()
  expect(sent.flat().map(e => Date.parse(e.timestamp) - NOW)).toEqual([0, 120_000, 240_000, 180_000])
})

test('with a speed it waits between lines, and a late one goes at once', async () => {
  const { sent, waits } = await run({
    timing: origin => ({ kind: 'speed', speed: 60, origin, start: NOW }),
  })
  expect(waits).toEqual([2_000, 4_000])
  expect(sent.map(batch => batch.length)).toEqual([1, 1, 2])
  expect(sent.flat().map(e => Date.parse(e.timestamp) - NOW)).toEqual([0, 2_000, 4_000, 3_000])
})

test('going on sends what is left, with the same ids, and counts the whole', async () => {
  const { tally, ids } = await run({ from: 3 })
  expect(ids).toEqual(['m-5', 'm-6'])
  expect(tally).toMatchObject({ lines: 7, events: 4, before: 2, sent: 2, visitors: 2 })
})

test('what the edge did not take is not done', async () => {
  const many = Array.from({ length: 40 }, (_, i) => line(i, `/${i}`))
  let batches = 0
  const { done, ids } = await run({ lines: feed(many), send: async () => ++batches < 2 })
  expect(batches).toBe(2)
  expect(done).toEqual([16])
  expect(ids).toEqual([])
})

test('stopped while it waits, it ends with what was taken', async () => {
  let stopped = false
  const { done, tally } = await run({
    timing: origin => ({ kind: 'speed', speed: 1, origin, start: NOW }),
    async until() {
      stopped = true
    },
    isStopped: () => stopped,
  })
  expect(done).toEqual([1])
  expect(tally.sent).toBe(1)
})

test('interrupted anywhere and gone on with, every event is sent once', async () => {
  const many = Array.from({ length: 120 }, (_, i) => line(i % 60, i % 5 === 0 ? '/a.css' : `/${i}`))
  const whole = (await run({ lines: feed(many) })).ids
  const got: string[] = []
  let from = 0
  for (let round = 0; from < many.length && round < 50; round++) {
    let taken = 0
    await run({
      lines: feed(many),
      from,
      async send(events) {
        if (++taken > 1) return false
        got.push(...events.map(e => e.messageId))
        return true
      },
      done(lines) {
        from = lines
      },
    })
  }
  expect(got).toEqual(whole)
  expect(new Set(got).size).toBe(96)
})
