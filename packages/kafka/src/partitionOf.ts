import { Partitioners } from 'kafkajs'

const murmur2 = Partitioners.DefaultPartitioner()
/** The partitioner only asks how many there are. */
const metadata = new Map<number, never[]>()

/** The partition of a key: murmur2 as every Kafka client's default, by kafkajs itself. */
export function partitionOf(key: string, partitions: number): number {
  let known = metadata.get(partitions)
  if (!known) {
    known = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      leader: 0,
    })) as unknown as never[]
    metadata.set(partitions, known)
  }
  return murmur2({ topic: '', partitionMetadata: known, message: { key, value: null } })
}
