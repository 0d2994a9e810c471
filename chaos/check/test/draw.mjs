import fc from 'fast-check'
import { DAY, HOUR, MINUTE, NOON } from './log.mjs'

/** Models and pasts by chance, that say all that the language has: few names and numbers, so that things meet. */

const one = fc.constantFrom
const some = record => fc.record(record, { requiredKeys: [] })
const half = arbitrary => fc.option(arbitrary, { nil: undefined })

const SIGNALS = ['a', 'b', 'c', 'd']
const signal = one(...SIGNALS, 'follow-up')
const length = one('5m', '40m', '1h', '90m', '3h', '6h', '1d', '36h', '7d', '30d', '366d')
const window = one('1h', '3h', '6h', '1d', '36h', '7d', '30d')
const points = fc.integer({ min: -40, max: 80 }).map(n => n / 8)
const upwards = fc.integer({ min: 0, max: 80 }).map(n => n / 8)
const bounds = fc
  .tuple(one('atLeast', 'above', 'atMost', 'below'), one(0, 0.1, 0.8, 1, 1.1, 2, 3, 5, 8, 13, 21))
  .map(([bound, n]) => ({ [bound]: n }))
const limit = fc.oneof(one(5, 12.5, 40, -3), one({ atLeast: 0 }, { atLeast: -2, atMost: 20 }, { atLeast: 1 }))

const test = fc.oneof(
  one('x', 3, true),
  one({ in: ['x', 3] }, { notIn: ['x'] }, { exists: true }, { exists: false }, { atLeast: 2 }, { below: 3 }),
  one(
    { contains: 'X' },
    { startsWith: 'a' },
    { endsWith: 'COM' },
    { matches: '^a.*m$' },
    { domain: 'b.com' },
  ),
  one({ domain: ['c.org', 'mail.b.com'] }, { before: '2026-03-01' }, { after: '2026-01-31T12:00' }),
)
const given = test.map(t => (typeof t === 'object' ? t : { equals: t }))

const pattern = some({
  type: one('page', 'track', ['page', 'track', 'identify']),
  name: one('Order', ['order', 'Form'], { startsWith: 'or' }),
  path: one('/a', '/a/**', ['/b', '/a/*'], { contains: 'b' }),
  host: one('*.x.org', 'x.org'),
  property: one({ plan: 'team' }, { total: { atLeast: 1 } }, { plan: { exists: false } }),
  trait: one({ x: { exists: true } }),
  query: one({ q: 'x' }, { q: { exists: true } }),
  campaign: one({ source: 'Ads' }),
  context: one({ locale: { startsWith: 'en' } }),
  referrer: one({ domain: 'b.com' }),
  title: one({ contains: 'x' }),
  source: one('web', { notIn: ['web'] }),
  device: one('mobile', ['tablet', 'desktop']),
  flag: one('bot'),
})
const says = p => Object.values(p).some(v => v !== undefined)
const light = fc.oneof(
  { weight: 3, arbitrary: one({ type: 'page' }, { type: 'track' }, { type: ['page', 'track'] }) },
  { weight: 1, arbitrary: pattern.filter(says) },
)
const field = one(
  'property.plan',
  'property.plan',
  'path',
  'name',
  'property.plan',
  'property.total',
  'trait.x',
  'campaign.source',
)
const counts = fc.oneof(
  field.map(sum => ({ sum })),
  one({ sum: 'property.total' }, { distinct: 'path' }, { visits: {} }, { visits: { gap: '2h' } }),
  field.map(distinct => ({ distinct })),
)
const signalShape = fc.oneof(
  light,
  fc.array(light, { minLength: 1, maxLength: 2 }),
  fc.tuple(light, counts).map(([p, count]) => ({ ...p, count })),
  fc
    .tuple(fc.array(light, { minLength: 1, maxLength: 2 }), counts)
    .map(([anyOf, count]) => ({ anyOf, count })),
)

