import { type ICustomPartitioner, Partitioners } from 'kafkajs'

/** The topic has another number of partitions than its keys are spread over. */
export class PartitionsChangedError extends Error {
  readonly code = 'partitions_changed'
}

/**
 * Murmur2 of the key, as with any Kafka client, over the partitions that the topic was made with. Over another number the
 * same key would go elsewhere, and its lead would begin anew there: with a count that nobody has told, nothing is sent.
 * @param idle how many may have been added since
 */
export function pinnedPartitioner(partitions: number, idle = 0): ICustomPartitioner {
  return () => {
    const murmur2 = Partitioners.DefaultPartitioner()
    return args => {
      const count = args.partitionMetadata.length
      if (count < partitions || count > partitions + idle)
        throw new PartitionsChangedError(
          `topic ${args.topic} has ${count} partitions and its keys are spread over ${partitions}: ` +
            'see docs/runbook/partition-count.md',
        )
      if (count === partitions) return murmur2(args)
      return murmur2({
        ...args,
        partitionMetadata: args.partitionMetadata.filter(p => p.partitionId < partitions),
      })
    }
  }
}
