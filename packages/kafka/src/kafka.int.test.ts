import { randomUUID } from 'node:crypto'
import { ensureTopics, FencedProducer, kafkaClient, OffsetOutOfRangeError, PartitionReader } from './index.ts'

const kafka = kafkaClient({ brokers: [process.env.HOTLEAD_TEST_KAFKA as string], clientId: 'kafka-test' })
const topic = (name: string, partitions = 1, config: Record<string, string> = {}) => ({
  name: `${name}-${randomUUID()}`,
  partitions,
  config,
})
const record = (value: string) => ({ key: 'k', value: Buffer.from(value) })

async function values(reader: PartitionReader, name: string, partition = 0): Promise<string[]> {
  const end = (await reader.offsets(name, [partition], 'end')).get(partition) as number
  const all: string[] = []
  for await (const chunk of reader.read(name, partition, 0, end)) all.push(...chunk.map(r => String(r.value)))
  return all
}

describe('a fenced producer', () => {
  const out = topic('fence', 2)
  const own = [{ topic: out.name, partition: 0 }]
  const reader = new PartitionReader(kafka)
  beforeAll(() => ensureTopics(kafka, [out], true))
  afterAll(() => reader.close())

  test('shuts every earlier owner out of the fenced partition, at once and for good', async () => {
    const id = randomUUID()
    const first = await FencedProducer.fence(kafka, id, own)
    expect(
      await first.send({ topic: out.name, partition: 0, records: [record('1'), record('2')] }),
    ).toHaveLength(2)
    const second = await FencedProducer.fence(kafka, id, own)
    await expect(first.send({ topic: out.name, partition: 0, records: [record('zombie')] })).rejects.toThrow(
      /epoch/i,
    )
    await second.send({ topic: out.name, partition: 0, records: [record('3')] })
    await expect(first.send({ topic: out.name, partition: 0, records: [record('zombie')] })).rejects.toThrow(
      /epoch/i,
    )
    expect(await values(reader, out.name)).toEqual(['1', '2', '3'])
    await first.close()
    await second.close()
  })

  test('is a fence at every hand-over: the abort alone, without its markers, would let a send through now and then', async () => {
    const id = randomUUID()
    let owner = await FencedProducer.fence(kafka, id, own)
    for (let i = 0; i < 20; i++) {
      const next = await FencedProducer.fence(kafka, id, own)
      await expect(
        owner.send({ topic: out.name, partition: 0, records: [record('zombie')] }),
      ).rejects.toThrow(/epoch/i)
      await owner.close()
      owner = next
    }
    await owner.close()
  })

  test('is a fence for those who take over at once: of all that were let in only one can send', async () => {
    const id = randomUUID()
    const send = (of: FencedProducer) =>
      of.send({ topic: out.name, partition: 0, records: [record('raced')] })
    const live: number[] = []
    for (let round = 0; round < 30; round++) {
      const taken = await Promise.allSettled([1, 2, 3].map(() => FencedProducer.fence(kafka, id, own)))
      const entered = taken.flatMap(t => (t.status === 'fulfilled' ? [t.value] : []))
      // One after the other and each way round: the latest, if it sends first, would shut the others out by that alone.
      let sent = 0
      for (const owner of round % 2 === 0 ? entered : entered.toReversed())
        sent += await send(owner).then(
          () => 1,
          () => 0,
        )
      live.push(sent)
      for (const owner of entered) await owner.close()
    }
    expect(live.filter(sent => sent > 1)).toEqual([])
    expect(live).toContain(1)
  })

  test('keeps order and offsets over many requests', async () => {
    const producer = await FencedProducer.fence(kafka, randomUUID(), own)
    const records = Array.from({ length: 4_500 }, (_, i) => record(`n${i}`))
    const offsets = await producer.send({ topic: out.name, partition: 0, records })
    expect(offsets).toHaveLength(4_500)
    const read = (await values(reader, out.name)).filter(v => v.startsWith('n'))
    expect(read).toEqual(records.map(r => r.value.toString()))
    await producer.close()
  })

  test('sends by key to the partition that any Kafka client would choose', async () => {
    const producer = await FencedProducer.fence(kafka, randomUUID(), own)
    const plain = kafka.producer({ createPartitioner: require('kafkajs').Partitioners.DefaultPartitioner })
    await plain.connect()
    for (const key of ['demo/v:a', 'demo/l:b', 'demo/v:ü']) {
      const [sent] = await plain.send({ topic: out.name, messages: [{ key, value: `plain ${key}` }] })
      await producer.send({ topic: out.name, records: [{ key, value: Buffer.from(`ours ${key}`) }] })
      expect(await values(reader, out.name, sent?.partition)).toContain(`ours ${key}`)
    }
    await plain.disconnect()
    await producer.close()
  })
})

