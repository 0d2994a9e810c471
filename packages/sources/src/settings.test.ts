import { ConfigError } from '@hotlead/service'
import { digestOf } from './key.ts'
import { checkedSettings } from './settings.ts'

const DIGEST = digestOf('wk_1')
const source = (more: object) => ({ workspaces: [{ name: 'w', sources: [{ name: 's', ...more }] }] })
const key = (more: object) => source({ keys: [{ kind: 'write', digest: DIGEST, ...more }] })

test('all that may be said', () => {
  const all = {
    workspaces: [
      {
        name: 'acme',
        eventsPerSecond: 1_000,
        burst: 5_000,
        sources: [
          {
            name: 'site',
            origins: ['https://www.acme.example', 'loopback', '*'],
            names: { hs: 'Form Submitted' },
            eventsPerSecond: 0.5,
            privacy: {
              redact: ['properties.phone', 'traits.*', 'query.token'],
              gpc: 'drop',
              dnt: 'flag',
              consent: 'analytics',
              consentMissing: 'flag',
            },
            keys: [
              {
                kind: 'secret',
                digest: DIGEST,
                last4: 'a_1',
                created: '2026-11-24T09:30:00Z',
                expires: '2027-01-01T00:00:00+09:00',
                note: 'x',
                eventsPerSecond: 5,
                burst: 7,
              },
            ],
          },
        ],
      },
    ],
  }
  expect(checkedSettings(all, 'file')).toEqual(all)
})

test.each<[string, unknown, string | RegExp]>([
  ['nothing', null, 'f: all of it: must be an object'],
  [
    'a name with a slash',
    { workspaces: [{ name: 'a/b', sources: [] }] },
    /^f: workspaces\.0\.name: must be 1 to 60/,
  ],
  ['an origin with a path', source({ origins: ['https://a.b/c'] }), /origins\.0: must be an origin such as/],
  ['a rate of nothing', source({ eventsPerSecond: 0 }), /eventsPerSecond: must be a number above 0/],
  ['a burst alone', source({ burst: 5 }), /sources\.0\.burst: needs eventsPerSecond beside it/],
  ['a burst of half an event', source({ eventsPerSecond: 1, burst: 0.5 }), /burst: must be a whole number/],
  ['a misspelt field', source({ orgins: [] }), /sources\.0: orgins: there is no such setting/],
  [
    'a path of nowhere',
    source({ privacy: { redact: ['phone'] } }),
    /s\.0\.privacy\.redact\.0: must be a path such as properties\.phone/,
  ],
  [
    'a path that is a number',
    source({ privacy: { redact: [7] } }),
    /privacy\.redact\.0: must be a path such as/,
  ],
  [
    'too many paths',
    source({ privacy: { redact: Array.from({ length: 201 }, () => 'traits.a') } }),
    /privacy\.redact: must be a list of up to 200 paths/,
  ],
  ['another word for GPC', source({ privacy: { gpc: true } }), /privacy\.gpc: must be ignore, flag, drop/],
  [
    'another word for DNT',
    source({ privacy: { dnt: 'refuse' } }),
    /privacy\.dnt: must be ignore, flag, drop/,
  ],
  ['a category of nothing', source({ privacy: { consent: '' } }), /privacy\.consent: must be the name of a/],
  [
    'what is missing of nothing',
    source({ privacy: { consentMissing: 'flag' } }),
    /privacy\.consentMissing: needs consent beside it/,
  ],
  ['a misspelt policy', source({ privacy: { redacted: [] } }), /privacy: redacted: there is no such setting/],
  ['another kind of key', key({ kind: 'read' }), /keys\.0\.kind: must be write or secret/],
  ['a digest of another kind', key({ digest: 'md5:00' }), /keys\.0\.digest: must be sha256: and 64 hex/],
  ['a key in the place of its digest', key({ digest: 'sk_0123456789abcdef' }), /digest: must be sha256/],
  ['a time without its zone', key({ expires: '2026-11-24 09:30' }), /expires: must be a time such as/],
  [
    'keys as they were before',
    source({ writeKey: 'wk_0123456789abcdef' }),
    /writeKey: a key itself is not kept any more, only its digest.*hotlead key create/,
  ],
  [
    'one key twice',
    {
      workspaces: [
        { name: 'a', sources: [{ name: 's', keys: [{ kind: 'write', digest: DIGEST }] }] },
        { name: 'b', sources: [{ name: 's', keys: [{ kind: 'secret', digest: DIGEST }] }] },
      ],
    },
    'f: workspaces.1.sources.0.keys.0: is the same key as workspaces.0.sources.0.keys.0',
  ],
  [
    'a workspace twice',
    {
      workspaces: [
        { name: 'a', sources: [] },
        { name: 'a', sources: [] },
      ],
    },
    /workspaces\.1: is there twice/,
  ],
  [
    'a source twice',
    { workspaces: [{ name: 'a', sources: [{ name: 's' }, { name: 's' }] }] },
    /sources\.1: is there twice/,
  ],
])('%s is refused by its path, and no value is repeated', (_name, content, problem) => {
  const problems = () => {
    try {
      return checkedSettings(content, 'f')
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      return (error as ConfigError).problems
    }
  }
  expect(problems()).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)])
  expect(String(problems())).not.toMatch(/0123456789abcdef|a\.b\/c/)
})
