import { readFileSync } from 'node:fs'

/**
 * The configuration, a JSON file:
 *   kafka         brokers, `host:port,host:port` (or a list under `brokers`)
 *   redis         redis://host:port
 *   registry      the schema registry's URL, as HOTLEAD_REGISTRY
 *   topicPrefix, redisPrefix   as the installation has them; default: none
 *   partitions    of activity: for the command line only; default: as many as there are
 *   acked         file, or list of files, of acknowledged ids: see acked.mjs; default: none
 *   compacted     true: `tiers` may have lost earlier moves to compaction, which is counted and no violation
 *   restSeconds   s to wait for rest before a check; default 60
 *   explain       leads that the command line is asked to explain in each check; default 1
 * @throws naming what is missing
 */
export function readConfig(file) {
  const text = readFileSync(file, 'utf8')
  let given
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error.message}`)
  }
  const brokers = [given.brokers ?? given.kafka?.split(',') ?? []].flat()
  const missing = [
    ...(brokers.length === 0 ? ['kafka (host:port)'] : []),
    ...(given.redis ? [] : ['redis (redis://host:port)']),
    ...(given.registry ? [] : ['registry (URL)']),
  ]
  if (missing.length > 0) throw new Error(`${file} lacks ${missing.join(', ')}: see chaos/check/config.mjs`)
  return {
    brokers,
    redis: given.redis,
    registry: given.registry,
    topicPrefix: given.topicPrefix ?? '',
    redisPrefix: given.redisPrefix ?? '',
    partitions: given.partitions,
    acked: [given.acked ?? []].flat(),
    compacted: given.compacted === true,
    restSeconds: given.restSeconds ?? 60,
    explain: given.explain ?? 1,
  }
}
