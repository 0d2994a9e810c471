import { Partitioners } from 'kafkajs'
import { pinnedPartitioner } from './partitioner.ts'

const topic = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 })) as never[]
const at = (count: number, key: string) => ({
  topic: 'activity',
  partitionMetadata: topic(count),
  message: { key, value: null },
})

test('keys go where any Kafka client sends them, also with idle partitions beside', () => {
  const murmur2 = Partitioners.DefaultPartitioner()
  const [pinned, idle] = [pinnedPartitioner(8)(), pinnedPartitioner(8, 4)()]
  for (let i = 0; i < 200; i++) {
    const expected = murmur2(at(8, `demo/v:${i}`))
    expect(pinned(at(8, `demo/v:${i}`))).toBe(expected)
    expect(idle(at(8, `demo/v:${i}`))).toBe(expected)
    expect(idle(at(12, `demo/v:${i}`))).toBe(expected)
  }
})

test.each([
  [8, 0, 9],
  [8, 0, 7],
  [8, 4, 13],
])('spread over %d with %d idle, a topic of %d takes nothing', (partitions, idle, count) => {
  expect(() => pinnedPartitioner(partitions, idle)()(at(count, 'demo/v:a'))).toThrow(
    `topic activity has ${count} partitions and its keys are spread over ${partitions}: see docs/runbook/partition-count.md`,
  )
})
