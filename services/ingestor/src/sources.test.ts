import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSources, Sources } from './sources.ts'

const local = {
  NODE_ENV: 'development',
  HOTLEAD_SOURCES: '',
  HOTLEAD_HOST: '127.0.0.1',
  HOTLEAD_DEMO_KEYS: 'loopback' as const,
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'hotlead-')), 'sources.yaml')
  writeFileSync(path, text)
  return path
}

test.each(['127.0.0.1', 'localhost', '::1'])('the demo keys on %s', HOTLEAD_HOST => {
  const sources = openSources({ ...local, HOTLEAD_HOST })
  expect(sources.demo).toBe(true)
  expect(sources.find('wk_demo')).toMatchObject({ workspace: 'demo', secret: false })
  expect(sources.find('sk_demo')).toMatchObject({ workspace: 'demo', secret: true })
})

test.each([
  ['production', { NODE_ENV: 'production' }],
  ['production, whatever else is said', { NODE_ENV: 'production', HOTLEAD_DEMO_KEYS: 'allow' as const }],
  ['every interface', { HOTLEAD_HOST: '0.0.0.0' }],
  ['an outer address', { HOTLEAD_HOST: '192.168.1.5' }],
  ['a name that begins like loopback', { HOTLEAD_HOST: '127.evil.example' }],
])('no demo keys: %s', (_name, more) => {
  expect(() => openSources({ ...local, ...more })).toThrow(/HOTLEAD_/)
})

test('no demo keys on every interface, unless somebody says that the port is published on loopback only', () => {
  expect(openSources({ ...local, HOTLEAD_HOST: '0.0.0.0', HOTLEAD_DEMO_KEYS: 'allow' }).demo).toBe(true)
})

test('a file of sources: keys, origins, names', () => {
  const path = file(`
workspaces:
  - name: acme
    sources:
      - name: site
        writeKey: wk_0123456789abcdef
        origins: [https://www.acme.example]
        names: { hs_form_submit: Form Submitted }
`)
  const sources = openSources({ ...local, NODE_ENV: 'production', HOTLEAD_SOURCES: path })
  const source = sources.find('wk_0123456789abcdef')
  expect(source?.names.get('hs_form_submit')).toBe('Form Submitted')
  expect([sources.demo, sources.find('wk_demo')]).toEqual([false, undefined])
  expect(sources.knowsOrigin('https://www.acme.example')).toBe(true)
  expect(sources.knowsOrigin('http://localhost:3000')).toBe(false)
})

test.each([
  ['no such file', '/nonexistent/sources.yaml', /cannot be read/],
  [
    'a workspace with a slash',
    file('workspaces: [{ name: a/b, sources: [{ name: s }] }]'),
    /workspaces.0.name: must be/,
  ],
  ['a key too short', file('workspaces: [{ name: a, sources: [{ name: s, writeKey: x }] }]'), /writeKey/],
  [
    'an origin with a path',
    file('workspaces: [{ name: a, sources: [{ name: s, origins: ["https://a.b/c"] }] }]'),
    /origin/,
  ],
  [
    'a rate of nothing',
    file('workspaces: [{ name: a, sources: [{ name: s, eventsPerSecond: 0 }] }]'),
    /eventsPerSecond/,
  ],
  ['a misspelt field', file('workspaces: [{ name: a, sources: [{ name: s, orgins: [] }] }]'), /orgins/],
])('%s: a sentence', (_name, path, sentence) => {
  expect(() => openSources({ ...local, HOTLEAD_SOURCES: path })).toThrow(sentence)
})

test('one key is one source', () => {
  const source = { name: 's', writeKey: 'wk_0123456789abcdef', origins: [], names: {} }
  expect(
    () => new Sources({ workspaces: [{ name: 'a', sources: [source, { ...source, name: 't' }] }] }),
  ).toThrow(/twice/)
})
