import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RECENT_IDS } from '@hotlead/contracts'
import { until } from '@hotlead/testkit'
import fc from 'fast-check'
import { type StalledDisk, stalledDisk } from '../test/stalledDisk.ts'
import { MicroBatches } from './microBatches.ts'
import type { NewRecord, Transport } from './sink.ts'
import type { Replayed } from './spool/unforgotten.ts'
import { SpoolingSink, type SpoolingSinkOptions } from './spoolingSink.ts'

/** A log that takes a batch, refuses it, takes it and says it did not, or takes it after a while or too late. */
class UnsteadyLog implements Transport {
  readonly records: string[] = []
  /** What happens to the next sends; beyond them all is well. */
  fate: ('takes' | 'refuses' | 'reply lost' | 'late' | 'slow')[] = []
  async send(records: readonly NewRecord[]): Promise<void> {
    const fate = this.fate.shift() ?? 'takes'
    if (fate === 'refuses') throw new Error('away')
    if (fate === 'slow') await new Promise(resolve => setTimeout(resolve, 8))
    if (fate === 'late') await new Promise(resolve => setTimeout(resolve, 60))
    this.records.push(...records.map(r => r.key))
    if (fate === 'reply lost') throw new Error('cut')
  }
  async renew(): Promise<void> {}
}

let root: string
let elsewhere: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hotlead-sink-'))
  elsewhere = mkdtempSync(join(tmpdir(), 'hotlead-sink-'))
})
afterEach(() => {
  for (const dir of [root, elsewhere]) rmSync(dir, { recursive: true, force: true })
})

type Opened = Partial<Pick<SpoolingSinkOptions, 'maxBytes' | 'diskWithin'>> & {
  /** The way from the disk to the log. */
  replay?: (records: NewRecord[], submit: MicroBatches['submit']) => Promise<Replayed>
  closed?: () => void
  /** ms. */
  ackTimeout?: number
}
async function opened(log: Transport, { replay, closed, ackTimeout = 30, ...o }: Opened = {}) {
  const inner = new MicroBatches({ transport: log, maxBytes: 1e6, linger: 0, ackTimeout })
  const submit = (records: NewRecord[]) => inner.submit(records)
  const turns: boolean[] = []
  const failures: Error[] = []
  const stalls: boolean[] = []
  const counts = { spooled: 0 }
  const sink = await SpoolingSink.open({
    inner,
    root,
    maxBytes: 1e8,
    maxWaiting: 1e6,
    unforgotten: { send: records => replay?.(records, submit) ?? submit(records), close: () => closed?.() },
    ...o,
    observe: {
      spooled: n => (counts.spooled += n),
      turned: spooling => turns.push(spooling),
      taken: () => {},
      stalled: is => stalls.push(is),
      failed: error => failures.push(error),
      unreadable: ({ path }) => failures.push(new Error(`${path} cannot be read`)),
    },
  })
  return { sink, turns, failures, stalls, counts }
}
const rec = (key: string, bytes = 10): NewRecord => ({ topic: 't', key, value: Buffer.alloc(bytes) })
const firsts = (keys: string[]) => [...new Set(keys)]

test('while Kafka takes records the disk sees none of them', async () => {
  const log = new UnsteadyLog()
  const { sink, turns, counts } = await opened(log)
  expect(await Promise.all(['a', 'b'].map(k => sink.submit([rec(k)])))).toEqual(['acked', 'acked'])
  expect([turns, counts, log.records]).toEqual([[], { spooled: 0 }, ['a', 'b']])
  await sink.close()
  expect(readdirSync(root)).toEqual([])
})

/** Sends those that stay. */
const withoutGone: NonNullable<Opened['replay']> = async (records, submit) => {
  const left = records.filter(r => !r.key.endsWith('gone'))
  return left.length === 0 ? 'erased' : submit(left)
}

