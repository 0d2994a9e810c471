import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RECENT_IDS } from '@hotlead/contracts'
import { type StalledDisk, stalledDisk } from '../../test/stalledDisk.ts'
import type { NewRecord } from '../sink.ts'
import { frame } from './frames.ts'
import { segmentPath } from './segments.ts'
import { Spool, type SpoolOptions } from './spool.ts'
import { SpoolReader, type Unreadable } from './spoolReader.ts'
import { SpoolWriter } from './spoolWriter.ts'

let root: string
/** Bytes that were passed over. */
let passedOver: number[]
const unreadable = ({ bytes }: Unreadable) => void passedOver.push(bytes)
beforeEach(() => {
  passedOver = []
  root = mkdtempSync(join(tmpdir(), 'hotlead-spool-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const rec = (n: number, bytes = 20, key = `k${n}`): NewRecord => ({
  topic: 't',
  key,
  value: Buffer.alloc(bytes, n),
})
const keys = (records: readonly NewRecord[] = []) => records.map(r => r.key)
const MAX = 1e9

/** Of the disk, as it was told. */
let stalls: boolean[]
beforeEach(() => {
  stalls = []
})
const stalled = (is: boolean) => void stalls.push(is)
const opened = (o: Partial<SpoolOptions> = {}) =>
  Spool.open({ root, maxBytes: MAX, maxWaiting: MAX, unreadable, stalled, ...o })

test('first in, first out; what is sent does not come again, and nothing is left on the disk', async () => {
  const spool = await opened()
  expect(spool.empty).toBe(true)
  expect(await Promise.all([1, 2, 3].map(n => spool.append([rec(n)])))).toEqual(['kept', 'kept', 'kept'])
  expect([spool.empty, spool.bytes > 0]).toEqual([false, true])
  const chunk = await spool.next(2, MAX)
  expect(keys(chunk?.records)).toEqual(['k1', 'k2'])
  expect(keys((await spool.next(2, MAX))?.records)).toEqual(['k1', 'k2'])
  if (chunk) await spool.sent(chunk)
  await spool.append([rec(4)])
  const rest = await spool.next(9, MAX)
  expect(keys(rest?.records)).toEqual(['k3', 'k4'])
  if (rest) await spool.sent(rest)
  expect([spool.empty, spool.bytes, await spool.next(9, MAX)]).toEqual([true, 0, undefined])
  await spool.close()
  expect(readdirSync(root)).toEqual([])
})

test('a chunk has no more of one key than the scorer knows a repeat by', async () => {
  const spool = await opened()
  await spool.append(Array.from({ length: RECENT_IDS + 3 }, (_, n) => rec(n, 9, n === 0 ? 'other' : 'one')))
  const chunk = await spool.next(500, MAX)
  expect(chunk?.records.length).toBe(RECENT_IDS + 1)
  if (chunk) await spool.sent(chunk)
  expect((await spool.next(500, MAX))?.records.length).toBe(2)
  await spool.close()
})

test('beyond its bound it is full, until some of it is sent', async () => {
  const spool = await opened({ maxBytes: 2_500 })
  expect(await Promise.all([1, 2, 3].map(n => spool.append([rec(n, 1_000)])))).toEqual([
    'kept',
    'kept',
    'full',
  ])
  const chunk = await spool.next(1, MAX)
  if (chunk) await spool.sent(chunk)
  expect(await spool.append([rec(4, 1_000)])).toBe('kept')
  await spool.close()
})

test('records of many segments, larger than what is read at a time; a sent segment is deleted', async () => {
  const dir = root
  const writer = new SpoolWriter({ dir, segmentBytes: 1_000_000, holds: async () => true, stalled })
  for (let n = 0; n < 6; n++) await writer.append([frame(rec(n, 400_000))])
  expect(readdirSync(dir).length).toBe(3)
  const reader = await SpoolReader.open(dir, unreadable)
  const found: string[] = []
  for (
    let chunk = await reader.next(1, MAX, writer.end);
    chunk;
    chunk = await reader.next(1, MAX, writer.end)
  ) {
    found.push(...keys(chunk.records))
    await reader.sent(chunk.end)
  }
  expect(found).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5'])
  expect(readdirSync(dir).sort()).toEqual(['0000000003.spool', 'sent'])
  await Promise.all([reader.close(), writer.close()])
})

test('what fails in a new segment leaves the end where it was, and no file', async () => {
  let holds = true
  const writer = new SpoolWriter({ dir: root, segmentBytes: 100, holds: async () => holds, stalled })
  await writer.append([frame(rec(1, 80))])
  const { end } = writer
  holds = false
  await expect(writer.append([frame(rec(2, 80))])).rejects.toThrow('taken this spool over')
  expect([writer.end, readdirSync(root)]).toEqual([end, ['0000000001.spool']])
  holds = true
  await writer.append([frame(rec(3, 80))])
  const reader = await SpoolReader.open(root, unreadable)
  const first = await reader.next(9, MAX, writer.end)
  if (first) await reader.sent(first.end)
  expect([first, await reader.next(9, MAX, writer.end)].map(c => keys(c?.records))).toEqual([['k1'], ['k3']])
  await Promise.all([reader.close(), writer.close()])
})

describe('once all of it is sent, nothing of it is on the disk', () => {
  const files = (spool: Spool) => readdirSync(spool.home.dir).filter(name => name.endsWith('.spool'))
  async function sendAll(spool: Spool): Promise<string[]> {
    const found: string[] = []
    for (let chunk = await spool.next(9, MAX); chunk; chunk = await spool.next(9, MAX)) {
      found.push(...keys(chunk.records))
      await spool.sent(chunk)
    }
    return found
  }

  test('while its process goes on, which writes the next into a file of its own', async () => {
    const spool = await opened()
    for (const n of [1, 2, 3]) {
      await spool.append([rec(n)])
      expect([await sendAll(spool), files(spool), spool.empty, spool.bytes]).toEqual([[`k${n}`], [], true, 0])
    }
    await spool.append([rec(4)])
    expect(files(spool)).toEqual(['0000000004.spool'])
    await spool.close()
  })

  test('whatever is written meanwhile is kept, and comes in order', async () => {
    const spool = await opened()
    const found: string[] = []
    for (let n = 0; n < 200; n++) {
      const written = spool.append([rec(n)])
      // At any point of its write.
      for (let turn = 0; turn < n % 20; turn++) await new Promise(resolve => setImmediate(resolve))
      found.push(...(await sendAll(spool)))
      expect(await written).toBe('kept')
    }
    found.push(...(await sendAll(spool)))
    expect(found).toEqual(Array.from({ length: 200 }, (_, n) => `k${n}`))
    expect([files(spool), passedOver]).toEqual([[], []])
    await spool.close()
  })

  test.each(['before', 'after'])(
    'killed %s its file is deleted, and whoever comes next sends what came since',
    async when => {
      const spool = await opened()
      await spool.append([rec(1)])
      const first = segmentPath(spool.home.dir, 1)
      const bytes = readFileSync(first)
      await sendAll(spool)
      if (when === 'before') writeFileSync(first, bytes)
      await spool.append([rec(2)])
      const reader = await SpoolReader.open(spool.home.dir, unreadable)
      expect([keys((await reader.next(9, MAX))?.records), passedOver]).toEqual([['k2'], []])
      await reader.close()
      await spool.close()
    },
  )
})

describe('read by whoever comes next', () => {
  async function written(): Promise<string[]> {
    const writer = new SpoolWriter({ dir: root, segmentBytes: 200, holds: async () => true, stalled })
    for (let n = 0; n < 8; n++) await writer.append([frame(rec(n, 40))])
    await writer.close()
    return readdirSync(root).sort()
  }
  async function all(): Promise<string[]> {
    const reader = await SpoolReader.open(root, unreadable)
    const found: string[] = []
    for (let chunk = await reader.next(3, MAX); chunk; chunk = await reader.next(3, MAX)) {
      found.push(...keys(chunk.records))
      await reader.sent(chunk.end)
    }
    await reader.close()
    return found
  }
  const EIGHT = Array.from({ length: 8 }, (_, n) => `k${n}`)

  test('everything, in order, and again nothing', async () => {
    expect((await written()).length).toBeGreaterThan(2)
    expect(await all()).toEqual(EIGHT)
    expect(await all()).toEqual([])
    expect(passedOver).toEqual([])
  })

  test.each([
    ['torn by rubbish', (path: string) => appendFileSync(path, Buffer.alloc(50, 0xff))],
    [
      'cut within a record that was never called safe',
      (path: string) => appendFileSync(path, Buffer.alloc(5)),
    ],
  ])('segments %s: all whole records', async (_what, tear) => {
    const names = await written()
    const before = names.map(name => statSync(join(root, name)).size)
    for (const name of names) tear(join(root, name))
    const torn = names.map((name, i) => statSync(join(root, name)).size - (before[i] as number))
    expect(await all()).toEqual(EIGHT)
    expect(passedOver).toEqual(torn)
  })

  test('a last record that the disk lost in a power cut takes only itself away', async () => {
    const last = join(root, (await written()).at(-1) as string)
    truncateSync(last, statSync(last).size - 5)
    expect(await all()).toEqual(EIGHT.slice(0, 7))
    expect(passedOver).toEqual([frame(rec(7, 40)).length - 5])
  })

  test('from where it was sent up to, after a crash between two chunks', async () => {
    await written()
    const reader = await SpoolReader.open(root, unreadable)
    const chunk = await reader.next(3, MAX)
    if (chunk) await reader.sent(chunk.end)
    await reader.next(3, MAX)
    await reader.close()
    expect([...keys(chunk?.records), ...(await all())]).toEqual(EIGHT)
  })
})

test('what the disk does not give back of the own records is told, and what comes after it goes on', async () => {
  const spool = await opened()
  await spool.append([rec(1)])
  const whole = statSync(segmentPath(spool.home.dir, 1)).size
  await spool.append([rec(2)])
  truncateSync(segmentPath(spool.home.dir, 1), whole + 3)
  for (let chunk = await spool.next(9, MAX); chunk; chunk = await spool.next(9, MAX)) await spool.sent(chunk)
  expect([spool.empty, passedOver]).toEqual([true, [whole]])
  await spool.append([rec(3)])
  expect(keys((await spool.next(9, MAX))?.records)).toEqual(['k3'])
  await spool.close()
})

test('a file that somebody deleted is passed over, and not waited for', async () => {
  const spool = await opened()
  await spool.append([rec(1)])
  unlinkSync(segmentPath(spool.home.dir, 1))
  const chunk = await spool.next(9, MAX)
  expect(chunk?.records).toEqual([])
  if (chunk) await spool.sent(chunk)
  expect([spool.empty, spool.bytes]).toEqual([true, 0])
  await spool.close()
})

describe('a disk that does not answer', () => {
  let disk: StalledDisk
  afterEach(() => disk.answer())

  test('what waits for it is refused after a while, and what comes then at once; none of it stays in memory', async () => {
    const spool = await opened({ diskWithin: 300 })
    disk = await stalledDisk()
    const [first, second] = [spool.append([rec(1)]), spool.append([rec(2)])]
    expect([spool.stalledFor, await first, await second]).toEqual([undefined, 'stalled', 'stalled'])
    expect(spool.stalledFor).toBeGreaterThanOrEqual(290)
    const before = performance.now()
    expect(await spool.append([rec(3)])).toBe('stalled')
    expect(performance.now() - before).toBeLessThan(100)
    // The one that is being written, which may come to the disk still.
    expect(spool.bytes).toBe(frame(rec(1)).length)
    disk.answer()
    await spool.written()
    expect([await spool.append([rec(4)]), spool.stalledFor, stalls]).toEqual([
      'kept',
      undefined,
      [true, false],
    ])
    expect(keys((await spool.next(9, MAX))?.records)).toEqual(['k1', 'k4'])
    await spool.close()
  })

  test('no more waits for it than may', async () => {
    const spool = await opened({ maxWaiting: 2_500 })
    disk = await stalledDisk()
    const [first, second, third] = [1, 2, 3].map(n => spool.append([rec(n, 1_000)]))
    expect([await third, spool.full]).toEqual(['busy', false])
    disk.answer()
    expect([await first, await second, await spool.append([rec(4)])]).toEqual(['kept', 'kept', 'kept'])
    await spool.close()
  })
})
