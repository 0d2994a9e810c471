import { generateKeyPairSync } from 'node:crypto'
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

test('a file that is no YAML: the place, and nothing of what stands there', () => {
  const path = file('workspaces:\n  - signingKey: "hunter2\n b: [')
  const open = () => openSources({ ...local, HOTLEAD_SOURCES: path })
  expect(open).toThrow(/cannot be read: Missing closing "quote at line 3, column 6:$/)
  expect(open).not.toThrow(/b: \[/)
})

test('one key is one source', () => {
  const source = { name: 's', writeKey: 'wk_0123456789abcdef', origins: [], names: {} }
  expect(
    () => new Sources({ workspaces: [{ name: 'a', sources: [source, { ...source, name: 't' }] }] }),
  ).toThrow(/twice/)
})

describe('webhooks of providers', () => {
  const key = (curve: string) =>
    generateKeyPairSync('ec', { namedCurve: curve })
      .publicKey.export({ type: 'spki', format: 'der' })
      .toString('base64')
  const p256 = key('prime256v1')
  const topic = 'arn:aws:sns:eu-central-1:123456789012:news'
  const source = (webhooks: object, name = 'news') => ({ name, webhooks })
  const open = (...sources: object[]) =>
    openSources({
      ...local,
      HOTLEAD_SOURCES: file(JSON.stringify({ workspaces: [{ name: 'acme', sources }] })),
    })

  test('one secret or two, of some providers or all, and what comes so may backdate', () => {
    const { webhooks } = open(
      source({
        sendgrid: { publicKey: [p256, `-----BEGIN PUBLIC KEY-----\n${p256}\n-----END PUBLIC KEY-----\n`] },
        mailgun: { signingKey: 'key-0123456789abcdef' },
        ses: { topic },
      }),
    )
    expect(webhooks.find('news')).toMatchObject({
      source: { workspace: 'acme', name: 'news', secret: true, origins: new Set() },
      mailgun: ['key-0123456789abcdef'],
      postmark: [],
      ses: new Set([topic]),
    })
    expect(webhooks.find('news')?.sendgrid).toHaveLength(2)
    expect(webhooks.find('other')).toBeUndefined()
  })

  test('the demo workspace has none', () => {
    expect(openSources(local).webhooks.find('demo')).toBeUndefined()
  })

  test.each<[string, object, RegExp]>([
    [
      'a key on another curve',
      { sendgrid: { publicKey: key('secp384r1') } },
      /webhooks.sendgrid.publicKey: must be SendGrid/,
    ],
    [
      'no key',
      { sendgrid: { publicKey: 'hunter2hunter2' } },
      /webhooks.sendgrid.publicKey: must be SendGrid/,
    ],
    [
      'three at a time',
      { sendgrid: { publicKey: [p256, p256, p256] } },
      /a list of two of them while it is changed/,
    ],
    ['nothing at all', { mailgun: {} }, /webhooks.mailgun.signingKey: must be Mailgun/],
    ['a short one', { mailgun: { signingKey: 'hunter2' } }, /webhooks.mailgun.signingKey: must be Mailgun/],
    [
      'no user',
      { postmark: { login: 'hunter2hunter2hunter2' } },
      /webhooks.postmark.login: must be .user:password/,
    ],
    ['a password that can be guessed', { postmark: { login: 'user:hunter2' } }, /16 characters or more/],
    ['no ARN', { ses: { topic: 'news' } }, /webhooks.ses.topic: must be the ARN of an SNS topic/],
    ['a provider that is not known', { mailchimp: {} }, /mailchimp/],
  ])('%s: a sentence, without the secret', (_name, webhooks, sentence) => {
    let said = ''
    try {
      open(source(webhooks))
    } catch (error) {
      said = (error as Error).message
    }
    expect(said).toMatch(sentence)
    expect(said).not.toContain('hunter2')
  })

  test('a name that two workspaces have with webhooks means neither; without webhooks it does not matter', () => {
    const other = { mailgun: { signingKey: 'key-0123456789abcdef' } }
    const both = (webhooks: object | undefined) => () =>
      openSources({
        ...local,
        HOTLEAD_SOURCES: file(
          JSON.stringify({
            workspaces: [
              { name: 'acme', sources: [source(other)] },
              { name: 'beta', sources: [{ name: 'news', writeKey: 'wk_0123456789abcdef', webhooks }] },
            ],
          }),
        ),
      })
    expect(both(other)).toThrow(/acme\/news and beta\/news both have webhooks/)
    expect(both(undefined)).not.toThrow()
  })
})
