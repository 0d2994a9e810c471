import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { rules, tiers } from '../../test/arbitraries.ts'
import { parseModel } from '../index.ts'

/** A sound model, one block a line or more, in which each case replaces one block. */
const SOUND = {
  name: 'name: x',
  signals: 'signals:\n  page-view: { type: page }',
  rules: 'rules:\n  - { signal: page-view, points: 1 }',
  tiers: 'tiers:\n  - name: COLD\n  - name: HOT\n    enter: { score: { atLeast: 1 } }',
}
const text = (changed: Partial<typeof SOUND>) => Object.values({ ...SOUND, ...changed }).join('\n')
const signal = (s: string) => text({ signals: `signals:\n  page-view: { type: page }\n  ${s}` })
const rule = (r: string) => text({ rules: `rules:\n  - { signal: page-view, points: 1, ${r} }` })
const enter = (c: string) => text({ tiers: `tiers:\n  - name: COLD\n  - name: HOT\n    enter: ${c}` })

/** Every problem as `line:column path: message`. */
function problems(source: string): string[] {
  const parsed = parseModel(source)
  return parsed.ok ? [] : parsed.problems.map(p => `${p.line}:${p.column} ${p.path}: ${p.message}`)
}

const NEEDS_TEST =
  'what the value must be: equals, in, notIn, contains, startsWith, endsWith, matches, domain, exists, before, after, or a bound'
const DECAYS = 'none, or one of halfLife, window, linear (each a length of time such as 7d) or steps'
const YEAR = 'at most 366d, for which facts are kept by the hour (without `within` a count is of all time)'

