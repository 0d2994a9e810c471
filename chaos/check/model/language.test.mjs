import { NEVER } from '../lead/counts.mjs'
import { nothingKnown } from '../lead/facts.mjs'
import { DAY, HOUR, MINUTE, NOON, page } from '../test/log.mjs'
import { hash32 } from './hash.mjs'
import { announces, cellAt, phaseAt, tierAt } from './judge.mjs'
import { addsOf, fieldOf } from './match.mjs'
import { wrongScore } from './points.mjs'
import { reachOf } from './reach.mjs'
import { readModel } from './read.mjs'
import { fitOf, Recount } from './recount.mjs'
import { deviceOf, passes } from './tests.mjs'
import { wrongTimer } from './timers.mjs'

/** What the language says beyond counts, caps and decays, each on the smallest model that says it. */

const END = NOON + HOUR
const cold = { tier: 'COLD', since: 0, left: [] }
const TIERS = 'tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 10 } } }]'
const SIGNALS =
  'signals: { a: { type: page }, b: { type: track }, sum: { type: track, count: { sum: property.total } } }'
const read = (text, more = TIERS) => readModel(`${SIGNALS}\n${text}\n${more}`)

/** Facts of counts [name, ms, count] and attributes. */
function facts(matches, attributes = {}) {
  const f = nothingKnown()
  for (const [name, at, count = 1] of matches) {
    const s = f.signals.get(name) ?? { ...NEVER, hours: [] }
    f.signals.set(name, {
      ...s,
      last: Math.max(s.last, at),
      hours: [...s.hours, { hour: Math.floor(at / HOUR), count }],
    })
  }
  for (const [name, value] of Object.entries(attributes)) f.attributes.set(name, { value, at: NOON })
  return f
}
const points = (model, f, t = END, of = 'score') => new Recount(model, f).score(of, t).millipoints / 1000

// Noon is that of a Tuesday: the Monday before began 36 hours ago.
test.each([
  ['once', 'cap: once', [['a', NOON, 3]], 10],
  [
    'a week from Monday',
    'cap: { perWeek: 2 }',
    [
      ['a', NOON, 3],
      ['a', NOON - 36 * HOUR, 3],
    ],
    20,
  ],
  [
    'the week before it',
    'cap: { perWeek: 2 }',
    [
      ['a', NOON, 3],
      ['a', NOON - 37 * HOUR, 3],
    ],
    40,
  ],
  [
    'a period',
    'cap: { perPeriod: { length: 12h, most: 1 } }',
    [
      ['a', NOON, 2],
      ['a', NOON - 1],
      ['a', NOON - 13 * HOUR],
    ],
    30,
  ],
  [
    'points a day',
    'cap: { perDay: 25 points }',
    [
      ['a', NOON, 2],
      ['a', NOON - HOUR, 2],
    ],
    25,
  ],
  [
    'matches and points',
    'cap: { perDay: 3, total: 45 points }',
    [
      ['a', NOON, 9],
      ['a', NOON - DAY, 9],
    ],
    45,
  ],
  ['a limit', 'limit: 15', [['a', NOON, 9]], 15],
  ['a lower limit', 'limit: { atLeast: 5 }', [], 5],
])('a rule with %s', (_what, more, matches, expected) => {
  expect(points(read(`rules: [{ signal: a, points: 10, ${more} }]`), facts(matches))).toBe(expected)
})

test('what gives no points, for they are spent or it is worth none, takes no room', () => {
  const spent = read('rules: [{ signal: a, points: 5, cap: { perDay: 5 points, total: 2 } }]')
  expect(
    points(
      spent,
      facts([
        ['a', NOON, 2],
        ['a', NOON - DAY],
      ]),
    ),
  ).toBe(10)
  const none = read(
    'rules: [{ signal: b, table: { of: property.plan, points: { x: 5 }, otherwise: 0 }, cap: once, decay: { window: 9d } }]',
  )
  const rest = `b property.plan≠${hash32('x').toString(36)}`
  expect(
    points(
      none,
      facts([
        [rest, NOON],
        ['b property.plan=x', NOON - DAY],
      ]),
    ),
  ).toBe(5)
})

