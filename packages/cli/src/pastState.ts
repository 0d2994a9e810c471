import { type Codec, type Transition, topicNames } from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import { firstTier, type Millis, type Model } from '@hotlead/model'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { decode } from './registry.ts'
import type { NumberedState } from './story.ts'

/** Every move of a lead that `tiers` still holds, in order: those of the last week at least, and the latest. */
export async function movesOf(
  config: CliConfig,
  kafka: Kafka,
  codec: Codec<Transition>,
  { key, partition }: { key: string; partition: number },
): Promise<Transition[]> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).tiers
  const reader = new PartitionReader(kafka)
  try {
    const [start, end] = await Promise.all([
      reader.offsets(topic, [partition], 'start'),
      reader.offsets(topic, [partition], 'end'),
    ])
    const moves: Transition[] = []
    const [from, to] = [start.get(partition) as number, end.get(partition) as number]
    for await (const records of reader.read(topic, partition, from, to))
      for (const record of records)
        if (record.key === key && record.value) moves.push(await decode(config, codec, record.value))
    return moves
  } finally {
    await reader.close()
  }
}

/**
 * The tier that a lead was in at an earlier time, by its moves.
 * @returns sure: false where moves that may lie between are no longer kept; then it is the tier that the earliest one left
 */
export function stateBefore(
  model: Model,
  moves: readonly Transition[],
  first: Millis,
  t: Millis,
): { state: NumberedState; sure: boolean } {
  const last = moves.findLast(m => m.at <= t)
  if (last)
    return { state: { tier: last.to, since: last.at, left: last.left, number: last.number }, sure: true }
  const next = moves[0]
  const state = {
    tier: next?.from ?? firstTier(model),
    since: first,
    left: [],
    number: (next?.number ?? 1) - 1,
  }
  return { state, sure: state.number === 0 }
}