test.each<[string, string, string[]]>([
  ['sound', text({}), []],
  ['empty', '', ['1:1 : expected a group of settings, found an empty value']],
  ['a list', '- a', ['1:1 : expected a group of settings, found a list']],
  ['no YAML', 'a: [', [expect.stringMatching(/^1:5 : not YAML: /) as never]],
  ['a key twice', `${text({})}\nname: y`, ['10:1 : not YAML: Map keys must be unique']],
  [
    'a misspelt section',
    text({ rules: 'rulez: []' }),
    ['4:1 rulez: “rulez” is not a setting here; did you mean “rules”?'],
  ],
  ['a name that is a number', text({ name: 'name: 7' }), ['1:1 name: expected a text, found the number 7']],

  [
    'an event type',
    signal('form: { type: trak }'),
    [
      '4:11 signals.form.type: expected one of page, screen, track, identify, group, alias, found the text “trak”; did you mean “track”?',
    ],
  ],
  [
    'a pattern’s key',
    signal('form: { pth: /x }'),
    ['4:11 signals.form.pth: “pth” is not a setting here; did you mean “path”?'],
  ],
  [
    'a pattern’s key in a list',
    signal('form: [{ name: x }, { nmae: x }]'),
    ['4:25 signals.form[1].nmae: “nmae” is not a setting here; did you mean “name”?'],
  ],
  [
    'an empty pattern',
    signal('form: {}'),
    [
      '4:3 signals.form: expected what an event must be: type, name, path, host, title, referrer, source, device, flag, query, campaign, context, property, trait, or anyOf with a list of these, found a group of settings',
    ],
  ],
  [
    'an empty text',
    signal('form: { name: "" }'),
    ['4:11 signals.form.name: expected a text that is not empty'],
  ],
  [
    'a test’s key',
    signal('order: { property: { total: { atleast: 3 } } }'),
    ['4:33 signals.order.property.total.atleast: “atleast” is not a setting here; did you mean “atLeast”?'],
  ],
  [
    'an empty test',
    signal('order: { property: { total: {} } }'),
    [`4:24 signals.order.property.total: expected ${NEEDS_TEST}, found a group of settings`],
  ],
  [
    'a signal’s name',
    signal('a/b: { type: page }'),
    ['4:3 signals.a/b: “a/b”: expected a name of letters, digits, spaces, - and _, at most 64'],
  ],
  [
    'the built-in signal',
    signal('follow-up: { type: page }'),
    ['4:3 signals.follow-up: “follow-up” is built in (a recorded follow-up): take another name'],
  ],

  [
    'points as text',
    text({ rules: 'rules:\n  - { signal: page-view, points: ten }' }),
    ['5:26 rules[0].points: expected a number, found the text “ten”'],
  ],
  [
    'no points',
    text({ rules: 'rules:\n  - { signal: page-view }' }),
    ['5:5 rules[0]: expected one of points, table or brackets: what is it worth?, found a group of settings'],
  ],
  [
    'too many points',
    text({ rules: 'rules:\n  - { signal: page-view, points: 2e6 }' }),
    ['5:26 rules[0].points: expected at most 1000000, found the number 2000000'],
  ],
  [
    'an unknown signal',
    text({ rules: 'rules:\n  - { signal: page-veiw, points: 1 }' }),
    ['5:7 rules[0].signal: there is no signal “page-veiw”; did you mean “page-view”?'],
  ],
  [
    'two rules for a signal',
    text({ rules: 'rules:\n  - { signal: page-view, points: 1 }\n  - { signal: page-view, points: 2 }' }),
    ['6:7 rules[1].signal: “page-view” has a rule already (rules[0]): give this one a `name` of its own'],
  ],
  [
    'a cap’s key',
    rule('cap: { perday: 2 }'),
    ['5:44 rules[0].cap.perday: “perday” is not a setting here; did you mean “perDay”?'],
  ],
  [
    'half a cap',
    rule('cap: { perDay: 2.5 }'),
    [
      '5:44 rules[0].cap.perDay: expected a whole number of matches such as 2, or points such as "20 points", found the number 2.5',
    ],
  ],
  [
    'a cap of 0',
    rule('cap: { total: 0 }'),
    [
      '5:44 rules[0].cap.total: expected a whole number of matches such as 2, or points such as "20 points", found the number 0',
    ],
  ],
  [
    'a decay’s key',
    rule('decay: { halflife: 7d }'),
    ['5:46 rules[0].decay.halflife: “halflife” is not a setting here; did you mean “halfLife”?'],
  ],
  [
    'a decay’s length',
    rule('decay: { halfLife: 7 days }'),
    [
      '5:46 rules[0].decay.halfLife: expected a length of time such as 30d, 12h or 90m, found the text “7 days”',
    ],
  ],
  ['a bare decay', rule('decay: 7d'), [`5:37 rules[0].decay: expected ${DECAYS}, found the text “7d”`]],
  [
    'two decays',
    rule('decay: { halfLife: 1d, window: 3d }'),
    [`5:37 rules[0].decay: expected ${DECAYS}, found a group of settings`],
  ],
  [
    'more than a year',
    rule('decay: { window: 400d }'),
    [`5:46 rules[0].decay.window: expected ${YEAR}, found the text “400d”`],
  ],
  [
    'rising steps',
    rule('decay: { steps: [{ within: 1d, weight: 0.5 }, { within: 2d, weight: 0.7 }] }'),
    ['5:46 rules[0].decay.steps: expected steps whose `within` grows and whose `weight` falls, found a list'],
  ],
  [
    'a step’s key',
    rule('decay: { steps: [{ withn: 1d, weight: 0.5 }] }'),
    [
      '5:54 rules[0].decay.steps[0].within: “within” is missing: expected a text',
      '5:56 rules[0].decay.steps[0].withn: “withn” is not a setting here; did you mean “within”?',
    ],
  ],

  [
    'one tier',
    text({ tiers: 'tiers:\n  - name: COLD' }),
    ['6:1 tiers: expected at least 2 entries, found 1'],
  ],
  [
    'a lowest tier with enter',
    text({ tiers: 'tiers:\n  - name: COLD\n    enter: { score: { above: 1 } }\n  - name: HOT' }),
    [
      '8:5 tiers[0].enter: “COLD” is the lowest tier, which every lead is in at first: it has no enter or exit',
      '9:5 tiers[1]: the tier “HOT” needs enter: when does a lead get into it?',
    ],
  ],
  [
    'two tiers of one name',
    text({ tiers: 'tiers:\n  - name: A\n  - name: A\n    enter: { score: { above: 1 } }' }),
    ['8:5 tiers[1].name: the tier “A” is there already (tiers[0])'],
  ],
  [
    'a condition',
    enter('{ scor: { atLeast: 1 } }'),
    ['9:14 tiers[1].enter.scor: “scor” is not a setting here; did you mean “score”?'],
  ],
  [
    'two conditions',
    enter('{ score: { atLeast: 1 }, followUps: { atLeast: 1 } }'),
    [
      '9:5 tiers[1].enter: expected exactly one of score, fit, grid, phase, count, recency, attribute, segment, consent, followUps, all, any, not, atLeast with of; put several under all or any, found a group of settings',
    ],
  ],
  [
    'no bound',
    enter('{ score: {} }'),
    ['9:14 tiers[1].enter.score: expected one of atLeast, atMost, above or below, found a group of settings'],
  ],
  [
    'bounds that exclude each other',
    enter('{ score: { atLeast: 40, below: 10 } }'),
    ['9:14 tiers[1].enter.score: expected bounds that some number can meet, found a group of settings'],
  ],
  [
    'a bound as text',
    enter('{ score: { atLeast: "40" } }'),
    ['9:23 tiers[1].enter.score.atLeast: expected a number, found the text “40”'],
  ],
  [
    'a signal deep in a tree',
    enter('{ all: [{ not: { count: { signal: page-viev, atLeast: 1 } } }] }'),
    [
      '9:38 tiers[1].enter.all[0].not.count.signal: there is no signal “page-viev”; did you mean “page-view”?',
    ],
  ],
  [
    'a signal like no other',
    enter('{ recency: { signal: mail, within: 1d } }'),
    ['9:25 tiers[1].enter.recency.signal: there is no signal “mail”; there are page-view, follow-up'],
  ],
  [
    'an attribute without a test',
    enter('{ attribute: { name: x } }'),
    [`9:14 tiers[1].enter.attribute: expected ${NEEDS_TEST}, found a group of settings`],
  ],
  [
    'an attribute’s key',
    enter('{ attribute: { name: x, exist: true } }'),
    ['9:36 tiers[1].enter.attribute.exist: “exist” is not a setting here; did you mean “exists”?'],
  ],
  ['an empty tree', enter('{ all: [] }'), ['9:14 tiers[1].enter.all: expected at least 1 entries, found 0']],
  [
    'announce',
    enter('{ score: { above: 1 } }\n    announce: often'),
    [
      '10:5 tiers[1].announce: expected true, false, once, or again: a length of time such as 30d, found the text “often”',
    ],
  ],

  [
    'several at once, in the file’s order',
    text({
      signals: 'signals:\n  page-view: { tipe: page }',
      rules: 'rules:\n  - { signal: page-view, points: x }',
      tiers: 'tiers:\n  - name: COLD',
    }),
    [
      '3:16 signals.page-view.tipe: “tipe” is not a setting here; did you mean “type”?',
      '5:26 rules[0].points: expected a number, found the text “x”',
      '6:1 tiers: expected at least 2 entries, found 1',
    ],
  ],
])('%s', (_what, source, expected) => expect(problems(source)).toEqual(expected))

