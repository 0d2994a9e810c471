import { Codec, learnSchema, schemaText, topicNames, UndecodableError, type Values } from '@hotlead/contracts'
import type { CliConfig } from './config.ts'
import { addressOf, unavailable } from './connect.ts'
import { CliError, EXIT } from './exit.ts'

/*
 * The registry by plain HTTP: its client takes a second to load, which nobody wants to wait for at each command.
 * Registering itself stays with contracts.registerSchemas.
 */
type TopicValue = Exclude<keyof Values, 'standing'>

async function ask(config: CliConfig, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(`${config.HOTLEAD_REGISTRY}${path}`, {
      ...(body
        ? {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
          }
        : {}),
      signal: AbortSignal.timeout(10_000),
    })
  } catch (error) {
    const cause = (error as Error).cause ?? error
    throw unavailable('The schema registry', addressOf(config.HOTLEAD_REGISTRY), cause)
  }
}

function subjectOf(config: CliConfig, name: TopicValue): string {
  return `${topicNames(config.HOTLEAD_TOPIC_PREFIX)[name]}-value`
}

/** Id of our schema under its subject; undefined where it is not registered. */
async function idOf(config: CliConfig, name: TopicValue): Promise<number | undefined> {
  const path = `/subjects/${encodeURIComponent(subjectOf(config, name))}?normalize=false`
  const answer = await ask(config, path, { schemaType: 'AVRO', schema: schemaText(name) })
  if (answer.status === 404) return undefined
  if (!answer.ok)
    throw unavailable('The schema registry', addressOf(config.HOTLEAD_REGISTRY), {
      message: `it says ${answer.status}`,
    })
  return ((await answer.json()) as { id: number }).id
}

/** Whether a subject has our schema and refuses changes that older readers could not read. */
export async function isRegistered(config: CliConfig, name: TopicValue): Promise<boolean> {
  const [id, level] = await Promise.all([
    idOf(config, name),
    ask(config, `/config/${encodeURIComponent(subjectOf(config, name))}`).then(async answer =>
      answer.ok ? ((await answer.json()) as { compatibilityLevel?: string }).compatibilityLevel : undefined,
    ),
  ])
  return id !== undefined && level === 'BACKWARD_TRANSITIVE'
}

/** A codec of a topic's values. @throws CliError where the schema is not registered */
export async function openCodec<N extends TopicValue>(config: CliConfig, name: N): Promise<Codec<Values[N]>> {
  const id = await idOf(config, name)
  if (id === undefined)
    throw new CliError(
      EXIT.failed,
      `The schema registry has no schema of ours under ${subjectOf(config, name)}.`,
      'Run `hotlead setup` once.',
    )
  return new Codec<Values[N]>(name, id)
}

/** Decodes bytes written under any version that the registry knows. */
export async function decode<T>(config: CliConfig, codec: Codec<T>, bytes: Buffer): Promise<T> {
  try {
    return codec.decode(bytes)
  } catch (error) {
    if (!(error instanceof UndecodableError) || error.schemaId === undefined) throw error
    const subject = subjectOf(config, codec.name as TopicValue)
    if (!(await learnSchema(config.HOTLEAD_REGISTRY, subject, codec, error.schemaId))) throw error
    return codec.decode(bytes)
  }
}
