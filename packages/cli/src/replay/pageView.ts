import { createHash } from 'node:crypto'
import type { Hit } from './accessLog.ts'

/** Why a line is no page view. The first that applies, in this order. */
export const SKIPS = {
  malformed: 'not in the combined format',
  method: 'no GET',
  status: 'status neither 2xx nor 304',
  asset: 'an asset',
} as const
export type Skip = keyof typeof SKIPS

/** What a page loads by itself, and what only machines ask for. Documents and downloads (pdf, zip, …) are interest. */
const ASSETS = new Set(
  (
    'css js mjs map png jpg jpeg gif svg ico webp avif bmp tif tiff cur woff woff2 ttf otf eot ' +
    'mp3 mp4 m4a m4v ogg ogv wav webm swf webmanifest'
  ).split(' '),
)
const MACHINES = /\/(robots\.txt|sitemap[^/]*\.xml(\.gz)?|browserconfig\.xml|crossdomain\.xml)$/i

export function skipOf(hit: Hit): Exclude<Skip, 'malformed'> | undefined {
  if (hit.method !== 'GET') return 'method'
  if (hit.status !== 304 && (hit.status < 200 || hit.status > 299)) return 'status'
  const { path } = split(hit.target)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  if (dot >= 0 && ASSETS.has(name.slice(dot + 1).toLowerCase())) return 'asset'
  return MACHINES.test(path) ? 'asset' : undefined
}

/** A visitor is an address with a user agent: all that a log has. 80 bits, so that neither can be read from it. */
export function visitorOf(hit: Hit): string {
  return `log-${createHash('sha256').update(`${hit.address}\n${hit.userAgent}`).digest('hex').slice(0, 20)}`
}

export interface PageEvent {
  type: 'page'
  messageId: string
  anonymousId: string
  timestamp: string
  properties: { path: string; search: string; referrer: string }
  context: { ip: string; userAgent: string }
}

/** The page view of a hit. The same line of the same run has the same id: sent again, it counts once. */
export function pageEvent(hit: Hit, messageId: string, at: number): PageEvent {
  const { path, search } = split(hit.target)
  return {
    type: 'page',
    messageId,
    anonymousId: visitorOf(hit),
    timestamp: new Date(at).toISOString(),
    properties: { path, search, referrer: hit.referrer },
    context: { ip: hit.address, userAgent: hit.userAgent },
  }
}

/** Path and search of a request's target; of one for a proxy (`http://host/path`), those of its URL. */
function split(target: string): { path: string; search: string } {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  const hash = local.indexOf('#')
  const whole = hash < 0 ? local : local.slice(0, hash)
  const mark = whole.indexOf('?')
  const path = mark < 0 ? whole : whole.slice(0, mark)
  return { path: path === '' ? '/' : path, search: mark < 0 ? '' : whole.slice(mark) }
}
