import type { Compatibility, SchemaRegistryClient } from '@confluentinc/schemaregistry'
import { Codec, type Values } from './codec.ts'
import { schemaText, type ValueName } from './schemas.ts'
import { TOPICS, topicNames } from './topics.ts'

export type Codecs = { readonly [N in ValueName]: Codec<Values[N]> }

const BACKWARD_TRANSITIVE = 'BACKWARD_TRANSITIVE' as Compatibility

/** Id of what never leaves Redis: it has no subject in the registry. */
const LOCAL_ID = 0

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

/** Looks every schema up (never registers) and opens its codec. @throws naming the subject that is missing. */
export async function openCodecs(url: string, prefix = ''): Promise<Codecs> {
  const registry = await client(url)
  const codecs: Partial<Record<ValueName, Codec<never>>> = { standing: new Codec('standing', LOCAL_ID) }
  for (const { name, subject } of subjects(prefix)) {
    try {
      codecs[name] = new Codec(
        name,
        await registry.getId(subject, { schemaType: 'AVRO', schema: schemaText(name) }),
      )
    } catch (cause) {
      throw new Error(
        `the schema registry at ${url} has no such schema under ${subject}: run \`hotlead setup\` once`,
        { cause },
      )
    }
  }
  return codecs as unknown as Codecs
}

/** Teaches a codec the schema behind an id that turned up in a record. @throws where the registry does not know it. */
export async function learnSchema(
  url: string,
  subject: string,
  codec: Pick<Codec<never>, 'learn'>,
  id: number,
): Promise<void> {
  const found = await (await client(url)).getBySubjectAndId(subject, id)
  codec.learn(id, found.schema)
}
