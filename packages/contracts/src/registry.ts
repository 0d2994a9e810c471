import type { Compatibility, SchemaRegistryClient } from '@confluentinc/schemaregistry'
import { Codec, type Values } from './codec.ts'
import { schemaText, type ValueName } from './schemas.ts'
import { standingCodec } from './standing.ts'
import { TOPICS, topicNames } from './topics.ts'

export type Codecs = { readonly [N in ValueName]: Codec<Values[N]> }

const BACKWARD_TRANSITIVE = 'BACKWARD_TRANSITIVE' as Compatibility

// Loaded where it is used: the package takes about a second, which a command that only reads Redis need not pay.
async function client(url: string): Promise<SchemaRegistryClient> {
  const { SchemaRegistryClient } = await import('@confluentinc/schemaregistry')
  return new SchemaRegistryClient({ baseURLs: [url], createAxiosDefaults: { timeout: 10_000 } })
}

function subjects(prefix: string): { name: ValueName; subject: string }[] {
  const names = topicNames(prefix)
  return TOPICS.filter(t => t.value !== 'bytes').map(t => ({
    name: t.value as ValueName,
    subject: `${names[t.name]}-value`,
  }))
}

/**
 * Registers every topic's schema under `<topic>-value` and sets BACKWARD_TRANSITIVE on each subject, so that a
 * newer reader reads everything the log still holds. Done at deploy time; repeating it changes nothing.
 * @throws the registry's own refusal where a schema is not compatible with a released one.
 */
export async function registerSchemas(url: string, prefix = ''): Promise<Record<string, number>> {
  const registry = await client(url)
  const ids: Record<string, number> = {}
  for (const { name, subject } of subjects(prefix)) {
    ids[subject] = await registry.register(subject, { schemaType: 'AVRO', schema: schemaText(name) })
    await registry.updateCompatibility(subject, BACKWARD_TRANSITIVE)
  }
  return ids
}

/**
 * Looks every schema up (never registers) and opens its codec, which reads records of every version that is registered:
 * states in Redis and changelogs hold what former releases wrote, and reading them asks nobody. Two requests a subject,
 * and one for each version more.
 * @throws naming the subject that is missing, or the registry that does not answer (RegistryAwayError)
 */
export async function openCodecs(url: string, prefix = ''): Promise<Codecs> {
  const registry = await client(url)
  const opened = await Promise.all(
    subjects(prefix).map(async ({ name, subject }) => {
      try {
        const id = await registry.getId(subject, { schemaType: 'AVRO', schema: schemaText(name) })
        const codec = new Codec<never>(name, id)
        await learnVersions(registry, subject, codec)
        return [name, codec] as const
      } catch (cause) {
        throw noSchema(new URL(url).host, subject, cause)
      }
    }),
  )
  return { ...Object.fromEntries(opened), standing: standingCodec() } as unknown as Codecs
}

/** The schema registry does not answer; the same may go well later. */
export class RegistryAwayError extends Error {
  override name = 'RegistryAwayError'
}

/** @param host without what the URL may hold of passwords */
function noSchema(host: string, subject: string, cause: unknown): Error {
  return saysUnknown(cause)
    ? new Error(
        `the schema registry at ${host} has no such schema under ${subject}: run \`hotlead setup\` once`,
        { cause },
      )
    : new RegistryAwayError(
        `the schema registry at ${host} cannot be used: start it (\`npm start\`), or set HOTLEAD_REGISTRY`,
        { cause },
      )
}

async function learnVersions(
  registry: SchemaRegistryClient,
  subject: string,
  codec: Codec<never>,
): Promise<void> {
  const versions = await registry.getAllVersions(subject)
  if (versions.length === 1) return
  for (const version of versions) {
    const { id, schema } = await registry.getSchemaMetadata(subject, version)
    if (id !== undefined && id !== codec.id && schema !== undefined) codec.learn(id, schema)
  }
}

/**
 * Teaches a codec the schema behind an id that turned up in a record.
 * @returns false where the registry has no such id, or a schema that cannot be read as ours: the record is bad data
 * @throws where the registry does not answer, or has lost our own schema as well: an outage is never bad data
 */
export async function learnSchema(
  url: string,
  subject: string,
  codec: Pick<Codec<never>, 'id' | 'learn'>,
  id: number,
): Promise<boolean> {
  const registry = await client(url)
  try {
    return codec.learn(id, (await registry.getBySubjectAndId(subject, id)).schema)
  } catch (error) {
    if (!saysUnknown(error)) throw error
  }
  // An emptied registry knows no id: asking for ours tells that apart from a record that nobody can explain.
  await registry.getBySubjectAndId(subject, codec.id)
  return false
}

/** The registry's own 404 (40401 to 40403); one without its code is a proxy's, or a wrong address. */
function saysUnknown(error: unknown): boolean {
  const { errorCode } = error as { errorCode?: unknown }
  return typeof errorCode === 'number' && Math.floor(errorCode / 100) === 404
}
