import type { z } from 'zod'

type Def = { type: string } & Record<string, unknown>

/** What a schema accepts once optional, transformed, lazy and united parts are opened. */
function opened(schema: unknown): Def[] {
  const def = (schema as { _zod: { def: Def } })._zod.def
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'nullable':
    case 'readonly':
      return opened(def.innerType)
    case 'pipe':
      return opened(def.in)
    case 'lazy':
      return opened((def.getter as () => unknown)())
    case 'union':
      return (def.options as unknown[]).flatMap(opened)
    default:
      return [def]
  }
}

/** Settings that a schema has at a place of the content, in its order; empty where names are free. */
export function settingsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at = opened(schema)
  for (const part of path)
    at = at.flatMap(def => {
      if (def.type === 'object') {
        const inner = (def.shape as Record<PropertyKey, unknown>)[part]
        return inner ? opened(inner) : []
      }
      if (def.type === 'array') return opened(def.element)
      return def.type === 'record' ? opened(def.valueType) : []
    })
  return [...new Set(at.flatMap(def => (def.type === 'object' ? Object.keys(def.shape as object) : [])))]
}