const decay = fc.oneof(
  one('none'),
  length.map(halfLife => ({ halfLife })),
  length.map(window => ({ window })),
  length.map(linear => ({ linear })),
  one({
    steps: [
      { within: '1h', weight: 1 },
      { within: '7d', weight: 0.25 },
    ],
  }),
)
const most = fc.oneof(fc.integer({ min: 1, max: 4 }), one('7 points', '12.5 points', '1 point'))
const cap = fc.oneof(
  one('once'),
  some({
    perDay: most,
    perWeek: most,
    total: most,
    perPeriod: fc.record({ length: one('5h', '3d', '30d'), most }),
  }).filter(says),
)
const growing = worth =>
  fc
    .tuple(
      fc.uniqueArray(one(0.8, 1, 1.1, 2, 3, 5, 8), { minLength: 1, maxLength: 3 }),
      fc.array(worth, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
    )
    .map(([froms, all, down]) => {
      const rising = all.map(Math.abs).sort((x, y) => x - y)
      return froms.sort((x, y) => x - y).map((from, i) => ({ from, points: down ? -rising[i] : rising[i] }))
    })
const rows = fc.dictionary(one('team', 'team', 'enterprise', '/a', '3'), points, { minKeys: 1, maxKeys: 3 })
const worth = sign =>
  fc.oneof(
    { weight: 3, arbitrary: sign.map(points => ({ points })) },
    fc
      .record({
        of: one('property.plan', 'property.plan', 'property.plan', 'path', 'trait.x'),
        points: rows,
        otherwise: half(sign),
      })
      .map(table => ({ table })),
    growing(sign).map(brackets => ({ brackets })),
  )
const rulesOf = sign =>
  fc
    .array(fc.tuple(signal, worth(sign), some({ cap, decay, limit, group: one('g', 'h') })), {
      minLength: 1,
      maxLength: 4,
    })
    .map(all =>
      all.map(([signal, worth, more], i) => ({
        signal: worth.table ? 'a' : signal,
        name: `r${i}`,
        ...worth,
        ...more,
      })),
    )
const scoreOf = sign =>
  fc
    .record({ rules: rulesOf(sign), limit: half(limit), decay: half(decay), g: limit, h: limit })
    .map(({ g, h, ...score }) => ({ ...score, groups: { g: { limit: g }, h: { limit: h } } }))

const fitRule = fc.oneof(
  fc.tuple(given, points).map(([test, points]) => ({ ...test, points })),
  fc.dictionary(one('x', '3', 'true'), points, { minKeys: 1, maxKeys: 2 }).map(table => ({ table })),
  one({
    brackets: [
      { from: 1, points: 2 },
      { from: 3, points: 7 },
    ],
  }),
)
const fit = fc
  .record({
    rules: fc.array(fc.tuple(one('x', 'y'), fitRule, some({ otherwise: points, unknown: points })), {
      minLength: 1,
      maxLength: 3,
    }),
    limit: half(limit),
  })
  .map(({ rules, limit }) => ({
    rules: rules.map(([attribute, rule, more], i) => ({ attribute, name: `f${i}`, ...rule, ...more })),
    limit,
  }))

const leaf = fc.oneof(
  { weight: 4, arbitrary: bounds.map(score => ({ score })) },
  bounds.map(b => ({ score: { of: 'other', ...b } })),
  bounds.map(fit => ({ fit })),
  one({ grid: 'A1' }, { grid: ['A1', 'B2'] }, { grid: ['B1', 'B2'] }),
  {
    weight: 3,
    arbitrary: fc
      .tuple(signal, half(window), bounds)
      .map(([signal, within, b]) => ({ count: { signal, within, ...b } })),
  },
  fc.tuple(signal, length).map(([signal, within]) => ({ recency: { signal, within } })),
  signal.map(signal => ({ recency: { signal, since: 'tier' } })),
  one({ followUps: { since: 'tier', atLeast: 1 } }, { followUps: { within: '1d', atLeast: 1 } }),
  fc.tuple(one('x', 'y'), given).map(([name, t]) => ({ attribute: { name, ...t } })),
  one({ consent: 'mail' }),
)
function conditionOf(leaves) {
  return fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 6, arbitrary: leaves },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }).map(all => ({ all })) },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }).map(any => ({ any })) },
      { weight: 1, arbitrary: tie('tree').map(not => ({ not })) },
      {
        weight: 1,
        arbitrary: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map(of => ({ atLeast: 2, of })),
      },
    ),
  })).tree
}
const inner = conditionOf(leaf)
const outer = conditionOf(
  fc.oneof(
    { weight: 6, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: one(
        { segment: 'vip' },
        { phase: 'p2' },
        { phase: ['p1', 'p3'] },
        { phase: { atLeast: 'p2' } },
      ),
    },
  ),
)
/** What asks for something since the lead came into the tier needs an exit. */
const withExit = tier =>
  tier.exit || !/since|segment|phase/.test(JSON.stringify(tier.enter))
    ? tier
    : { ...tier, exit: { score: { below: 3 } } }
/** What a lead left for something since it came in would take it back at once: such a tier has a cool-down. */
const withCoolDown = tier =>
  tier.exit && /since|segment/.test(JSON.stringify(tier.exit)) ? { coolDown: '3h', ...tier } : tier
const tier = name =>
  fc
    .record(
      {
        name: fc.constant(name),
        enter: outer,
        exit: outer,
        dwell: length,
        coolDown: length,
        announce: one(true, false, 'once', { again: '1d' }),
      },
      { requiredKeys: ['name', 'enter'] },
    )
    .map(withExit)
    .map(withCoolDown)

