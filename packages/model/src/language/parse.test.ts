import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parseModel } from '../index.ts'

/** A sound model, one block a line or more, in which each case replaces one block. */
const SOUND = {
  name: 'name: x',
  signals: 'signals:\n  page-view: { type: page }',
  rules: 'rules:\n  - { signal: page-view, points: 1 }',
  tiers: 'tiers:\n  - name: COLD\n  - name: HOT\n    enter: { score: { atLeast: 1 } }',
}
const text = (changed: Partial<typeof SOUND>) => Object.values({ ...SOUND, ...changed }).join('\n')
const enter = (c: string) => text({ tiers: `tiers:\n  - name: COLD\n  - name: HOT\n    enter: ${c}` })

/** Every problem as `line:column path: message`. */
function problems(source: string): string[] {
  const parsed = parseModel(source)
  return parsed.ok ? [] : parsed.problems.map(p => `${p.line}:${p.column} ${p.path}: ${p.message}`)
}

test('a sound model has no problems, an empty file has one', () => {
  expect(problems(text({}))).toEqual([])
  expect(problems('')).toEqual(['1:1 : expected a group of settings, found an empty value'])
})

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
    { numRuns: 200 },
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
  ['5,000 signals', many(5_000, i => `  s${i}: { type: page, path: /p${i} }`)],
  [
    '20,000 misspelt settings',
    `${text({})}\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')}`,
  ],
  ['a key that is there 20,000 times', `${text({})}\n${'name: x\n'.repeat(20_000)}`],
  [
    'wrong rules',
    text({ rules: 'rules:\n  - { signal: page-view, points: 1, x: 1 }' }).replace(/ {2}- .*\n/, line =>
      line.repeat(3_000),
    ),
  ],
])(
  'a file with %s is answered in seconds, with a hundred problems at most',
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
