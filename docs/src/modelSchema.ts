import { modelJsonSchema } from '@hotlead/model'

/** What editors check a model file by, as it is in schemas/. */
export function modelSchemaFile(): string {
  return `${JSON.stringify(modelJsonSchema(), null, 2)}\n`
}
