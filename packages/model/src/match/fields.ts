import type { Event } from '@hotlead/contracts'
import type { Value } from '../model.ts'

/** What a count or a table may look at of an event: one of these, or a name below one of `MAPS`. */
export const FIELDS = ['name', 'path', 'host', 'referrer', 'title', 'source'] as const
export const MAPS = ['property', 'trait', 'campaign', 'context'] as const

type Read = (event: Event) => Value | null | undefined

/** Reads a field that a model names, such as `path` or `property.total`; undefined where there is no such field. */
export function fieldOf(text: string): Read | undefined {
  const dot = text.indexOf('.')
  const [map, name] = dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)]
  if (dot >= 0 && name !== '')
    switch (map) {
      case 'property':
        return e => e.properties[name]
      case 'trait':
        return e => e.traits[name]
      case 'campaign':
        return e => e.context[`campaign.${name}`]
      case 'context':
        return e => e.context[name]
    }
  switch (text) {
    case 'name':
    case 'source':
      return e => e[text]
    case 'path':
    case 'host':
    case 'referrer':
    case 'title':
      return e => e.page?.[text]
  }
  return undefined
}
