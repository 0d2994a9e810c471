import { setImmediate as turn } from 'node:timers/promises'
import { RECENT_IDS } from '@hotlead/contracts'
import { MAX_RECORDS, MicroBatches } from './microBatches.ts'
import { type NewRecord, sizeOf, type Transport } from './sink.ts'

/** A log that answers when the test says so. */
class HeldLog implements Transport {
  readonly batches: string[][] = []
  readonly waiting: { resolve(): void; reject(error: Error): void }[] = []
  renewed = 0
  most = 0
  send(records: readonly NewRecord[]): Promise<void> {
    this.batches.push(records.map(r => r.key))
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.most = Math.max(this.most, this.waiting.length)
    })
  }
  async renew(): Promise<void> {
    this.renewed++
  }
  async answer(error?: Error): Promise<void> {
    while (this.waiting.length === 0) await turn()
    const next = this.waiting.shift()
    if (error) next?.reject(error)
    else next?.resolve()
    await turn()
  }
}

const rec = (key: string, bytes = 10): NewRecord => ({ topic: 't', key, value: Buffer.alloc(bytes) })

function opened(more: Partial<ConstructorParameters<typeof MicroBatches>[0]> = {}) {
  const log = new HeldLog()
  const sink = new MicroBatches({ transport: log, maxBytes: 1e6, linger: 1, ackTimeout: 60_000, ...more })
  return { log, sink }
}

test('what arrives together goes together; nothing is acked before the log says so', async () => {
  const { log, sink } = opened()
  const told: string[] = []
  const all = ['a', 'b', 'c'].map(key => sink.submit([rec(key)]).then(sent => told.push(`${key} ${sent}`)))
  while (log.batches.length === 0) await turn()
  expect(told).toEqual([])
  await log.answer()
  await Promise.all(all)
  expect(log.batches).toEqual([['a', 'b', 'c']])
  expect(told).toEqual(['a acked', 'b acked', 'c acked'])
  expect(sink.bytes).toBe(0)
  await sink.close()
})

test('one send at a time, in order of arrival, at most 500 records each; a submission over two sends waits for both', async () => {
  const { log, sink } = opened({ linger: 0 })
  const first = sink.submit([rec('first')])
  const keys = Array.from({ length: MAX_RECORDS + 20 }, (_, i) => String(i))
  let big: string | undefined
  const second = sink.submit(keys.map(k => rec(k))).then(sent => {
    big = sent
  })
  await log.answer()
  expect(await first).toBe('acked')
  await log.answer()
  expect([log.batches.map(b => b.length), big]).toEqual([[1, MAX_RECORDS, 20], undefined])
  await log.answer()
  await second
  expect(big).toBe('acked')
  expect(log.batches.flat()).toEqual(['first', ...keys])
  expect(log.most).toBe(1)
  await sink.close()
})

test('a failed send: unavailable for its submissions, the transport made anew, the next ones go on', async () => {
  const { log, sink } = opened({ linger: 0 })
  const lost = sink.submit([rec('lost')])
  await log.answer(new Error('NOT_LEADER'))
  expect(await lost).toBe('unavailable')
  const next = sink.submit([rec('next')])
  await log.answer()
  expect([await next, log.renewed, sink.bytes, sink.unhealthy()]).toEqual(['acked', 1, 0, undefined])
  await sink.close()
})

test('beyond the bound: overloaded, and nothing of it is kept', async () => {
  const size = sizeOf(rec('k', 1_000))
  const { log, sink } = opened({ linger: 0, maxBytes: size * 3 })
  const taken = [1, 2, 3].map(() => sink.submit([rec('k', 1_000)]))
  expect(await sink.submit([rec('k', 1_000)])).toBe('overloaded')
  expect(sink.bytes).toBe(size * 3)
  await log.answer()
  await log.answer()
  expect(await Promise.all(taken)).toEqual(['acked', 'acked', 'acked'])
  expect(await Promise.all([sink.submit([rec('k', 1_000)]), log.answer()])).toEqual(['acked', undefined])
  await sink.close()
})

test('no ack in time: unavailable; what was not sent yet never is, and its bytes are free', async () => {
  const { log, sink } = opened({ linger: 0, ackTimeout: 40 })
  const inFlight = sink.submit([rec('sent')])
  const queued = sink.submit([rec('queued')])
  expect(await Promise.all([inFlight, queued])).toEqual(['unavailable', 'unavailable'])
  expect(sink.bytes).toBe(sizeOf(rec('sent')))
  // Down for longer than an ack may take: told at once, never queued.
  const atOnce = sink.submit([rec('at once')])
  expect(sink.bytes).toBe(sizeOf(rec('sent')))
  expect(await atOnce).toBe('unavailable')
  await log.answer()
  const after = sink.submit([rec('after')])
  await log.answer()
  expect(await after).toBe('acked')
  expect(log.batches).toEqual([['sent'], ['after']])
  await sink.close()
})

test('a send has no more of one key than the scorer knows a repeat by; nobody waits behind the rest of it', async () => {
  const { log, sink } = opened({ linger: 0 })
  const value = (n: number): NewRecord => ({ topic: 't', key: 'many', value: Buffer.from(String(n)) })
  const sent: string[] = []
  log.send = records => {
    for (const r of records) if (r.key === 'many') sent.push(r.value.toString())
    return HeldLog.prototype.send.call(log, records)
  }
  const first = sink.submit([rec('first')])
  const many = sink.submit(Array.from({ length: RECENT_IDS * 3 }, (_, n) => value(n)))
  const others = ['a', 'b'].map(key => sink.submit([rec(key)]))
  const more = sink.submit([value(RECENT_IDS * 3), rec('c')])
  await log.answer()
  await log.answer()
  expect(await Promise.all([first, ...others])).toEqual(['acked', 'acked', 'acked'])
  await log.answer()
  await log.answer()
  expect(await many).toBe('acked')
  await log.answer()
  expect(await more).toBe('acked')
  const shares = log.batches.map(keys => keys.filter(k => k === 'many').length)
  expect(shares).toEqual([0, RECENT_IDS, RECENT_IDS, RECENT_IDS, 1])
  expect(sent).toEqual(Array.from({ length: RECENT_IDS * 3 + 1 }, (_, n) => String(n)))
  expect(sink.bytes).toBe(0)
  await sink.close()
})

test('what was put aside is told in time too, and never sent', async () => {
  const { log, sink } = opened({ linger: 0, ackTimeout: 40 })
  const all = sink.submit(Array.from({ length: RECENT_IDS * 2 }, () => rec('many')))
  await turn()
  const inFlight = sizeOf(rec('many')) * RECENT_IDS
  expect(await all).toBe('unavailable')
  expect(sink.bytes).toBe(inFlight)
  await log.answer()
  await sink.close()
  expect([log.batches.length, sink.bytes]).toEqual([1, 0])
})

test('close takes nothing new and waits for what it took', async () => {
  const { log, sink } = opened({ linger: 1_000 })
  const taken = sink.submit([rec('k')])
  const closed = sink.close()
  expect(await sink.submit([rec('late')])).toBe('unavailable')
  await log.answer()
  await closed
  expect(await taken).toBe('acked')
})
