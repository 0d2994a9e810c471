import { type Activity, type Codec, topicNames } from '@hotlead/contracts'
import type { Kafka } from 'kafkajs'
import type { ActiveModel } from '../activeModels.ts'
import type { CliConfig } from '../config.ts'
import { recountControl, recountProducer } from './controls.ts'

/**
 * Takes a recount in the partitions that have it prepared still while others took it: whoever published it was stopped
 * between two takes. Everything that it counted is in all of them, since the first take comes after that; left alone, the
 * partitions would count by two definitions for as long as the facts last.
 * @returns whether there were any
 */
export async function finishTakes(
  o: { config: CliConfig; kafka: Kafka; activity: Codec<Activity>; workspace: string },
  active: readonly ActiveModel[],
): Promise<boolean> {
  const { config, kafka, activity, workspace } = o
  const taken = new Set(active.flatMap(({ recounts }) => recounts.taken?.id ?? []))
  const late = active.flatMap(({ recounts: { prepared } }, partition) =>
    prepared && taken.has(prepared.id) ? [{ partition, prepared }] : [],
  )
  if (late.length === 0) return false
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const producer = await recountProducer(config, kafka, workspace)
  try {
    for (const { partition, prepared } of late) {
      const { id, model, facts } = prepared
      // Whether it was to be announced is not known any more: nobody is called for it.
      const control = { workspace, model, announce: false, recount: { id, step: 'take' as const, facts } }
      await producer.send({ topic, partition, records: [recountControl(activity, control)] })
    }
  } finally {
    await producer.close()
  }
  return true
}