test('points a day and a decay: what is capped are whole points, and what is left of them fades', () => {
  const model = read(
    'rules: [{ signal: a, points: 10, cap: { perDay: 25 points }, decay: { halfLife: 1d } }]',
  )
  const f = facts([
    ['a', NOON, 2],
    ['a', NOON - HOUR, 2],
  ])
  expect(points(model, f, END + DAY)).toBe(Math.round((20 / 2 + 5 * 2 ** (-25 / 24)) * 1000) / 1000)
})

test('brackets: all together are worth the highest reached, and the step fades with the match that took it there', () => {
  const model = read(
    'rules: [{ signal: a, brackets: [{ from: 1, points: 1 }, { from: 3, points: 10 }], decay: { window: 1d } }]',
  )
  const f = facts([
    ['a', NOON, 2],
    ['a', NOON - 5 * HOUR],
    ['a', NOON - 9 * HOUR],
  ])
  // Counted back from the latest: two give 1, the one five hours earlier takes it to 10.
  expect([END, END + 19 * HOUR, END + 20 * HOUR, END + DAY].map(t => points(model, f, t))).toEqual([
    10, 1, 1, 0,
  ])
})

test('a sum is of thousandths, which add up to a bracket exactly', () => {
  const model = read('rules: [{ signal: sum, brackets: [{ from: 0.8, points: 7 }] }]')
  expect(
    points(
      model,
      facts([
        ['sum', NOON, 700],
        ['sum', NOON - HOUR, 100],
      ]),
    ),
  ).toBe(7)
  expect(points(model, facts([['sum', NOON, 799]]))).toBe(0)
  const each = read('rules: [{ signal: sum, points: 2, cap: { perDay: 3 } }]')
  expect(points(each, facts([['sum', NOON, 1_250]]))).toBe(2.5)
  expect(
    points(
      each,
      facts([
        ['sum', NOON, 1_250],
        ['sum', NOON - HOUR, 9_000],
      ]),
    ),
  ).toBe(6)
})

describe('a table', () => {
  const table = '{ of: property.plan, points: { Team: 10, enterprise: 30 }, otherwise: 1 }'
  const model = read(`rules: [{ signal: b, table: ${table}, cap: { total: 2 } }]
scores: { other: { rules: [{ signal: b, table: ${table} }] } }`)
  const rest = `b property.plan≠${hash32('enterprise\nteam').toString(36)}`
  const names = properties =>
    addsOf(model, { ...page('1', NOON).event, type: 'track', properties }).map(a => a.name)

  test('counts each row by itself, once for all scores', () => {
    expect(names({ plan: 'team' })).toEqual(['b', 'b property.plan=Team'])
    expect(names({ plan: 'free' })).toEqual(['b', rest])
    expect(names({})).toEqual(['b', rest])
  })

  test('leaves out what is worth least where nothing fades, else the oldest', () => {
    const f = facts([
      ['b property.plan=enterprise', NOON - DAY],
      ['b property.plan=Team', NOON, 2],
    ])
    const fading = read(`rules: [{ signal: b, table: ${table}, cap: { total: 2 }, decay: { window: 9d } }]`)
    expect([points(model, f), points(fading, f)]).toEqual([40, 20])
  })

  test('counts what is worth most first, within an hour', () => {
    const f = facts([
      ['b property.plan=Team', NOON, 2],
      ['b property.plan=enterprise', NOON],
      [rest, NOON],
    ])
    expect([points(model, f), points(model, f, END, 'other')]).toEqual([40, 51])
  })
})

test('FNV-1a: the empty text is its offset, and “a” what the authors say', () => {
  expect([hash32(''), hash32('a'), hash32('foobar')]).toEqual(
    [0x811c9dc5, 0xe40c292c, 0xbf9cf968].map(n => n | 0),
  )
})

