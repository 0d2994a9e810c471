import { readFileSync } from 'node:fs'
import { registerSchemas } from '@hotlead/contracts'
import { expectedTopics } from '@hotlead/host'
import { ensureTopics } from '@hotlead/kafka'
import { parseModel } from '@hotlead/model'
import { activeModels } from '../activeModels.ts'
import { type Command, JSON_OPTION } from '../command.ts'
import { type CliConfig, readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { latestOf } from '../history.ts'
import { modelOf, publishModel, readModels } from '../models.ts'
import { isRegistered, openCodec } from '../registry.ts'

const MODEL = new URL('../../../../models/default.yaml', import.meta.url)
const WORKSPACE = 'demo'
const SUBJECTS = ['activity', 'scores', 'tiers', 'hot-leads', 'models'] as const

export interface SetUp {
  topics: number
  schemas: 'registered' | 'there'
  model: { workspace: string; version: string; published: boolean; partitions: number }
}

/**
 * Makes topics, schemas and the first model what they must be; where they are, it only looks. Each step stands by
 * itself, so one that was cut short is finished by the next run.
 * @throws CliError naming what is not as it must be
 */
export async function setUp(config: CliConfig): Promise<SetUp> {
  const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
  try {
    const topics = expectedTopics(config)
    const wrong = await ensureTopics(kafka, topics, true)
    if (wrong.length > 0) throw new CliError(EXIT.failed, wrong.join('\n'), 'Nothing else was changed.')

    const there = await Promise.all(SUBJECTS.map(name => isRegistered(config, name)))
    const complete = there.every(Boolean)
    if (!complete) await registerSchemas(config.HOTLEAD_REGISTRY, config.HOTLEAD_TOPIC_PREFIX)

    const [models, activity, scores] = await Promise.all([
      openCodec(config, 'models'),
      openCodec(config, 'activity'),
      openCodec(config, 'scores'),
    ])
    const known = (await readModels(config, kafka, models)).filter(m => m.workspace === WORKSPACE)
    const active = await activeModels(config, kafka, redis, { scores, activity }, WORKSPACE)
    const lacking = active.flatMap(({ version }, partition) => (version === undefined ? [partition] : []))
    const latest = latestOf(known)
    const now = Date.now()
    const source = latest ? latest.source : readFileSync(MODEL, 'utf8')
    const model = latest ? modelOf(latest) : shipped(source)
    if (lacking.length > 0)
      await publishModel({
        config,
        kafka,
        codecs: { models, activity },
        workspace: WORKSPACE,
        model,
        source,
        announce: false,
        partitions: lacking,
        activations: [...(latest?.activations ?? []), now],
        recounts: latest?.recounts ?? [],
        now,
      })
    return {
      topics: topics.length,
      schemas: complete ? 'there' : 'registered',
      model: {
        workspace: WORKSPACE,
        version: model.version,
        published: lacking.length > 0,
        partitions: lacking.length,
      },
    }
  } finally {
    redis.disconnect()
  }
}

function shipped(source: string) {
  const parsed = parseModel(source)
  if (!parsed.ok)
    throw new CliError(
      EXIT.failed,
      `models/default.yaml has ${parsed.problems.length} problem(s).`,
      'Run `hotlead model check models/default.yaml`.',
    )
  return parsed.model
}

export const setup: Command = {
  name: 'setup',
  about: 'Create topics, register schemas and publish the first model, where they are missing',
  details:
    'Run once per installation, and again after an upgrade; where nothing is missing it changes nothing.\n' +
    'Where the installation is comes from the environment: HOTLEAD_KAFKA, HOTLEAD_REGISTRY, HOTLEAD_REDIS,\n' +
    'HOTLEAD_PARTITIONS, HOTLEAD_TOPIC_PREFIX.',
  options: { ...JSON_OPTION },
  examples: [
    ['hotlead setup', 'on this machine'],
    ['HOTLEAD_PARTITIONS=32 hotlead setup', 'with room for more scorers: decided once, at the first run'],
  ],
  async run(_args, terminal) {
    const done = await setUp(readConfig())
    if (terminal.json) return terminal.value(done)
    const { model } = done
    terminal.line(`topics   ${done.topics} as they must be`)
    terminal.line(`schemas  ${done.schemas === 'there' ? 'registered' : 'registered now'}`)
    terminal.line(
      `model    ${model.workspace} scores by version ${model.version}${model.published ? ', published now' : ''}`,
    )
  },
}
