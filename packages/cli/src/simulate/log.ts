import type { Activity, Codec } from '@hotlead/contracts'
import type { LogRecord } from '@hotlead/kafka'
import type { Log } from '@hotlead/whatif'
import type { Kafka } from 'kafkajs'
import { ActivityLog } from '../activityLog.ts'
import type { CliConfig } from '../config.ts'
import { number } from '../replay/progress.ts'
import type { Source } from './source.ts'

/** The log as it is now. */
export async function openLog(
  config: CliConfig,
  kafka: Kafka,
  codec: Codec<Activity>,
): Promise<Source & { activity: ActivityLog }> {
  const log = await ActivityLog.open(config, kafka, codec)
  return {
    activity: log,
    log({ onProgress, to, workspace }): Log<LogRecord> {
      log.unreadable = 0
      return {
        workspace,
        ...(to === undefined ? {} : { to }),
        partitions: log.partitions.map(p => log.read(p)),
        partitionOf: log.partitionOf,
        decode: log.decode,
        onProgress: done => onProgress(done / log.size, done),
      }
    },
    notes: ({ foreignMerges }) => [
      ...(log.gone > 0
        ? [`${number(log.gone)} records are gone from the log (retention): what they said is not in it.`]
        : []),
      ...(foreignMerges > 0
        ? [
            `${number(foreignMerges)} visitors became leads by links that are gone from the log: of what they did before, what the model of that time counted was taken.`,
          ]
        : []),
      ...(log.unreadable > 0
        ? [`${number(log.unreadable)} records cannot be read, and were passed over as the scorer does.`]
        : []),
    ],
    close: () => log.close(),
  }
}
