import { type Activity, type Codec, type Prepared, topicNames } from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { ActiveModel } from '../activeModels.ts'
import type { CliConfig } from '../config.ts'
import { decode } from '../registry.ts'
import { recountControl, recountProducer } from './controls.ts'

export interface Finishing {
  config: CliConfig
  kafka: Kafka
  activity: Codec<Activity>
  workspace: string
  /** What the partitions are scored by now. */
  look(): Promise<ActiveModel[]>
}

/** ms after which whoever takes one partition after the other must have taken another one, if it still runs. */
const PATIENCE = 5_000

/**
 * Takes a recount in the partitions that have it prepared still while others took it: whoever published it was stopped
 * between two takes. Everything that it counted is in all of them, since the first take comes after that; left alone, the
 * partitions would count by two definitions for as long as the facts last.
 * @returns what the partitions are scored by then, and in how many it was taken so
 */
export async function finishTakes(o: Finishing): Promise<{ active: ActiveModel[]; finished: number }> {
  let active = await o.look()
  let late = lateTakes(active)
  for (let before = Number.POSITIVE_INFINITY; late.length > 0 && late.length < before; ) {
    before = late.length
    await new Promise(resolve => setTimeout(resolve, PATIENCE))
    active = await o.look()
    late = lateTakes(active)
  }
  if (late.length === 0) return { active, finished: 0 }
  await take(o, late)
  return { active: await o.look(), finished: late.length }
}

interface LateTake {
  partition: number
  prepared: Prepared
  /** Where another partition took it. */
  taken: { partition: number; offset: number }
}

function lateTakes(active: readonly ActiveModel[]): LateTake[] {
  return active.flatMap(({ recounts: { prepared } }, partition) => {
    const other = active.findIndex(a => prepared && a.recounts.taken?.id === prepared.id)
    const offset = active[other]?.recounts.taken?.offset
    return prepared && offset !== undefined
      ? [{ partition, prepared, taken: { partition: other, offset } }]
      : []
  })
}

async function take({ config, kafka, activity, workspace }: Finishing, late: LateTake[]): Promise<void> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const producer = await recountProducer(config, kafka, workspace)
  const reader = new PartitionReader(kafka)
  try {
    for (const { partition, prepared, taken } of late) {
      const { id, model, facts } = prepared
      // As it was to be announced: the takes that are there say so, unless retention has taken them.
      let announce = false
      for await (const [record] of reader.read(topic, taken.partition, taken.offset, taken.offset + 1))
        if (record?.value)
          announce = (await decode(config, activity, record.value)).control?.announce === true
      const control = { workspace, model, announce, recount: { id, step: 'take' as const, facts } }
      await producer.send({ topic, partition, records: [recountControl(activity, control)] })
    }
  } finally {
    await Promise.all([producer.close(), reader.close()])
  }
}