describe('a partition reader', () => {
  test('passes over transaction markers and says where the next fetch goes on', async () => {
    const t = topic('markers')
    await ensureTopics(kafka, [t], true)
    const own = [{ topic: t.name, partition: 0 }]
    const id = randomUUID()
    for (const value of ['a', 'b']) {
      const producer = await FencedProducer.fence(kafka, id, own)
      await producer.send({ topic: t.name, partition: 0, records: [record(value)] })
      await producer.close()
    }
    const reader = new PartitionReader(kafka)
    expect(await values(reader, t.name)).toEqual(['a', 'b'])
    const [fetched] = await reader.fetch(t.name, new Map([[0, 0]]), 100)
    // Two fences left a marker each, and a record follows each: offsets are not contiguous.
    expect(fetched?.records.map(r => r.offset)).toEqual([1, 3])
    expect(fetched).toMatchObject({ next: 4, highWatermark: 4 })
    await reader.close()
  })

  test('tells offsets in the order asked, whatever order the broker answers in', async () => {
    const t = topic('order', 8)
    await ensureTopics(kafka, [t], true)
    const reader = new PartitionReader(kafka)
    const up = [0, 1, 2, 3, 4, 5, 6, 7]
    for (const asked of [up, up.toReversed(), [3, 1, 6]])
      expect([...(await reader.offsets(t.name, asked, 'end')).keys()]).toEqual(asked)
    await reader.close()
  })

  test('says of a partition that is not there that it is not, where kafkajs leaves it out without a word', async () => {
    const t = topic('missing', 2)
    await ensureTopics(kafka, [t], true)
    const reader = new PartitionReader(kafka)
    const missing = /say nothing of partition 2 of topic missing/
    await expect(reader.offsets(t.name, [0, 2], 'end')).rejects.toThrow(missing)
    const both = new Map([0, 2].map(partition => [partition, 0]))
    await expect(reader.fetch(t.name, both, 50)).rejects.toThrow(missing)
    await expect(reader.read(t.name, 2, 0, 1).next()).rejects.toThrow(missing)
    expect([...(await reader.offsets(t.name, [0, 1], 'end')).values()]).toEqual([0, 0])
    await reader.close()
  })

  test('refuses a position beyond the log instead of jumping, and works again afterwards', async () => {
    const t = topic('range')
    await ensureTopics(kafka, [t], true)
    const reader = new PartitionReader(kafka)
    const [beyond] = await reader.fetch(t.name, new Map([[0, 99]]), 100)
    expect(beyond).toMatchObject({ records: [], next: 99 })
    expect(beyond?.error).toBeInstanceOf(OffsetOutOfRangeError)
    await expect(reader.read(t.name, 0, 99, 100).next()).rejects.toThrow(OffsetOutOfRangeError)
    expect(await reader.fetch(t.name, new Map([[0, 0]]), 50)).toMatchObject([{ records: [], next: 0 }])
    await reader.close()
  })

  test('asks again for a chunk whose answer was late, four times', async () => {
    const t = topic('late')
    await ensureTopics(kafka, [t], true)
    const producer = await FencedProducer.fence(kafka, randomUUID(), [{ topic: t.name, partition: 0 }])
    await producer.send({ topic: t.name, partition: 0, records: [record('a'), record('b')] })
    await producer.close()
    const reader = new PartitionReader(kafka)
    const fetch = reader.fetch.bind(reader)
    let late = 4
    reader.fetch = async (...args) => {
      if (late-- > 0) throw new Error('Request Fetch timed out')
      return fetch(...args)
    }
    expect(await values(reader, t.name)).toEqual(['a', 'b'])
    late = 5
    await expect(values(reader, t.name)).rejects.toThrow('timed out')
    await reader.close()
  })
})

describe('topics', () => {
  test('are created once, then verified; a wrong count or clock is a sentence', async () => {
    const good = topic('good', 3, { 'message.timestamp.type': 'LogAppendTime' })
    expect(await ensureTopics(kafka, [good], false)).toEqual([
      expect.stringMatching(/does not exist: run `hotlead setup`/),
    ])
    expect(await ensureTopics(kafka, [good], true)).toEqual([])
    expect(await ensureTopics(kafka, [good], true)).toEqual([])
    expect(await ensureTopics(kafka, [{ ...good, partitions: 4 }], true)).toEqual([
      expect.stringMatching(/has 3 partitions and must have 4.*HOTLEAD_PARTITIONS=3/),
    ])
    expect(
      await ensureTopics(kafka, [{ ...good, config: { 'message.timestamp.type': 'CreateTime' } }], true),
    ).toEqual([expect.stringMatching(/message.timestamp.type=LogAppendTime and must have CreateTime/)])
  })

  test('a compaction lag that is smaller is a sentence, a larger one is fine', async () => {
    const lag = (ms: number) => ({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': String(ms) })
    const made = topic('lag', 1, lag(2_000))
    expect(await ensureTopics(kafka, [made], true)).toEqual([])
    expect(await ensureTopics(kafka, [{ ...made, config: lag(1_000) }], false)).toEqual([])
    expect(await ensureTopics(kafka, [{ ...made, config: lag(10_000) }], false)).toEqual([
      expect.stringMatching(/has min.compaction.lag.ms=2000 and must have 10000 or more: set it back/),
    ])
  })
})