test('whatever becomes of sends and looks, all that was acknowledged, but for who was forgotten, is in the log, first seen in the order of arrival', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('takes', 'refuses', 'reply lost', 'late'), { maxLength: 8 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      fc.array(fc.tuple(fc.nat({ max: 15 }), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 30 }),
      async (fate, looks, gaps) => {
        const log = new UnsteadyLog()
        log.fate = [...fate]
        const { sink, failures, turns } = await opened(log, {
          replay: async (records, submit) =>
            looks.pop() === false ? 'unavailable' : withoutGone(records, submit),
        })
        const told: Promise<string>[] = []
        const sent: string[] = []
        for (const [i, [gap, a, b]] of gaps.entries()) {
          const keys = [`${i}a${a ? 'gone' : ''}`, `${i}b${b ? 'gone' : ''}`]
          sent.push(...keys)
          told.push(sink.submit(keys.map(k => rec(k))))
          if (gap > 5) await new Promise(resolve => setTimeout(resolve, gap - 5))
        }
        expect(new Set(await Promise.all(told))).toEqual(new Set(['acked']))
        while (turns.length % 2 === 1) await new Promise(resolve => setTimeout(resolve, 5))
        await sink.close()
        const came = new Set(log.records)
        expect(firsts(log.records)).toEqual(sent.filter(key => came.has(key)))
        expect(sent.filter(key => !came.has(key) && !key.endsWith('gone'))).toEqual([])
        expect(failures).toEqual([])
        expect(readdirSync(root)).toEqual([])
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 40) },
  )
}, 120_000)

test('of what comes from the disk those who were forgotten stay out; the same of what was taken over', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(1_000).fill('refuses')
  const first = await opened(log)
  expect(await first.sink.submit(['a', 'gone', 'b'].map(key => rec(key)))).toBe('acked')
  await first.sink.close()
  const closed = jest.fn()
  const { sink, turns } = await opened(log, { replay: withoutGone, closed })
  expect(await sink.submit([rec('c'), rec('gone')])).toBe('acked')
  expect(await sink.submit([rec('gone')])).toBe('acked')
  log.fate = []
  while (turns.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  // What never was on the disk is not looked at: it came later than whatever was asked for.
  expect(await sink.submit([rec('gone')])).toBe('acked')
  expect(firsts(log.records)).toEqual(['a', 'b', 'c', 'gone'])
  await sink.close()
  expect([readdirSync(root), closed.mock.calls.length]).toEqual([[], 1])
})

test('a spool of a process that is gone, all of it of somebody who was forgotten, goes', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(1_000).fill('refuses')
  const first = await opened(log)
  expect(await first.sink.submit([rec('gone')])).toBe('acked')
  await first.sink.close()
  const { sink } = await opened(log, { replay: withoutGone })
  await until(
    () => sink.spoolBytes,
    bytes => bytes === 0,
  )
  await sink.close()
  expect([log.records, readdirSync(root)]).toEqual([[], []])
})

test('while nobody can tell who was forgotten it waits on the disk, and what comes in is answered', async () => {
  const log = new UnsteadyLog()
  log.fate = ['refuses']
  let isAway = true
  const { sink, turns } = await opened(log, {
    replay: async (records, submit) => (isAway ? 'unavailable' : submit(records)),
  })
  expect(await sink.submit([rec('a')])).toBe('acked')
  expect(await sink.submit([rec('b')])).toBe('acked')
  expect(log.records).toEqual([])
  isAway = false
  while (turns.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  expect(log.records).toEqual(['a', 'b'])
  await sink.close()
})

test('full by what it took over, until that is in Kafka', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(10_000).fill('refuses')
  const first = await opened(log)
  expect(await first.sink.submit([rec('a', 600)])).toBe('acked')
  await first.sink.close()
  const { sink, turns } = await opened(log, { maxBytes: 1_000 })
  expect([await sink.submit([rec('b', 100)]), await sink.submit([rec('c', 600)])]).toEqual([
    'acked',
    'overloaded',
  ])
  expect(sink.unhealthy()).toMatch(/^the spool is full/)
  log.fate.unshift('takes')
  await until(
    () => log.records.length,
    n => n === 1,
  )
  await until(
    () => sink.unhealthy(),
    why => why === undefined,
  )
  expect([turns, log.records]).toEqual([[true], ['a']])
  await sink.close()
})

