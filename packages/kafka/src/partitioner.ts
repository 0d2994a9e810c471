import { type ICustomPartitioner, Partitioners } from 'kafkajs'

/** The topic has another number of partitions than its keys are spread over. */
export class PartitionsChangedError extends Error {
  readonly code = 'partitions_changed'
}

/**
 * Murmur2 of the key, as with any Kafka client, while the topic has the partitions that it was made with. With another
 * count the same key would go elsewhere, and its lead would begin anew there: so nothing is sent at all.
 */
export function pinnedPartitioner(partitions: number): ICustomPartitioner {
  return () => {
    const murmur2 = Partitioners.DefaultPartitioner()
    return args => {
      if (args.partitionMetadata.length !== partitions)
        throw new PartitionsChangedError(
          `topic ${args.topic} has ${args.partitionMetadata.length} partitions and its keys are spread over ${partitions}: ` +
            'see docs/runbook/partition-count.md',
        )
      return murmur2(args)
    }
  }
}
