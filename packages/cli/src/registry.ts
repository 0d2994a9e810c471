import {
  Codec,
  learnSchema,
  type Reads,
  schemaText,
  topicNames,
  UndecodableError,
  type Values,
} from '@hotlead/contracts'
import type { CliConfig } from './config.ts'
import { addressOf, isAnother, unavailable } from './connect.ts'
import { CliError, EXIT } from './exit.ts'

/*
 * The registry by plain HTTP: its client takes a second to load, which nobody wants to wait for at each command.
 * Registering itself stays with contracts.registerSchemas.
 */
const PLACE = 'HOTLEAD_REGISTRY'
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
    throw unavailable(config, PLACE, 'The schema registry', addressOf(config.HOTLEAD_REGISTRY), cause)
  }
}

function subjectOf(config: CliConfig, name: TopicValue): string {
  return `${topicNames(config.HOTLEAD_TOPIC_PREFIX)[name]}-value`
}

/** Id of our schema under its subject; undefined where it is not registered. */
async function idOf(config: CliConfig, name: TopicValue): Promise<number | undefined> {
  const path = `/subjects/${encodeURIComponent(subjectOf(config, name))}?normalize=false`
  const answer = await ask(config, path, { schemaType: 'AVRO', schema: schemaText(name) })
  const { id, error_code } = await bodyOf(answer)
  // Both of its 404 have a code: 40401 no such subject, 40403 no such schema. Any other server's has none.
  if (answer.status === 404 && error_code !== undefined) return undefined
  if (answer.ok && typeof id === 'number') return id
  if (answer.ok || answer.status === 404)
    throw isAnother(
      PLACE,
      'schema registry',
      config.HOTLEAD_REGISTRY.replace(/\/\/[^/]*@/, '//'),
      `it says ${answer.status} and not what a registry says; the path counts, as in /apis/ccompat/v7`,
    )
  throw unavailable(config, PLACE, 'The schema registry', addressOf(config.HOTLEAD_REGISTRY), {
    message: `it says ${answer.status}`,
  })
}

/** Nothing where the answer is no JSON object. */
async function bodyOf(
  answer: Response,
): Promise<{ id?: unknown; error_code?: unknown; compatibilityLevel?: unknown }> {
  const body: unknown = await answer.json().catch(() => undefined)
  return typeof body === 'object' && body !== null ? body : {}
}

/** Whether a subject has our schema and refuses changes that older readers could not read. */
export async function isRegistered(config: CliConfig, name: TopicValue): Promise<boolean> {
  const [id, level] = await Promise.all([
    idOf(config, name),
    ask(config, `/config/${encodeURIComponent(subjectOf(config, name))}`).then(async answer =>
      answer.ok ? (await bodyOf(answer)).compatibilityLevel : undefined,
    ),
  ])
  return id !== undefined && level === 'BACKWARD_TRANSITIVE'
}

/** A codec of a topic's values. @param reads fields that are wanted; left out: all @throws CliError where the schema is not registered */
export async function openCodec<N extends TopicValue>(
  config: CliConfig,
  name: N,
  reads?: Reads,
): Promise<Codec<Values[N]>> {
  const id = await idOf(config, name)
  if (id === undefined)
    throw new CliError(
      EXIT.failed,
      `The schema registry has no schema of ours under ${subjectOf(config, name)}.`,
      'Run `hotlead setup` once.',
    )
  return new Codec<Values[N]>(name, id, reads)
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
