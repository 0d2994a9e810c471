import { NOTHING_DENIED, PRIVACY } from '@hotlead/beacon'
import { DEMO } from './demo.ts'
import { allowsOrigin, Directory } from './directory.ts'
import { digestOf } from './key.ts'
import type { KeySettings, Settings } from './settings.ts'

const key = (text: string, more: Partial<KeySettings> = {}): KeySettings => ({
  kind: text.startsWith('sk_') ? 'secret' : 'write',
  digest: digestOf(text),
  ...more,
})
const directory = (source: object, workspace: object = {}) =>
  new Directory({
    workspaces: [{ name: 'w', ...workspace, sources: [{ name: 's', ...source }] }],
  } as Settings)

test('the demo keys', () => {
  const demo = new Directory(DEMO)
  expect([demo.find('wk_demo')?.source.secret, demo.find('sk_demo')?.source.secret]).toEqual([false, true])
  expect(demo.knowsOrigin('http://localhost:3000')).toBe(true)
})

test.each<[string, string[], string, boolean]>([
  ['its own', ['https://a.example'], 'https://a.example', true],
  ['another scheme', ['https://a.example'], 'http://a.example', false],
  ['another port', ['https://a.example'], 'https://a.example:8443', false],
  ['below it', ['https://a.example'], 'https://www.a.example', false],
  ['none at all', [], 'https://a.example', false],
  ['any', ['*'], 'https://a.example', true],
  ['null, of a file or a sandbox', ['https://a.example'], 'null', false],
  ['loopback by name', ['loopback'], 'http://localhost:5173', true],
  ['loopback by address', ['loopback'], 'https://127.8.0.1', true],
  ['loopback of six', ['loopback'], 'http://[::1]:80', true],
  ['what begins like loopback', ['loopback'], 'http://127.0.0.1.evil.example', false],
  ['what ends like it', ['loopback'], 'http://evil-localhost', false],
])('origins: %s', (_name, origins, origin, isAllowed) => {
  const sources = directory({ origins, keys: [key('wk_1'), key('sk_1')] })
  expect(sources.knowsOrigin(origin)).toBe(isAllowed)
  const [write, secret] = [sources.find('wk_1'), sources.find('sk_1')]
  expect(write && allowsOrigin(write.source, origin)).toBe(isAllowed)
  expect(secret && allowsOrigin(secret.source, origin)).toBe(false)
})

test('a preflight is told of no source that has only secret keys', () => {
  expect(directory({ origins: ['*'], keys: [key('sk_1')] }).knowsOrigin('https://a.example')).toBe(false)
})

test('a policy is that of all its source’s keys and of its webhooks, and found by its name', () => {
  const postmark = { login: 'hotlead:a long random password' }
  const privacy = { gpc: 'drop', consent: 'ads', consentMissing: 'flag' }
  const sources = directory({ keys: [key('wk_1'), key('sk_1')], webhooks: { postmark }, privacy })
  const policy = { ...PRIVACY, gpc: 'drop', consent: { category: 'ads', missing: 'flag' } }
  expect([
    sources.find('wk_1')?.source.privacy,
    sources.find('sk_1')?.source.privacy,
    sources.sender('s')?.source.privacy,
    sources.privacyOf('w', 's'),
  ]).toEqual([policy, policy, policy, policy])
  expect([sources.privacyOf('w', 'mail'), sources.privacyOf('v', 's')]).toEqual([PRIVACY, PRIVACY])
  expect(directory({ keys: [key('wk_1')] }).find('wk_1')?.source.privacy).toEqual({
    deny: NOTHING_DENIED,
    gpc: 'flag',
    dnt: 'ignore',
    consent: undefined,
  })
})

test('limits: a key’s own, else its source’s where it is a write key; ten seconds’ worth at once', () => {
  const sources = directory(
    {
      eventsPerSecond: 5,
      keys: [
        key('wk_1'),
        key('wk_2', { eventsPerSecond: 7, burst: 9 }),
        key('sk_1'),
        key('sk_2', { eventsPerSecond: 0.01 }),
      ],
    },
    { eventsPerSecond: 100, burst: 300 },
  )
  const limits = ['wk_1', 'wk_2', 'sk_1', 'sk_2'].map(k => sources.find(k)?.source.limits)
  expect(limits.map(l => l?.key)).toEqual([
    { rate: 5, burst: 50 },
    { rate: 7, burst: 9 },
    undefined,
    { rate: 0.01, burst: 1 },
  ])
  for (const l of limits) expect(l?.workspace).toEqual({ rate: 100, burst: 300 })
  expect([sources.quotaOf('w'), sources.quotaOf('another')]).toEqual([{ rate: 100, burst: 300 }, undefined])
  expect(directory({ keys: [key('wk_1')] }).find('wk_1')?.source.limits).toEqual({
    key: undefined,
    workspace: undefined,
  })
})