test('never throws, whatever the text', () => {
  const mutilated = fc
    .tuple(fc.constantFrom('default', 'smp'), fc.nat(3000), fc.nat(40), fc.string())
    .map(([name, at, length, inserted]) => {
      const source = readFileSync(new URL(`../../../../models/${name}.yaml`, `file://${__filename}`), 'utf8')
      return source.slice(0, at) + inserted + source.slice(at + length)
    })
  fc.assert(
    fc.property(fc.oneof(fc.string(), mutilated, fc.json()), source => {
      const parsed = parseModel(source)
      if (!parsed.ok) {
        expect(parsed.problems.length).toBeGreaterThan(0)
        // What is not YAML is said in the parser's words, which are for people too.
        for (const p of parsed.problems)
          if (!p.message.startsWith('not YAML')) expect(p.message).not.toMatch(/undefined|\[object|Invalid/)
      }
    }),
    { numRuns: 300 },
  )
})

test('a nest of aliases is refused, not unfolded', () => {
  const levels = Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}]`)
  expect(problems(['l0: &l0 [x]', ...levels].join('\n'))[0]).toMatch(/not YAML that can be read/)
})

function versionOf(source: string): string {
  const parsed = parseModel(source)
  return parsed.ok ? parsed.model.version : 'not sound'
}

test('the version is of the content: spelling, comments and the order of keys do not matter, numbers do', () => {
  const one = versionOf(text({}))
  expect(one).toMatch(/^[0-9a-f]{12}$/)
  expect(
    versionOf(`# a comment\n${text({ rules: 'rules: [{ points: 1.0, "signal": page-view }]' })}\n`),
  ).toBe(one)
  expect(versionOf(Object.values(SOUND).toReversed().join('\n'))).toBe(one)
  expect(versionOf(text({ rules: 'rules:\n  - { signal: page-view, points: 2 }' }))).not.toBe(one)
})

