import { PRIVACY } from '@hotlead/beacon'
import { Directory, digestOf } from '@hotlead/sources'
import { type Claim, sourceOf } from './admit.ts'

const NOW = Date.now()
const HOUR = 3_600_000
const at = (time: number) => new Date(time).toISOString()
const key = (text: string, more: object = {}) => ({
  kind: text.startsWith('sk_') ? ('secret' as const) : ('write' as const),
  digest: digestOf(text),
  ...more,
})
const directory = new Directory({
  workspaces: [
    {
      name: 'w',
      sources: [
        {
          name: 's',
          origins: ['https://a.example'],
          keys: [
            key('wk_1'),
            key('sk_1'),
            key('wk_old', { expires: at(NOW - 1) }),
            key('wk_soon', { expires: at(NOW + HOUR) }),
          ],
        },
      ],
    },
  ],
})

test.each<[string, Partial<Claim>, string]>([
  ['a write key of a server', { key: 'wk_1' }, 'ok'],
  ['a write key of its own page', { key: 'wk_1', origin: 'https://a.example' }, 'ok'],
  ['a write key in a URL', { key: 'wk_1', keyInUrl: true }, 'ok'],
  ['a key that will expire', { key: 'wk_soon' }, 'ok'],
  ['a secret key of a server', { key: 'sk_1', keyInUrl: false }, 'ok'],
  ['no key', {}, 'unauthorized: a write key is missing'],
  ['an empty key', { key: '' }, 'unauthorized: a write key is missing'],
  ['an unknown key', { key: 'wk_2' }, 'unauthorized: no source has this key'],
  ['a digest in the place of a key', { key: digestOf('wk_1') }, 'unauthorized: no source has this key'],
  [
    'another page',
    { key: 'wk_1', origin: 'https://b.example' },
    'origin: this key may not be used from https://b.example',
  ],
  [
    'a file on somebody’s disk',
    { key: 'wk_1', origin: 'null' },
    'origin: this key may not be used from null',
  ],
  [
    'a secret key in its own page',
    { key: 'sk_1', origin: 'https://a.example' },
    'origin: this is a secret key',
  ],
  ['a secret key in any page', { key: 'sk_1', origin: 'null' }, 'origin: this is a secret key'],
  [
    'a secret key in a URL',
    { key: 'sk_1', keyInUrl: true },
    'unauthorized: this is a secret key, and logs of servers',
  ],
  ['a key that has expired', { key: 'wk_old' }, `unauthorized: this key expired at ${at(NOW - 1)}`],
])('%s', (_name, claim, told) => {
  const used: string[] = []
  const sources = {
    find: (k: string) => directory.find(k),
    sender: () => undefined,
    quotaOf: () => undefined,
    privacyOf: () => PRIVACY,
    knowsOrigin: (o: string) => directory.knowsOrigin(o),
    used: (id: string) => used.push(id),
  }
  const found = sourceOf(sources, { key: undefined, origin: undefined, ...claim })
  const words = found.kind === 'ok' ? 'ok' : `${found.reason}: ${found.problems[0]}`
  expect(words.slice(0, told.length)).toBe(told)
  if (found.kind !== 'ok') expect(found).toMatchObject({ status: 401 })
  // What was refused was no use of the key.
  expect(used).toEqual(found.kind === 'ok' ? [found.value.key] : [])
  // Unless it is the page's own, nothing that came is repeated.
  if (claim.key) expect(words).not.toContain(claim.key)
})
