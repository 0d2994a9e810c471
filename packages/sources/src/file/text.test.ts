import { withKey, withoutKey } from '../edits.ts'
import { digestOf } from '../key.ts'
import type { KeySettings } from '../settings.ts'
import { editedText, parseSettings } from './text.ts'

const ONE = digestOf('wk_one')
const FILE = `# Our sources. Ask Kim before you change them.
workspaces:
  - name: acme # the group
    sources:
      # The shop, and nothing else.
      - name: shop
        origins: [https://shop.acme.example]
        keys:
          - kind: write # in the tag manager
            digest: ${ONE}
      - name: crm
`
const key: KeySettings = { kind: 'write', digest: digestOf('wk_two'), last4: '_two' }

test('a key more: everything else stays as a person wrote it', () => {
  const settings = withKey(parseSettings(FILE, 'f'), { workspace: 'acme', source: 'shop', key }, [
    'https://acme.example',
  ])
  const next = editedText(FILE, settings)
  expect(next).toBe(
    FILE.replace(
      '[https://shop.acme.example]',
      '[ https://shop.acme.example, https://acme.example ]',
    ).replace(
      '      - name: crm',
      `          - kind: write
            digest: ${key.digest}
            last4: _two
      - name: crm`,
    ),
  )
  expect(parseSettings(next, 'f')).toEqual(settings)
})

test('a key less: its comments go with it, the others stay', () => {
  const settings = withoutKey(parseSettings(FILE, 'f'), ONE)
  const next = editedText(FILE, settings)
  expect(parseSettings(next, 'f')).toEqual(settings)
  expect(next).toContain('# Ask Kim'.replace('# ', ''))
  expect(next).toContain('# The shop, and nothing else.')
  expect(next).not.toContain('tag manager')
  expect(next).not.toContain(ONE)
})

test('a source and a workspace more, in a file that is there and in one that is not', () => {
  for (const text of [FILE, '']) {
    const before = text === '' ? { workspaces: [] } : parseSettings(text, 'f')
    const settings = withKey(before, { workspace: 'other', source: 'site', key })
    expect(parseSettings(editedText(text, settings), 'f')).toEqual(settings)
  }
  expect(editedText('', { workspaces: [] })).toMatch(/^# Workspaces, their sources and keys/)
})

test('JSON stays JSON', () => {
  const settings = withKey({ workspaces: [] }, { workspace: 'a', source: 's', key })
  expect(JSON.parse(editedText('{"workspaces": []}', settings))).toEqual(settings)
})

test('what two places share by an anchor is taken apart where one of them changes', () => {
  const text = `workspaces:
  - name: a
    sources:
      - { name: one, origins: &ours [https://a.example] }
      - { name: two, origins: *ours }
`
  const settings = withKey(parseSettings(text, 'f'), { workspace: 'a', source: 'two', key }, [
    'https://b.example',
  ])
  expect(parseSettings(editedText(text, settings), 'f')).toEqual(settings)
})

test.each([
  ['a name', 'workspaces:\n  - name: a/b\n    sources: []\n', 'f:2: workspaces.0.name: must be 1 to 60'],
  [
    'what is missing',
    'workspaces:\n\n  - name: ab\n',
    'f:3: workspaces.0.sources: must be a list of sources',
  ],
  [
    'a misspelt field',
    'workspaces:\n  - name: ab\n    sources: []\n    nam: x\n',
    'f:4: workspaces.0: nam: there is',
  ],
  ['all of it', '\n- a\n', 'f:2: all of it: must be an object'],
])('%s that is wrong is told with its line', (_name, text, problem) => {
  expect(() => parseSettings(text, 'f')).toThrow(
    expect.objectContaining({ problems: [expect.stringContaining(problem)] }),
  )
})

test.each([
  [
    'a broken file',
    'workspaces:\n - name: [sk_secret\n',
    /^f: Flow sequence in block collection must be .* at line \d+, column \d+$/,
  ],
  ['an alias without its anchor', 'workspaces: *sk', /^f: Unresolved alias/],
  ['a list', '[]', /^f: all of it: must be an object$/],
])('%s is refused, and nothing of it is shown', (_name, text, problem) => {
  expect(() => parseSettings(text, 'f')).toThrow(
    expect.objectContaining({ problems: expect.arrayContaining([expect.stringMatching(problem)]) }),
  )
  try {
    parseSettings(text, 'f')
  } catch (error) {
    expect(String((error as { problems: unknown }).problems)).not.toMatch(/sk_secret/)
  }
})