test('closed while Kafka is away: what was acknowledged is on the disk, and the next one sends it', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(1_000).fill('refuses')
  const { sink } = await opened(log)
  expect(await sink.submit([rec('a')])).toBe('acked')
  const late = sink.submit([rec('b')])
  await sink.close()
  expect([await late, log.records]).toEqual(['acked', []])
  log.fate = []
  const next = await opened(log)
  while (log.records.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  expect(log.records).toEqual(['a', 'b'])
  await next.sink.close()
  expect(readdirSync(root)).toEqual([])
})

test('closed before what it had taken over is sent: whoever comes next sends that', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(10_000).fill('refuses')
  const first = await opened(log)
  expect(await first.sink.submit([rec('a')])).toBe('acked')
  await first.sink.close()
  const second = await opened(log)
  while (second.sink.spoolBytes === 0) await new Promise(resolve => setTimeout(resolve, 5))
  await second.sink.close()
  expect(log.records).toEqual([])
  log.fate = []
  const third = await opened(log)
  while (log.records.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  await third.sink.close()
  expect([log.records, readdirSync(root)]).toEqual([['a'], []])
})

test('what the process before it had not sent goes first, whatever comes in meanwhile', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(10_000).fill('refuses')
  const first = await opened(log)
  expect(await first.sink.submit([rec('a')])).toBe('acked')
  await first.sink.close()
  log.fate = ['slow', 'refuses', 'slow']
  const second = await opened(log)
  expect(await second.sink.submit([rec('b')])).toBe('acked')
  while (!log.records.includes('b')) await new Promise(resolve => setTimeout(resolve, 5))
  await second.sink.close()
  expect([firsts(log.records), readdirSync(root)]).toEqual([['a', 'b'], []])
})

test('under a load that never pauses it comes back to Kafka, in order', async () => {
  const log = new UnsteadyLog()
  // As long as a send takes, so that something is always being written meanwhile.
  log.fate = ['refuses', ...Array(200).fill('slow')]
  // A send of 8 ms took more than 30 on a machine that was busy, and another turn to the disk began.
  const { sink, turns } = await opened(log, { ackTimeout: 5_000 })
  const sent = new Map<number, number>()
  let running = true
  const clients = Array.from({ length: 6 }, async (_, c) => {
    for (let n = 0; running; n++) {
      expect(await sink.submit([rec(`${c}-${n}`)])).toBe('acked')
      sent.set(c, n)
    }
  })
  while (!turns.includes(false) && log.fate.length > 0) await new Promise(resolve => setTimeout(resolve, 5))
  running = false
  await Promise.all(clients)
  expect(turns).toEqual([true, false])
  await sink.close()
  for (const [c, n] of sent)
    expect(firsts(log.records).filter(k => k.startsWith(`${c}-`))).toEqual(
      Array.from({ length: n + 1 }, (_, i) => `${c}-${i}`),
    )
}, 60_000)

test('a full spool is overloaded, and says so; nothing of it is lost', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(1_000).fill('refuses')
  const { sink } = await opened(log, { maxBytes: 3_000 })
  const told: string[] = []
  for (let i = 0; i < 5; i++) told.push(await sink.submit([rec(`${i}`, 900)]))
  expect(told).toEqual(['acked', 'acked', 'acked', 'overloaded', 'overloaded'])
  expect(sink.unhealthy()).toMatch(/^the spool is full, and Kafka /)
  log.fate = []
  // That they are sent is noted on the disk before there is room again.
  while (sink.spoolBytes > 0) await new Promise(resolve => setTimeout(resolve, 5))
  expect(firsts(log.records)).toEqual(['0', '1', '2'])
  expect([await sink.submit([rec('3', 900)]), sink.unhealthy()]).toEqual(['acked', undefined])
  await sink.close()
})

