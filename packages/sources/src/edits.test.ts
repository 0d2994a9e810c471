import { keysMeant, keysOf, withKey, withoutKey } from './edits.ts'
import type { Settings } from './settings.ts'

const digest = (start: string) => `sha256:${start.padEnd(64, '0')}`
const kept = (start: string, last4: string, source = 's') => ({
  workspace: 'w',
  source,
  key: { kind: 'write' as const, digest: digest(start), last4 },
})
const settings: Settings = [kept('ab12', 'ZZZZ'), kept('ab34', 'c0de', 't'), kept('c0de', 'YYYY')].reduce(
  (all, one) => withKey(all, one),
  { workspaces: [] } as Settings,
)

test('workspace and source are made once; keys keep their order', () => {
  expect(settings.workspaces.map(w => [w.name, w.sources.map(s => s.name)])).toEqual([['w', ['s', 't']]])
  expect(keysOf(settings).map(k => [k.source, k.key.last4])).toEqual([
    ['s', 'ZZZZ'],
    ['s', 'YYYY'],
    ['t', 'c0de'],
  ])
})

test('origins are added once, and stay where none are named', () => {
  const once = withKey(settings, kept('01', 'AAAA'), ['https://a.example'])
  const twice = withKey(once, kept('02', 'BBBB'), ['https://a.example', 'https://b.example'])
  const last = withKey(twice, kept('03', 'CCCC'))
  expect(last.workspaces[0]?.sources[0]?.origins).toEqual(['https://a.example', 'https://b.example'])
})

test.each<[string, string, string[]]>([
  ['the whole id', `ab12${'0'.repeat(8)}`, ['ZZZZ']],
  ['the beginning of one', 'ab34', ['c0de']],
  ['too little of it', 'ab1', []],
  ['the last four', 'ZZZZ', ['ZZZZ']],
  ['what begins one id and ends another key', 'c0de', ['YYYY', 'c0de']],
  ['nothing like it', 'ffff', []],
])('%s', (_name, text, found) => {
  expect(keysMeant(settings, text).map(k => k.key.last4)).toEqual(found)
})

test('the key of that digest is gone, and nothing else', () => {
  const left = withoutKey(settings, digest('ab12'))
  expect(keysOf(left).map(k => k.key.last4)).toEqual(['YYYY', 'c0de'])
  expect(withoutKey(settings, digest('ffff'))).toEqual(settings)
})
