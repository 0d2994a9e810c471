import { parseModel, printModel } from '../index.ts'

/** Parses the file called a of several: what is wrong as `file:line:column path: message`, or the content. */
function read(files: Record<string, string>): { said: string[] } | { content: unknown; extended: string[] } {
  const parsed = parseModel(files.a as string, {
    file: 'a',
    files: name => (files[name] === undefined ? undefined : { file: name, source: files[name] }),
  })
  if (parsed.ok) return { content: parsed.content, extended: parsed.extended }
  return { said: parsed.problems.map(p => `${p.file}:${p.line}:${p.column} ${p.path}: ${p.message}`) }
}

const TIERS = 'tiers:\n  - name: COLD\n  - name: HOT\n    enter: { score: { atLeast: 1 } }'
const BASE = `name: base
signals:
  page: { type: page }
  form: { name: Form }
rules:
  - { signal: page, points: 1 }
  - { signal: form, points: 10 }
groups: { web: { limit: 5 } }
${TIERS}`

test('maps are joined by key and lists by name; what stands in the file itself wins, in the first place', () => {
  const a = `name: own
extends: b
signals:
  form: { name: Contact }
  demo: { name: Demo }
rules:
  - { signal: demo, points: 20 }
  - { signal: page, points: 2 }
limit: 50
tiers:
  - { name: HOT, enter: { score: { atLeast: 9 } } }`
  expect(read({ a, b: BASE })).toEqual({
    extended: ['b'],
    content: {
      name: 'own',
      signals: { page: { type: 'page' }, form: { name: 'Contact' }, demo: { name: 'Demo' } },
      rules: [
        { signal: 'page', points: 2 },
        { signal: 'form', points: 10 },
        { signal: 'demo', points: 20 },
      ],
      groups: { web: { limit: 5 } },
      limit: 50,
      tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 9 } } }],
    },
  })
})

test('of several files the later wins, and what they extend comes before them', () => {
  const found = read({
    a: `name: own\nextends: [b, c]\n${TIERS}`,
    b: 'extends: d\ndescription: b\nsignals: { x: { name: b } }',
    c: 'description: c\nsignals: { x: { name: c } }',
    d: 'description: d\nsignals: { x: { name: d }, y: { name: d } }',
  })
  expect(found).toMatchObject({
    extended: ['b', 'd', 'c'],
    content: { description: 'c', signals: { x: { name: 'c' }, y: { name: 'd' } } },
  })
})

test('of a section that a file replaces, nothing comes from what it extends; from others beside it, it does', () => {
  const own = `name: own
extends: b
replaces: [rules, groups, tiers]
rules: [{ signal: form, points: 3 }]
tiers: [{ name: LOW }, { name: HIGH, enter: { score: { atLeast: 2 } } }]`
  const content = {
    name: 'own',
    signals: { page: { type: 'page' }, form: { name: 'Form' } },
    rules: [{ signal: 'form', points: 3 }],
    tiers: [{ name: 'LOW' }, { name: 'HIGH', enter: { score: { atLeast: 2 } } }],
  }
  expect(read({ a: own, b: BASE })).toEqual({ extended: ['b'], content })
  // The file above it adds to that, and what stands beside it is not replaced.
  const above = 'name: above\nextends: [c, own]'
  expect(read({ a: above, own, b: BASE, c: 'limit: 9\nrules: [{ signal: page, points: 7 }]' })).toMatchObject(
    {
      content: {
        name: 'above',
        limit: 9,
        rules: [
          { signal: 'page', points: 7 },
          { signal: 'form', points: 3 },
        ],
      },
    },
  )
  expect(read({ a: own.replace('rules,', 'rule,'), b: BASE })).toMatchObject({
    said: [
      expect.stringMatching(
        /^a:3:12 replaces\[0\]: expected .*, found the text “rule”; did you mean “rules”\?$/,
      ),
    ],
  })
})

test('what extends nothing can replace nothing', () => {
  expect(read({ a: `${BASE}\nreplaces: [rules]\n`, b: '' })).toMatchObject({
    said: [expect.stringMatching(/ replaces: this model extends no file, so it replaces nothing/)],
  })
})

