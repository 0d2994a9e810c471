import { isObject, type JsonObject } from '../json.ts'

/** What a form sends without showing it, or what nobody else may read. */
const HIDDEN = new Set(['hidden', 'password', 'file'])

/**
 * What was submitted, as our own tracker says it: each field by its name, and an e-mail address as `email`, by which the
 * lead is known. Which fields come at all the site's form tracking decides (its `fields` lists and `transform`).
 */
export function formOf({ formId, elements }: JsonObject): JsonObject {
  const properties: JsonObject = Object.create(null)
  properties.form = formId
  for (const element of Array.isArray(elements) ? elements : []) {
    if (!isObject(element)) continue
    const { name, value, type } = element
    const kind = typeof type === 'string' ? type.toLowerCase() : ''
    // An unchecked box says null.
    if (typeof name !== 'string' || typeof value !== 'string' || value === '' || HIDDEN.has(kind)) continue
    const own = kind === 'email' || /^(your[-_ ]?)?e[-_ ]?mail/i.test(name) ? 'email' : name
    properties[own] ??= value
  }
  return properties
}

/** A field that was changed or entered: which one, and not what stands in it, since nobody has sent that yet. */
export function fieldOf({ formId, elementId, nodeName, type, elementType }: JsonObject): JsonObject {
  return { form: formId, field: elementId, kind: type ?? elementType ?? nodeName }
}
