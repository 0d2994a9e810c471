import { type Codec, learnSchema, UndecodableError } from '@hotlead/contracts'
import { RefusedError } from '@hotlead/stream'
import { type ModelStore, UnknownModelError } from './modelStore.ts'

/**
 * What a processor does about a record that it cannot decode: it may name a schema or a model that is newer than this
 * process. The function made answers whether decoding again may help; false makes the record a dead letter.
 * @throws where registry or Kafka does not answer (an outage is never bad data), and RefusedError for a model that is
 *   published but that this version cannot read: going on without it would give wrong scores
 */
export function recoverRecord(o: {
  registry: string
  topic: string
  codec: Pick<Codec<never>, 'id' | 'learn'>
  models: Pick<ModelStore, 'get' | 'refresh'>
}) {
  return async function recoverRecord(error: unknown): Promise<boolean> {
    if (error instanceof RefusedError) throw error
    if (error instanceof UnknownModelError) {
      await o.models.refresh()
      return o.models.get(error.version) !== undefined
    }
    if (!(error instanceof UndecodableError) || error.schemaId === undefined) return false
    return learnSchema(o.registry, `${o.topic}-value`, o.codec, error.schemaId)
  }
}