test('groups and the whole are limited after rules, and say so', () => {
  const model = read(`rules:
  - { signal: a, points: 10, group: g }
  - { signal: b, points: 10, name: second, group: g }
  - { signal: b, points: 3 }
groups: { g: { limit: 25 } }
limit: { atLeast: 0, atMost: 27 }`)
  const recount = new Recount(
    model,
    facts([
      ['a', NOON, 2],
      ['b', NOON, 1],
    ]),
  )
  const good = {
    millipoints: 27_000,
    contributions: [
      { rule: 'a', millipoints: 20_000 },
      { rule: 'second', millipoints: 10_000 },
      { rule: 'b', millipoints: 3_000 },
      { rule: 'limit of g', millipoints: -5_000 },
      { rule: 'limit', millipoints: -1_000 },
    ],
  }
  const wrong = published => wrongScore(model.scores[0], recount.score('score', END), published)
  expect(wrong(good)).toBeUndefined()
  expect(wrong({ ...good, contributions: good.contributions.toSpliced(3, 1) })).toMatch(
    'the limit of g adds 0',
  )
  expect(wrong({ millipoints: 28_000, contributions: good.contributions.slice(0, 4) })).toMatch(
    'the limit adds 0',
  )
})

test.each([
  [{ industry: 'Software' }, 20_000],
  [{ industry: 'retail', country: 'JP' }, 21_000],
  [{ country: 'DE', employees: '60' }, 15_000],
  [{ employees: 'many' }, 4_000],
  [{ employees: 1000, industry: 'software', country: 'JP' }, 30_000],
  [{ industry: '' }, 5_000],
])('fit of %j: %i', (attributes, expected) => {
  const { fit } = read(`rules: []
fit:
  rules:
    - { attribute: industry, in: [software, finance], points: 20, otherwise: 1, unknown: 5 }
    - { attribute: country, table: { jp: 20 } }
    - { attribute: employees, brackets: [{ from: 1, points: 0 }, { from: 50, points: 10 }], otherwise: -1 }
  limit: 30`)
  const { millipoints, parts } = fitOf(fit, name => attributes[name])
  expect(millipoints).toBe(expected)
  expect(parts.reduce((n, p) => n + p.millipoints, 0)).toBe(millipoints)
})

describe('conditions', () => {
  const model = enter =>
    read(
      `rules: [{ signal: a, points: 1 }]
scores: { product: { rules: [{ signal: b, points: 5 }] } }
fit: { rules: [{ attribute: size, brackets: [{ from: 10, points: 30 }], unknown: 2 }] }
grid: { fit: [{ name: A, atLeast: 30 }, { name: B }], score: [{ name: 1, atLeast: 10 }, { name: 2 }], of: product }
phases: [{ name: aware }, { name: looking, when: { count: { signal: a, atLeast: 1 } } }, { name: buying, when: { segment: big } }]
segments: { big: { attribute: { name: size, atLeast: 10 } } }`,
      `tiers: [{ name: COLD }, { name: HOT, enter: ${enter} }]`,
    )
  const f = facts(
    [
      ['a', NOON],
      ['b', NOON, 2],
      ['sum', NOON, 2_500],
    ],
    { size: 12, 'consent.mail': true },
  )
  test.each([
    ['{ score: { of: product, atLeast: 10 } }', true],
    ['{ score: { atLeast: 10 } }', false],
    ['{ fit: { atLeast: 30 } }', true],
    ['{ grid: A1 }', true],
    ['{ grid: [A2, B1] }', false],
    ['{ phase: buying }', true],
    ['{ phase: looking }', false],
    ['{ phase: { atLeast: looking } }', true],
    ['{ segment: big }', true],
    ['{ consent: mail }', true],
    ['{ consent: phone }', false],
    ['{ count: { signal: sum, atLeast: 2.5, atMost: 2.5 } }', true],
    ['{ atLeast: 2, of: [{ fit: { atLeast: 30 } }, { grid: B2 }, { phase: buying }] }', true],
    ['{ atLeast: 2, of: [{ fit: { atLeast: 30 } }, { grid: B2 }, { phase: aware }] }', false],
  ])('%s: %p', (enter, holds) => {
    expect(tierAt(new Recount(model(enter), f), cold, END)).toBe(holds ? 'HOT' : 'COLD')
  })

  test('cell and phase', () => {
    const recount = new Recount(model('{ fit: { atLeast: 1 } }'), f)
    expect([cellAt(recount, cold, END), phaseAt(recount, cold, END)]).toEqual(['A1', 'buying'])
    const none = new Recount(read('rules: []'), f)
    expect([cellAt(none, cold, END), phaseAt(none, cold, END)]).toEqual([null, null])
  })
})