test('a model printed as JSON is the same model', () => {
  fc.assert(
    fc.property(rules('long', -10), tiers('long'), (r, t) => {
      const signals = { a: { name: 'a' }, b: { name: 'b' }, c: { name: 'c' } }
      const content = { name: 'x', signals, rules: r, tiers: t }
      const version = versionOf(JSON.stringify(content))
      expect(version).toMatch(/^[0-9a-f]{12}$/)
      expect(versionOf(JSON.stringify(content, null, 2))).toBe(version)
    }),
  )
})

const many = (count: number, line: (i: number) => string) =>
  text({
    signals: `signals:\n  page-view: { type: page }\n${Array.from({ length: count }, (_, i) => line(i)).join('\n')}`,
  })
const deep = (open: string, inner: string, close: string, levels: number) =>
  enter(open.repeat(levels) + inner + close.repeat(levels))
const TOO_DEEP = expect.stringMatching(
  /: nested too deeply: at most 64 levels of lists and groups in each other$/,
)

test('at most 500 signals', () => {
  const line = (i: number) => `  s${i}: { type: page, path: /p${i} }`
  expect(problems(many(499, line))).toEqual([])
  expect(problems(many(500, line))).toEqual(['2:1 signals: expected at most 500 signals, found 501'])
})

test.each([
  ['signals', many(20_000, i => `  s${i}: { type: page, path: /p${i} }`)],
  ['misspelt settings', `${text({})}\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')}`],
  ['keys that are there twice', `${text({})}\n${'name: x\n'.repeat(20_000)}`],
  ['wrong rules', rule('x: 1').replace(/ {2}- .*\n/, line => line.repeat(10_000))],
])(
  'a file with 20,000 %s is answered in seconds, with a hundred problems at most',
  (_what, source) => {
    const begun = process.cpuUsage()
    const found = problems(source)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(100)
    // Comparing each with each took 20 s. Of the processor's time: others may be at work on the machine.
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(12_000)
  },
  120_000,
)

test.each([
  ['conditions', deep('{ not: ', '{ score: { atLeast: 1 } }', ' }', 3_000)],
  ['conditions, just too many', deep('{ not: ', '{ score: { atLeast: 1 } }', ' }', 60)],
  ['lists', deep('[', '', ']', 20_000)],
  ['lists that are not closed', '['.repeat(20_000)],
  ['lists by dashes', `${'- '.repeat(5_000)}a`],
  ['an alias within itself', enter('&a { not: *a }')],
])('nested too deeply: %s', (_what, source) => {
  expect(problems(source)).toEqual([TOO_DEEP])
})

test('55 conditions in each other are not too deep', () => {
  expect(problems(deep('{ not: ', '{ score: { atLeast: 1 } }', ' }', 55))).toEqual([])
})
