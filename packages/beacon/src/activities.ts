import { randomUUID } from 'node:crypto'
import { type Activity, type Event, NO_ACTIVITY, type Page } from '@hotlead/contracts'
import { truncateAddress } from './address.ts'
import { type Flat, flatten, MAX_CHARS } from './flatten.ts'
import type { Bag } from './messages.ts'
import { isFieldDenied } from './privacy/deny.ts'
import type { Identified } from './steps/identify.ts'

/** What an event is in the log. */
export interface Activities {
  event: { key: string; value: Activity }
  /** Who is whom by it; before the event, so that whoever reads that can know the lead. */
  links: { key: string; value: Activity }[]
}

/** @param newId gives an event without an id one: the same to each of its retries, else another each time */
export function activitiesOf(identified: Identified, newId: () => string = randomUUID): Activities {
  const { key, links, at } = identified
  return {
    event: { key, value: { ...NO_ACTIVITY, kind: 'event', event: eventOf(identified, newId) } },
    links: links.map(({ key: of, lead }) => ({
      key: of,
      value: {
        ...NO_ACTIVITY,
        kind: 'link',
        link: { lead, at, received: identified.admitted.beacon.receivedAt },
      },
    })),
  }
}

function eventOf(identified: Identified, newId: () => string): Event {
  const { admitted, type, message, at, timestamp, sentAt, email } = identified
  const { beacon, source } = admitted
  const properties = flatten(message.properties)
  const { deny } = source.privacy
  if (message.category && !isFieldDenied(deny, 'properties', 'category'))
    properties.category ??= message.category
  return {
    id: message.messageId === null || message.messageId === undefined ? newId() : String(message.messageId),
    type,
    name: nameOf(identified),
    at,
    timestamp,
    sentAt,
    receivedAt: beacon.receivedAt,
    anonymousId: identified.anonymousId,
    userId: identified.sender === undefined ? identified.userId : null,
    page: pageOf(message.properties ?? undefined, message.context ?? undefined, type === 'page'),
    properties,
    traits: traitsOf(identified, isFieldDenied(deny, 'traits', 'email') ? null : email),
    context: contextOf(message.context ?? undefined),
    ip: addressOf(identified),
    userAgent: identified.userAgent,
    source: source.name,
    // By a key that only servers have, which stands for webhooks too, or by a token of ours that names the lead.
    signed: source.secret || beacon.lead !== undefined,
    flags: identified.flags,
  }
}

function nameOf({ message, admitted }: Identified): string {
  const name = message.event ?? message.name ?? ''
  return admitted.source.names.get(name) ?? name
}

/**
 * Of the person: what identify and context.traits say, and the address, null where none may be written. A group’s own traits go
 * under `company.`. Of somebody whom another names, the address alone.
 */
function traitsOf({ type, message, admitted, sender }: Identified, email: string | null): Flat {
  const traits: Flat = Object.create(null)
  if (email !== null) traits.email = email
  if (sender !== undefined) return traits
  if (type === 'group') {
    if (!isFieldDenied(admitted.source.privacy.deny, 'traits', 'company.id'))
      traits['company.id'] = String(message.groupId)
    flatten(message.traits, traits, 'company.')
  } else flatten(message.traits, traits)
  flatten((message.context as Bag | undefined)?.traits, traits)
  if (email !== null) traits.email = email
  return traits
}

/** What has a field of its own is left out. */
function contextOf(context: Bag | undefined): Flat {
  if (!context) return Object.create(null)
  const { page, traits, ip, userAgent, ...rest } = context
  return flatten(rest)
}

/** Only a server that speaks for the visitor may name the address; anyone else's is that of the connection. */
function addressOf({ admitted, message }: Identified): string | null {
  if (!admitted.source.secret) return truncateAddress(admitted.beacon.address)
  const ip = message.context?.ip
  return typeof ip === 'string' ? truncateAddress(ip) : null
}

function pageOf(properties: Bag | undefined, context: Bag | undefined, isPage: boolean): Page | null {
  const page = context?.page as Bag | undefined
  const pick = (name: string) => (isPage ? textOf(properties, name) : undefined) ?? textOf(page, name)
  const url = pick('url')
  const parsed = url === undefined ? null : URL.parse(url)
  const path = parsed?.pathname ?? pick('path')
  if (path === undefined) return null
  return {
    host: parsed?.host ?? '',
    path: path.slice(0, MAX_CHARS),
    search: (parsed?.search ?? pick('search') ?? '').slice(0, MAX_CHARS),
    referrer: (pick('referrer') ?? '').slice(0, MAX_CHARS),
    title: (pick('title') ?? '').slice(0, MAX_CHARS),
  }
}

function textOf(bag: Bag | undefined, name: string): string | undefined {
  const value = bag?.[name]
  return typeof value === 'string' ? value : undefined
}