test('what a file extends is not part of the version: the whole is', () => {
  const whole = read({ a: 'name: own\nextends: b', b: BASE })
  const text = printModel('content' in whole ? whole.content : '')
  const version = (source: string) => {
    const parsed = parseModel(source, {
      file: 'a',
      files: name => (name === 'b' ? { file: 'b', source: BASE } : undefined),
    })
    return parsed.ok ? parsed.model.version : ''
  }
  expect(version(text)).toBe(version('name: own\nextends: b'))
  expect(text).not.toContain('extends')
})

test.each<[string, Record<string, string>, string[]]>([
  [
    'a file that is not there',
    { a: `${BASE}\nextends: gone.yaml` },
    ['a:13:1 extends: there is no file “gone.yaml” beside this one'],
  ],
  [
    'one of several',
    { a: `extends: [b, gone]\n${BASE}`, b: '' },
    ['a:1:14 extends[1]: there is no file “gone” beside this one'],
  ],
  ['itself', { a: 'extends: a' }, ['a:1:1 extends: “a” extends this file itself']],
  [
    'a circle',
    { a: 'extends: b', b: '\nextends: c', c: 'name: c\nextends: a' },
    ['c:2:1 extends: “a” extends this file itself'],
  ],
  [
    'no name',
    { a: 'extends: [b, 7, ""]', b: '' },
    [
      'a:1:14 extends[1]: expected a file’s name, found the number 7',
      'a:1:17 extends[2]: expected a file’s name, found the text “”',
    ],
  ],
  [
    'not YAML, in the other file',
    { a: 'extends: b', b: 'signals:\n\tx: 1' },
    ['b:2:1 : not YAML: a tab at the start of a line: indent with spaces'],
  ],
  [
    'a list, in the other file',
    { a: 'extends: b', b: '- x' },
    ['b:1:1 : expected a group of settings, found a list'],
  ],
  [
    'a rule of the other file, after one that this file replaces',
    { a: 'extends: b\nrules:\n  - { signal: page, points: 3 }', b: BASE.replace('points: 10', 'point: 10') },
    ['b:7:21 rules[1].point: “point” is not a setting here; did you mean “points”?'],
  ],
  [
    'a rule of this file, which is the third of all',
    { a: 'extends: b\nrules:\n  - { signal: pge, points: 3 }', b: BASE },
    ['a:3:7 rules[0].signal: there is no signal “pge”; did you mean “page”?'],
  ],
  [
    'a signal of either file',
    { a: 'extends: b\nsignals:\n  own: { tipe: page }', b: BASE.replace('type', 'tyep') },
    [
      'b:3:11 signals.page.tyep: “tyep” is not a setting here; did you mean “type”?',
      'a:3:10 signals.own.tipe: “tipe” is not a setting here; did you mean “type”?',
    ],
  ],
  [
    'a section of the other file that is no list',
    { a: 'extends: b', b: BASE.replace(/rules:\n.*\n.*\n/, 'rules: none\n') },
    ['b:5:1 rules: expected a list, found the text “none”'],
  ],
  [
    'two rules of one signal in a file that extends another',
    { a: 'extends: b\nrules:\n  - { signal: page, points: 3 }\n  - { signal: page, points: 4 }', b: BASE },
    ['a:4:7 rules[1].signal: “page” has a rule already (rules[0]): give this one a `name` of its own'],
  ],
  [
    'two tiers of one name in the other file',
    { a: 'extends: b', b: `${BASE}\n  - { name: HOT, enter: { score: { atLeast: 2 } } }` },
    ['b:13:7 tiers[2].name: the tier “HOT” is there already (tiers[1])'],
  ],
  [
    'a tier of this file that asks for a segment of the other',
    {
      a: 'extends: b\ntiers:\n  - { name: HOT, enter: { segment: vpi } }',
      b: `${BASE}\nsegments: { vip: { score: { atLeast: 1 } } }`,
    },
    ['a:3:27 tiers[0].enter.segment: there is no segment “vpi”; did you mean “vip”?'],
  ],
])('%s', (_what, files, expected) => expect(read(files)).toEqual({ said: expected }))

test('a model is of at most 20 files', () => {
  const files = Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`f${i}`, `extends: f${i + 1}`]))
  expect(read({ ...files, a: 'extends: f0' })).toEqual({
    said: ['f19:1:1 extends: a model is of at most 20 files'],
  })
})
