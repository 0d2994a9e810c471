import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '@hotlead/sources'
import { checkSources, demoSources } from './sources.ts'

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
const right = file(
  `workspaces: [{ name: a, sources: [{ name: s, keys: [{ kind: write, digest: "${digestOf('x')}" }] }] }]`,
)

test('the demo keys are those of every README', () => {
  const sources = demoSources()
  expect(sources.find('wk_demo')?.source).toMatchObject({ workspace: 'demo', secret: false })
  expect(sources.find('sk_demo')?.source).toMatchObject({ workspace: 'demo', secret: true })
})

test.each<[string, Partial<Parameters<typeof checkSources>[0]>]>([
  ['the demo keys on 127.0.0.1', {}],
  ['on localhost', { HOTLEAD_HOST: 'localhost' }],
  ['on ::1', { HOTLEAD_HOST: '::1' }],
  [
    'on every interface, where somebody says that the port is published on loopback only',
    { HOTLEAD_HOST: '0.0.0.0', HOTLEAD_DEMO_KEYS: 'allow' },
  ],
  ['a file', { NODE_ENV: 'production', HOTLEAD_HOST: '0.0.0.0', HOTLEAD_SOURCES: right }],
  ['Redis', { NODE_ENV: 'production', HOTLEAD_HOST: '0.0.0.0', HOTLEAD_SOURCES: 'redis' }],
])('%s: allowed', (_name, more) => {
  expect(() => checkSources({ ...local, ...more })).not.toThrow()
})

test.each<[string, Partial<Parameters<typeof checkSources>[0]>, RegExp]>([
  ['the demo keys in production', { NODE_ENV: 'production' }, /HOTLEAD_SOURCES is not set and must be/],
  [
    'in production, whatever else is said',
    { NODE_ENV: 'production', HOTLEAD_DEMO_KEYS: 'allow' },
    /HOTLEAD_SOURCES is not set/,
  ],
  ['on every interface', { HOTLEAD_HOST: '0.0.0.0' }, /HOTLEAD_HOST is "0.0.0.0"/],
  ['on an outer address', { HOTLEAD_HOST: '192.168.1.5' }, /HOTLEAD_HOST is/],
  ['on a name that begins like loopback', { HOTLEAD_HOST: '127.evil.example' }, /HOTLEAD_HOST is/],
  [
    'a file that is not there',
    { HOTLEAD_SOURCES: '/nonexistent/s.yaml' },
    /HOTLEAD_SOURCES: .* cannot be read/,
  ],
  ['a file that is wrong', { HOTLEAD_SOURCES: file('workspaces: 1') }, /workspaces: must be a list/],
])('%s: refused', (_name, more, sentence) => {
  expect(() => checkSources({ ...local, ...more })).toThrow(sentence)
})
