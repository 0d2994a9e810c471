#!/usr/bin/env node
/*
 * An independent count of what an access log is worth under models/default.yaml, for the test of the whole pipeline.
 *
 *   node e2e/count.mjs FILE --end MS [--at MS] [--from MS]
 *
 *   FILE    an access log in the combined format, plain or .gz
 *   --end   ms since 1970 of the log's latest page view once the log is shifted in time ("it ends now")
 *   --at    ms since 1970 at which the scores are wanted (default: --end)
 *   --from  ms since 1970 before the first event went in (default: --end); see "Why the sets are certain"
 *
 * It shares no line with the product: no import of ours, the model written out by hand below, loops in place of
 * everything clever. The one thing from outside is isbot, which the edge uses too: what a bot is, is isbot's word.
 *
 * Why the sets are certain. Which visitors became WARM or HOT does not depend on how the replay was cut into batches,
 * snapshots and seconds:
 *   1. Every event goes in between --from and --at, however far back its own time lies, so a lead is judged only at
 *      clocks within that span.
 *   2. At any one clock, an event more never lowers a score: no rule that this log can match has negative points, and a
 *      cap takes the latest hours first. At any one set of events, a later clock never raises it. Counts behave alike.
 *   3. So who passes the condition with ALL events at --at has passed it (the last snapshot is judged no later), and
 *      who does not pass with ALL events at --from never did.
 * Where the two answers differ the visitor is listed under `uncertain`, and a test should want that list empty: some
 * tens of seconds take less than a ten-thousandth off a score. Nobody falls back either: to leave WARM or HOT a score
 * must drop by a third. What is NOT certain is the path: a visitor may go COLD → WARM → HOT or COLD → HOT at once, as
 * the seconds fall.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, extname } from 'node:path'
import { gunzipSync } from 'node:zlib'

const { isbot } = createRequire(new URL('../packages/beacon/package.json', import.meta.url))('isbot')

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

// ---------------------------------------------------------------- the model, by hand

const PAGES_OF = {
  product: ['product', 'products', 'projects', 'features', 'solutions'],
  document: ['docs', 'documentation', 'presentations', 'case-studies', 'whitepapers'],
  download: ['files', 'download', 'downloads'],
}

/** Signals of models/default.yaml that a page view of this path gives. Forms, mails and so on are not in a log. */
function signalsOfPath(path) {
  const lower = path.toLowerCase()
  const folder = lower.split('/')[1]
  const signals = ['page-view']
  if (PAGES_OF.product.includes(folder)) signals.push('product')
  if (PAGES_OF.document.includes(folder)) signals.push('document')
  if (PAGES_OF.download.includes(folder)) signals.push('download')
  const bare = lower.endsWith('/') ? lower.slice(0, -1) : lower
  if (folder === 'pricing' || bare === '/prices' || bare === '/plans') signals.push('pricing')
  // Negative points would break the argument above.
  if (folder === 'careers' || folder === 'jobs')
    throw new Error(`${path} scores negative points: see point 2 above`)
  return signals
}

/** Points of one event, events that count per UTC day, and the half-life of their worth. */
const RULES = {
  'page-view': { points: 1, perDay: 10, halfLife: 7 * DAY },
  product: { points: 2, perDay: 5, halfLife: 7 * DAY },
  document: { points: 2, perDay: 5, halfLife: 7 * DAY },
  pricing: { points: 8, perDay: 2, halfLife: 7 * DAY },
  download: { points: 12, perDay: 3, halfLife: 7 * DAY },
}

const isWarm = (score, _counts) => score >= 15
const isHot = (score, counts) =>
  score >= 40 && (counts.pricing >= 2 || counts.download >= 2 || counts['page-view'] >= 40)
/** The counts of the HOT condition look back this far. */
const HOT_WITHIN = 7 * DAY

// ---------------------------------------------------------------- the log

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `17/May/2015:10:05:03 +0000` → ms since 1970 */
function timeOf(stamp) {
  const [date, clock, zone] = [stamp.slice(0, 11), stamp.slice(12, 20), stamp.slice(21)]
  const [day, month, year] = date.split('/')
  const monthNumber = String(MONTHS.indexOf(month) + 1).padStart(2, '0')
  return Date.parse(`${year}-${monthNumber}-${day}T${clock}${zone.slice(0, 3)}:${zone.slice(3)}`)
}

/** Taken apart from the left, quote by quote; undefined for a line that is cut short. No line here quotes a quote. */
function readLine(line) {
  // address, ident, user, [time], then "request", status size, "referrer", "user agent"
  const parts = line.split('"')
  if (parts.length < 7) return undefined
  const address = parts[0].split(' ')[0]
  const stamp = parts[0].slice(parts[0].indexOf('[') + 1, parts[0].indexOf(']'))
  const [method, target] = parts[1].split(' ')
  const status = Number(parts[2].trim().split(' ')[0])
  // A log writes - for nothing.
  const userAgent = parts[5] === '-' ? '' : parts[5]
  return { address, time: timeOf(stamp), method, target, status, userAgent }
}

