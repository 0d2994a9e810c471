import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, loadConfig } from '../../../packages/service/src/config.ts'
import { ingestorConfig } from '../../../services/ingestor/src/config.ts'
import { checkSources } from '../../../services/ingestor/src/sources.ts'
import { scorerConfig } from '../../../services/scorer/src/config.ts'
import { tieringConfig } from '../../../services/tiering/src/config.ts'
import { type WantedPort, wantedByServers } from './ports.ts'
import { addresses, type Environment, type Settings, wantedByServices } from './settings.ts'

/**
 * Reads what the services will read, before anything is started for them.
 * @throws ConfigError (exit code 78) with one sentence for each setting that is wrong
 */
export function checkConfiguration(settings: Settings, env: Environment): void {
  const given = { ...env, ...addresses(settings) }
  const problems = [
    ...samePorts([...wantedByServers(settings.ports), ...wantedByServices(settings)]),
    ...problemsOf(() => loadConfig(scorerConfig, given)),
    ...problemsOf(() => loadConfig(tieringConfig, given)),
    ...problemsOf(() => checkSources(loadConfig(ingestorConfig, given))),
  ]
  if (problems.length > 0) throw new ConfigError([...new Set(problems)])
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

/** One sentence for each two of ours that were given the same port. */
function samePorts(wanted: readonly WantedPort[]): string[] {
  const first = new Map<number, WantedPort>()
  return wanted.flatMap(one => {
    const other = first.get(one.port)
    if (!other) first.set(one.port, one)
    return other
      ? [
          `${other.variable} (${other.what}) and ${one.variable} (${one.what}) are both ${one.port}: set one of them to another port`,
        ]
      : []
  })
}

/**
 * @param kafkaLogs folder in which Kafka keeps a folder for each partition; where it is not there, nothing is checked
 * @throws ConfigError where the topics there have another number of partitions than the configuration
 */
export function checkPartitions(kafkaLogs: string, env: Environment): void {
  const { HOTLEAD_PARTITIONS, HOTLEAD_IDLE_PARTITIONS, HOTLEAD_TOPIC_PREFIX } = loadConfig(scorerConfig, env)
  if (!existsSync(kafkaLogs)) return
  const topic = `${HOTLEAD_TOPIC_PREFIX}activity-`
  const there = readdirSync(kafkaLogs).filter(
    folder => folder.startsWith(topic) && /^\d+$/.test(folder.slice(topic.length)),
  ).length
  const isWrong = there < HOTLEAD_PARTITIONS || there > HOTLEAD_PARTITIONS + HOTLEAD_IDLE_PARTITIONS
  if (there > 0 && isWrong)
    throw new ConfigError([
      `HOTLEAD_PARTITIONS is ${HOTLEAD_PARTITIONS} and the data in ${join(kafkaLogs, '..', '..')} has ${there}: set HOTLEAD_PARTITIONS=${there}, or HOTLEAD_DATA to another folder`,
    ])
}