/** @param sign of the points of rules: any, or none below 0 */
const modelOf = sign =>
  fc
    .record({
      signals: fc
        .tuple(...SIGNALS.map(() => signalShape))
        .map(all => Object.fromEntries(SIGNALS.map((s, i) => [s, all[i]]))),
      main: scoreOf(sign),
      other: scoreOf(sign),
      fit,
      of: half(one('other')),
      phases: fc.tuple(inner, inner),
      segment: inner,
      suppress: half(
        fc.oneof(
          { weight: 2, arbitrary: one({ attribute: { name: 'x', equals: 'x' } }) },
          { weight: 1, arbitrary: inner },
        ),
      ),
      tiers: fc.tuple(fc.constant({ name: 'COLD' }), tier('WARM'), tier('HOT')),
    })
    .map(({ signals, main, other, fit, of, phases, segment, suppress, tiers }) => ({
      name: 'drawn',
      signals,
      ...main,
      scores: { other },
      fit,
      grid: {
        of,
        fit: [{ name: 'A', atLeast: 4 }, { name: 'B' }],
        score: [{ name: 1, atLeast: 8 }, { name: 2 }],
      },
      phases: [{ name: 'p1' }, { name: 'p2', when: phases[0] }, { name: 'p3', when: phases[1] }],
      segments: { vip: segment },
      ...(suppress && { suppress: [{ name: 'list', when: suppress }] }),
      tiers,
    }))
export const model = fc.oneof(modelOf(points), modelOf(upwards))

/** ms of an event: mostly within two days, some longer ago; some at whole hours. */
const time = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 48 * 12 }).map(n => NOON - n * 5 * MINUTE) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 120 }).map(n => NOON - n * DAY) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 48 * 3600 }).map(n => NOON - n * 1000 - 1) },
  // So lately that verdicts may come, at the very bounds of their rules.
  { weight: 3, arbitrary: fc.integer({ min: -6, max: 30 }).map(n => NOON - n * 5_000 - (n % 3) * 500) },
)
const value = one('x', 3, true, 'ann@mail.b.com', 'c.org', '2026-02-01', '2026-02-30', '', 'TRUE', 'a.com')
const page = fc.option(
  fc.record({
    host: one('www.x.org', 'x.org'),
    path: one('/', '/a', '/A/', '/a/b', '/b', '/c//'),
    search: one('', '?q=x', '?q=&q=x'),
    referrer: one('', 'mail.b.com'),
    title: one('', 'X'),
  }),
  { freq: 3 },
)
const event = fc.record({
  type: one('page', 'page', 'track', 'track', 'identify'),
  name: one(
    '',
    'Order',
    'form',
    'Email Delivered',
    'Email Opened',
    'Email Link Clicked',
    'Email Link Clicked',
  ),
  at: time,
  page,
  properties: some({
    plan: one('team', 'Enterprise', 'none', 3, null),
    total: one(0.1, 0.7, 1.1, 2.3, 5, -1, '3', ' ', 'x', true, 0.0004),
    email_id: one('m1', 'm2', 7, ''),
    link_url: one('x', 'y', 'z', '', null),
    link_id: one('x', 'w'),
  }),
  traits: some({ x: value, y: value, 'consent.mail': one(true, 'true', 'TRUE', false) }),
  context: some({ 'campaign.source': one('ads', 'x'), locale: one('en-US', 'de') }),
  userAgent: one(null, 'Mozilla iPhone Mobile', 'Android 14', 'Android 14 Mobile', 'Windows'),
  source: one('web', 'server'),
  flags: fc.oneof(
    { weight: 9, arbitrary: one([]) },
    {
      weight: 1,
      arbitrary: one(['bot'], ['bot', 'honeypot'], ['too_fast', 'hot_key'], ['hot_key'], ['machine_click']),
    },
  ),
})
/** Events, of which those without one are follow-ups. */
export const past = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: event },
    { weight: 1, arbitrary: time.map(at => ({ at, followUp: true })) },
  ),
  { maxLength: 60, size: 'max' },
)
export const standing = fc.record({
  tier: one('COLD', 'WARM', 'HOT'),
  since: fc.integer({ min: 0, max: 50 }).map(n => NOON - n * 47 * MINUTE - 1),
  left: fc
    .subarray(['COLD', 'WARM', 'HOT'])
    .chain(tiers =>
      fc.tuple(
        ...tiers.map(tier =>
          fc.integer({ min: 0, max: 50 }).map(n => ({ tier, at: NOON - n * 31 * MINUTE })),
        ),
      ),
    ),
})
export const later = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map(n => NOON + n * 17 * MINUTE + 123),
  fc.integer({ min: 0, max: 60 }).map(n => NOON + n * 7 * DAY),
  fc.integer({ min: 0, max: 80 }).map(n => NOON + n * HOUR),
)