test('what was taken over counts in the bound, and makes room as it is sent', async () => {
  const log = new UnsteadyLog()
  log.fate = Array(10_000).fill('refuses')
  const first = await opened(log)
  expect(await first.sink.submit([rec('a', 900), rec('b', 900)])).toBe('acked')
  await first.sink.close()
  const { sink } = await opened(log, { maxBytes: 2_500 })
  expect(sink.spoolBytes).toBeGreaterThan(1_800)
  expect([await sink.submit([rec('c', 900)]), sink.unhealthy()]).toEqual([
    'overloaded',
    expect.stringMatching(/^the spool is full, and Kafka /),
  ])
  log.fate = []
  while (sink.unhealthy()) await new Promise(resolve => setTimeout(resolve, 5))
  expect(await sink.submit([rec('c', 900)])).toBe('acked')
  while (sink.spoolBytes > 0) await new Promise(resolve => setTimeout(resolve, 5))
  await sink.close()
  expect(firsts(log.records)).toEqual(['a', 'b', 'c'])
})

describe('with a disk that does not answer', () => {
  let disk: StalledDisk
  afterEach(() => disk.answer())

  test('requests are refused, it says why, and goes on by itself once the disk answers', async () => {
    const log = new UnsteadyLog()
    log.fate = Array(10_000).fill('refuses')
    const { sink, stalls, failures } = await opened(log, { diskWithin: 300 })
    disk = await stalledDisk()
    const told = ['a', 'b', 'c'].map(key => sink.submit([rec(key)]))
    expect(await Promise.all(told)).toEqual(['unavailable', 'unavailable', 'unavailable'])
    expect(sink.unhealthy()).toMatch(/^the spool's disk has not answered for \d+ ms, and Kafka /)
    expect(await sink.submit([rec('d')])).toBe('unavailable')
    disk.answer()
    while (sink.unhealthy()) await new Promise(resolve => setTimeout(resolve, 5))
    expect(await sink.submit([rec('e')])).toBe('acked')
    log.fate = []
    while (sink.spoolBytes > 0) await new Promise(resolve => setTimeout(resolve, 5))
    expect([log.records.at(-1), stalls, failures]).toEqual(['e', [true, false], []])
    await sink.close()
  })

  test('what is held in memory for the last sends of the spool does not wait for it either', async () => {
    const log = new UnsteadyLog()
    log.fate = ['refuses']
    const { sink } = await opened(log, { diskWithin: 300 })
    // Two chunks: from the second one on, what comes is held.
    expect(await sink.submit(Array.from({ length: RECENT_IDS + 1 }, () => rec('a')))).toBe('acked')
    disk = await stalledDisk(1)
    while (log.records.length <= RECENT_IDS) await new Promise(resolve => setTimeout(resolve, 5))
    expect(await sink.submit([rec('b')])).toBe('unavailable')
    disk.answer()
    await sink.close()
  })

  test('several that hear that the spool was taken over begin anew in one folder, which is sent', async () => {
    const log = new UnsteadyLog()
    log.fate = Array(10_000).fill('refuses')
    const { sink } = await opened(log)
    expect(await sink.submit([rec('a')])).toBe('acked')
    disk = await stalledDisk(1)
    // The first is written alone, the others together after it.
    const [first, ...others] = ['b', 'c', 'd'].map(key => sink.submit([rec(key)]))
    expect(await first).toBe('acked')
    renameSync(join(root, readdirSync(root)[0] as string), join(elsewhere, 'theirs'))
    disk.answer()
    expect(await Promise.all(others)).toEqual(['unavailable', 'unavailable'])
    while ((await sink.submit([rec('e')])) !== 'acked') await new Promise(resolve => setTimeout(resolve, 5))
    expect(readdirSync(root).filter(name => !name.startsWith('.')).length).toBe(1)
    log.fate = []
    while (!log.records.includes('e')) await new Promise(resolve => setTimeout(resolve, 5))
    await sink.close()
    expect(readdirSync(root)).toEqual([])
  })
})