test('who is suppressed is in the lowest tier, whatever its dwell', () => {
  const model = read(
    'rules: [{ signal: a, points: 10 }]\nsuppress: [{ name: rivals, when: { attribute: { name: email, domain: [rival.com] } } }]',
    'tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 10 } }, dwell: 9d }]',
  )
  const hot = { tier: 'HOT', since: NOON, left: [] }
  const tier = email => tierAt(new Recount(model, facts([['a', NOON]], { email })), hot, END)
  expect([tier('x@mail.rival.com'), tier('x@notrival.com')]).toEqual(['COLD', 'HOT'])
})

describe('since the lead came into its tier', () => {
  const model = read(
    'rules: [{ signal: a, points: 10 }]',
    'tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 10 } }, exit: { followUps: { since: tier, atLeast: 1 } }, coolDown: 1d }]',
  )
  const tier = (at, standing) =>
    tierAt(
      new Recount(
        model,
        facts([
          ['a', NOON],
          ['follow-up', at],
        ]),
      ),
      standing,
      END,
    )

  test('is after it: what brought it there is not', () => {
    const hot = { tier: 'HOT', since: NOON, left: [] }
    expect([NOON - 1, NOON, NOON + 1].map(at => tier(at, hot))).toEqual(['HOT', 'HOT', 'COLD'])
  })

  test('keeps no lead out that was called before', () => {
    expect(tier(NOON + 1, cold)).toBe('HOT')
    // Dated ahead it is still to come, and a timer is set for it.
    expect(tier(END + DAY, cold)).toBe('COLD')
    const ahead = new Recount(
      model,
      facts([
        ['a', NOON],
        ['follow-up', END + DAY],
      ]),
    )
    expect(wrongTimer(ahead, cold, null, END)).toMatch('should be HOT')
    expect(wrongTimer(ahead, cold, END + DAY, END)).toBeUndefined()
  })

  test('is not told where nobody knows since when', () => {
    const enter = read(
      'rules: []',
      'tiers: [{ name: COLD }, { name: HOT, enter: { recency: { signal: a, since: tier } }, exit: { score: { below: 0 } } }]',
    )
    expect(
      tierAt(new Recount(enter, facts([['a', NOON]])), { ...cold, since: undefined }, END),
    ).toBeUndefined()
  })
})

test.each([
  ['true', [true, true]],
  ['false', [false, false]],
  ['once', [true, false]],
  ['{ again: 2d }', [true, false]],
  ['{ again: 1d }', [true, true]],
])('announce: %s', (announce, expected) => {
  const model = read(
    'rules: []',
    `tiers: [{ name: COLD }, { name: HOT, announce: ${announce}, enter: { score: { atLeast: 1 } } }]`,
  )
  const move = left => announces(model, { from: 'COLD', to: 'HOT', at: NOON, left })
  expect([move([]), move([{ tier: 'HOT', at: NOON - DAY }])]).toEqual(expected)
})