/** What pages load by themselves, and what only machines ask for. A PDF or an archive is something somebody wants. */
const ASSETS = new Set(
  [
    ...['css', 'js', 'mjs', 'map', 'json', 'webmanifest', 'swf'],
    ...['png', 'jpg', 'jpeg', 'gif', 'svg', 'ico', 'cur', 'webp', 'avif', 'bmp', 'tif', 'tiff'],
    ...['woff', 'woff2', 'ttf', 'otf', 'eot'],
    ...['mp3', 'mp4', 'm4a', 'm4v', 'ogg', 'ogv', 'wav', 'webm'],
  ].map(extension => `.${extension}`),
)
const FOR_MACHINES = ['robots.txt', 'browserconfig.xml', 'crossdomain.xml', 'sitemap.xml', 'sitemap.xml.gz']

/** Why a request is no page view, or undefined where it is one. */
function skipOf({ method, target, status }) {
  if (method !== 'GET') return 'method'
  if (!(status >= 200 && status < 300) && status !== 304) return 'status'
  const file = basename(target.split('?')[0]).toLowerCase()
  if (ASSETS.has(extname(`x${file}`)) || FOR_MACHINES.includes(file)) return 'asset'
  return undefined
}

function visitorIdOf(address, userAgent) {
  const digest = createHash('sha256').update(address).update('\n').update(userAgent).digest('hex')
  return `log-${digest.slice(0, 20)}`
}

// ---------------------------------------------------------------- arithmetic

/**
 * hours: Map from hour number (since 1970) to count. The cap of a day is spent on its latest hours. An event is as old
 * as the time since the END of its hour, and not older than nothing. Points to thousandths.
 */
function pointsOf(rule, hours, t) {
  const spent = {}
  let sum = 0
  const latestFirst = [...hours.keys()].sort((a, b) => b - a)
  for (const hour of latestFirst) {
    const day = Math.floor(hour / 24)
    for (let i = 0; i < hours.get(hour); i++) {
      spent[day] = (spent[day] ?? 0) + 1
      if (spent[day] > rule.perDay) break
      const age = Math.max(0, t - (hour + 1) * HOUR)
      sum += rule.points * 0.5 ** (age / rule.halfLife)
    }
  }
  return Math.round(sum * 1000) / 1000
}

function judge(hoursBySignal, t) {
  const byRule = {}
  let thousandths = 0
  for (const signal of Object.keys(RULES)) {
    const points = pointsOf(RULES[signal], hoursBySignal[signal] ?? new Map(), t)
    if (points !== 0) byRule[signal] = points
    thousandths += Math.round(points * 1000)
  }
  const counts = { 'page-view': 0, pricing: 0, download: 0 }
  for (const signal of Object.keys(counts))
    for (const [hour, count] of hoursBySignal[signal] ?? [])
      if (t - (hour + 1) * HOUR < HOT_WITHIN) counts[signal] += count
  const score = thousandths / 1000
  return { score, byRule, warm: isWarm(score, counts) || isHot(score, counts), hot: isHot(score, counts) }
}

// ---------------------------------------------------------------- all of it

const [file, ...options] = process.argv.slice(2)
const option = name => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : undefined)
const end = option('--end')
const at = option('--at') ?? end
const from = option('--from') ?? end
if (!file || !Number.isFinite(end) || !Number.isFinite(at) || !Number.isFinite(from)) {
  console.error('usage: node e2e/count.mjs FILE --end MS [--at MS] [--from MS]')
  process.exit(64)
}

let bytes = readFileSync(file)
if (file.endsWith('.gz')) bytes = gunzipSync(bytes)
const lines = bytes
  .toString('utf8')
  .split('\n')
  .filter(line => line !== '')

const skipped = { malformed: 0, method: 0, status: 0, asset: 0 }
const pageViews = []
for (const line of lines) {
  const request = readLine(line)
  const why = request === undefined ? 'malformed' : skipOf(request)
  if (why === undefined) pageViews.push(request)
  else skipped[why]++
}
let latest = 0
for (const { time } of pageViews) latest = Math.max(latest, time)
const shift = end - latest

/** id → visitor */
const visitors = new Map()
let counted = 0
for (const request of pageViews) {
  const id = visitorIdOf(request.address, request.userAgent)
  if (!visitors.has(id)) {
    const bot = isbot(request.userAgent)
    visitors.set(id, { id, events: 0, counted: 0, bot, hoursBySignal: {} })
  }
  const visitor = visitors.get(id)
  visitor.events++
  if (visitor.bot) continue
  visitor.counted++
  counted++
  const hour = Math.floor((request.time + shift) / HOUR)
  for (const signal of signalsOfPath(request.target.split('?')[0])) {
    visitor.hoursBySignal[signal] ??= new Map()
    const hours = visitor.hoursBySignal[signal]
    hours.set(hour, (hours.get(hour) ?? 0) + 1)
  }
}

const warm = []
const hot = []
const uncertain = []
const listed = []
for (const { id, events, counted, bot, hoursBySignal } of visitors.values()) {
  const then = judge(hoursBySignal, from)
  const now = judge(hoursBySignal, at)
  if (now.warm) warm.push(id)
  if (now.hot) hot.push(id)
  if (now.warm !== then.warm || now.hot !== then.hot) uncertain.push(id)
  listed.push({ id, events, counted, bot, score: now.score, byRule: now.byRule })
}

const bots = listed.filter(visitor => visitor.bot)
console.log(
  JSON.stringify({
    totals: {
      lines: lines.length,
      skipped,
      events: pageViews.length,
      counted,
      visitors: listed.length,
      bots: bots.length,
    },
    shift,
    /** Reached WARM or HOT; reached HOT; may or may not have. */
    warm: warm.sort(),
    hot: hot.sort(),
    uncertain: uncertain.sort(),
    visitors: listed,
  }),
)
