import type { JsonObject } from '../json.ts'
import { fieldOf, formOf } from './form.ts'
import type { SelfDescribing } from './selfDescribing.ts'

/** A schema of Snowplow's own, as our models call it. */
interface Known {
  name: string
  properties?: (data: JsonObject) => JsonObject
}

/** By the schema's name, of the vendors `com.snowplowanalytics.…`, in any version. */
const KNOWN = new Map<string, Known>([
  [
    'link_click',
    { name: 'Link Clicked', properties: ({ targetUrl, ...data }) => ({ url: targetUrl, ...data }) },
  ],
  ['submit_form', { name: 'Form Submitted', properties: formOf }],
  ['change_form', { name: 'Form Changed', properties: fieldOf }],
  ['focus_form', { name: 'Form Focused', properties: fieldOf }],
  ['button_click', { name: 'Button Clicked' }],
  ['site_search', { name: 'Site Searched', properties: searchOf }],
  ['add_to_cart', { name: 'Product Added' }],
  ['remove_from_cart', { name: 'Product Removed' }],
])

export function known({ vendor, name }: SelfDescribing): Known | undefined {
  return isSnowplows(vendor) ? KNOWN.get(name) : undefined
}

export function isSnowplows(vendor: string): boolean {
  return vendor.startsWith('com.snowplowanalytics.')
}

function searchOf({ terms, ...data }: JsonObject): JsonObject {
  return { query: Array.isArray(terms) ? terms.join(' ') : terms, ...data }
}
