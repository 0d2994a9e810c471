import { type Activity, type Codec, keyOf, splitKey } from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import type { CliConfig } from '../config.ts'
import { decode } from '../registry.ts'
import type { KeyedLog } from './keyedLog.ts'
import type { Ownership } from './ownership.ts'

/**
 * Looks up when those who have been several people were whose, before anything of them is told. Nearly nobody has been, and
 * then nothing is read.
 */
export async function lookUpLinks(
  config: CliConfig,
  log: KeyedLog,
  codec: Codec<Activity>,
  workspace: string,
  ownership: Ownership,
  onProgress: () => void,
): Promise<void> {
  const keys = new Set(ownership.shared.map(s => keyOf(workspace, s)))
  const partitions = new Set([...keys].map(key => partitionOf(key, config.HOTLEAD_PARTITIONS)))
  for await (const { record } of log.records('activity', [...partitions], k => keys.has(k), onProgress)) {
    const activity = await decode(config, codec, record.value as Buffer).catch(() => undefined)
    const { offset, timestamp: at, key } = record
    if (activity?.link) ownership.noteLink(splitKey(key).subject, { offset, at, lead: activity.link.lead })
  }
}