describe('what an event adds', () => {
  const adds = (signal, event) =>
    addsOf(readModel(`signals: { s: ${signal} }\nrules: []\n${TIERS}`), {
      ...page('1', NOON, '/Docs/').event,
      ...event,
    })
  const distinct = value => [{ name: 's', amount: 1, value: hash32(value) }]
  test.each([
    ['{ type: page, count: { distinct: path } }', {}, distinct('/docs')],
    ['{ type: page, count: { distinct: path } }', { page: { path: '/' } }, distinct('/')],
    ['{ type: page, count: { distinct: property.sku } }', {}, []],
    [
      '{ type: page, count: { sum: property.total } }',
      { properties: { total: '1.5' } },
      [{ name: 's', amount: 1_500 }],
    ],
    ['{ type: page, count: { sum: property.total } }', { properties: { total: -1 } }, []],
    ['{ type: page, count: { sum: property.total } }', { properties: { total: true } }, []],
    ['{ type: page, count: { visits: { gap: 2h } } }', {}, [{ name: 's', amount: 1, gap: 2 * HOUR }]],
    ['{ type: page, count: { visits: {} } }', {}, [{ name: 's', amount: 1, gap: 30 * MINUTE }]],
    ['{ anyOf: [{ name: A }, { path: /docs }] }', {}, [{ name: 's', amount: 1 }]],
    ['[{ name: A }, { name: B }]', {}, []],
    ['{ query: { q: x } }', { page: { path: '/', search: '?q=X' } }, [{ name: 's', amount: 1 }]],
    ['{ path: { contains: oc } }', {}, [{ name: 's', amount: 1 }]],
    ['{ path: { exists: false } }', { page: null }, []],
    ['{ flag: bot }', {}, []],
    ['{ flag: bot }', { flags: ['bot'] }, [{ name: 's', amount: 1 }]],
    ['{ type: page }', { flags: ['bot'] }, []],
    ['{ device: mobile }', {}, []],
    ['{ device: [mobile] }', { userAgent: 'iPhone' }, [{ name: 's', amount: 1 }]],
    ['{ campaign: { source: ads } }', { context: { 'campaign.source': 'Ads' } }, [{ name: 's', amount: 1 }]],
    ['{ context: { locale: de } }', { context: { locale: 'de' } }, [{ name: 's', amount: 1 }]],
    ['{ source: { notIn: [test] } }', {}, []],
  ])('%s to %j', (signal, event, expected) => {
    expect(adds(signal, event)).toEqual(expected)
  })

  test('fields', () => {
    const event = { ...page('1', NOON, '/p').event, traits: { plan: 'x' }, context: { 'campaign.name': 'c' } }
    expect(['path', 'host', 'trait.plan', 'campaign.name', 'name'].map(f => fieldOf(event, f))).toEqual([
      '/p',
      'x.org',
      'x',
      'c',
      '',
    ])
  })
})

test.each([
  ['ann@mail.rival.com', { domain: 'Rival.com' }, true],
  ['rival.com', { domain: ['other.org', 'rival.com'] }, true],
  ['ann@notrival.com', { domain: 'rival.com' }, false],
  ['Order 77', { matches: 'order \\d+$' }, true],
  ['Order', { matches: '\\d' }, false],
  ['2026-03-31', { before: '2026-04-01', after: '2026-03-30' }, true],
  ['2026-03-31T23:30:00-02:00', { before: '2026-04-01' }, false],
  ['2026-03-31T12:00', { after: '2026-03-31T11:59:59Z' }, true],
  ['soon', { before: '2026-04-01' }, false],
  ['2026-02-30', { before: '2026-04-01' }, false],
])('%p passes %j: %p', (value, given, answer) => {
  expect(passes(value, given)).toBe(answer)
})

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148', 'mobile'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/130 Mobile Safari', 'mobile'],
  ['Mozilla/5.0 (Linux; Android 15; Tab S9) Chrome/130 Safari', 'tablet'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0', 'desktop'],
])('%s is a %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device)
})

test('how far back facts are looked at: rules of every score, rows, and conditions anywhere', () => {
  const model = read(`rules: [{ signal: a, points: 1, decay: { window: 1d } }]
scores: { other: { rules: [{ signal: a, points: 1, decay: { linear: 3d } }, { signal: b, name: t, table: { of: name, points: { x: 1 } }, decay: { halfLife: 1h } }] } }
segments: { s: { count: { signal: b, within: 2d, atLeast: 1 } } }
phases: [{ name: one }, { name: two, when: { followUps: { within: 5d, atLeast: 1 } } }]`)
  expect(['a', 'b', 'b name=x', 'follow-up', 'sum'].map(name => reachOf(model, name))).toEqual([
    3 * DAY,
    2 * DAY,
    40 * HOUR,
    5 * DAY,
    366 * DAY,
  ])
})
