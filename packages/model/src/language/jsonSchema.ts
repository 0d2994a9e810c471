import { z } from 'zod'
import { modelSchema } from './schema/model.ts'

/**
 * The model file as JSON Schema (draft 2020-12), for editors: completion, hover texts, and most mistakes while typing.
 * What refers to something else in the file is checked by `parseModel` only.
 */
export function modelJsonSchema(): object {
  return {
    title: 'hotlead scoring model',
    ...z.toJSONSchema(modelSchema, { io: 'input', unrepresentable: 'any', reused: 'ref' }),
  }
}
