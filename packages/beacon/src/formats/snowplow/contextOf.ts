import type { JsonObject } from '../json.ts'
import type { Fields } from './fields.ts'
import type { SelfDescribing } from './selfDescribing.ts'

/** Where and with what it happened, under Segment's names; what an event carries along comes last, so that it crowds nothing out. */
export function contextOf(fields: Fields, carried: readonly SelfDescribing[]): JsonObject {
  const url = fields.text('url')
  return {
    page: { url, title: fields.text('page'), referrer: fields.text('refr') },
    userAgent: fields.text('ua'),
    ip: fields.text('ip'),
    campaign: campaignOf(url),
    locale: fields.text('lang'),
    timezone: fields.text('tz'),
    screen: fields.size('res'),
    platform: fields.text('p'),
    session: { id: fields.text('sid'), index: fields.number('vid') },
    library: { name: 'snowplow', version: fields.text('tv') },
    traits: carried.find(isPerson)?.data,
    entities: byName(carried.filter(entity => !isPerson(entity))),
  }
}

/** What a shop's plug-in, or a site by a schema of its own, says of the person: `iglu:…/user/…`. */
function isPerson({ name }: SelfDescribing): boolean {
  return name === 'user'
}

/** One of a name as it is, several as a list: `entities.web_page.id`, `entities.product.0.sku`. */
function byName(carried: readonly SelfDescribing[]): JsonObject {
  const found: Record<string, JsonObject | JsonObject[]> = Object.create(null)
  for (const { name, data } of carried) {
    const before = found[name]
    if (before === undefined) found[name] = data
    else if (Array.isArray(before)) before.push(data)
    else found[name] = [before, data]
  }
  return found
}

const UTM = { source: 'source', medium: 'medium', campaign: 'name', term: 'term', content: 'content' }

/** As our own tracker says it: https://segment.com/docs/connections/spec/common/#context-fields-automatically-collected */
function campaignOf(url: string | undefined): JsonObject | undefined {
  const query = url === undefined ? null : URL.parse(url)?.searchParams
  if (!query) return undefined
  return Object.fromEntries(
    Object.entries(UTM).map(([name, ours]) => [ours, query.get(`utm_${name}`) || undefined]),
  )
}
