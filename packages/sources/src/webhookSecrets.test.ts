import { generateKeyPairSync } from 'node:crypto'
import { DEMO } from './demo.ts'
import { Directory } from './directory.ts'
import { checkedSettings } from './settings.ts'

describe('webhooks of providers', () => {
  const key = (curve: string) =>
    generateKeyPairSync('ec', { namedCurve: curve })
      .publicKey.export({ type: 'spki', format: 'der' })
      .toString('base64')
  const p256 = key('prime256v1')
  const topic = 'arn:aws:sns:eu-central-1:123456789012:news'
  const source = (webhooks: object, name = 'news') => ({ name, webhooks })
  const open = (...sources: object[]) =>
    new Directory(checkedSettings({ workspaces: [{ name: 'acme', sources }] }, 'file'))

  test('one secret or two, of some providers or all, and what comes so may backdate', () => {
    const sources = open(
      source({
        sendgrid: { publicKey: [p256, `-----BEGIN PUBLIC KEY-----\n${p256}\n-----END PUBLIC KEY-----\n`] },
        mailgun: { signingKey: 'key-0123456789abcdef' },
        ses: { topic },
      }),
    )
    expect(sources.sender('news')).toMatchObject({
      source: { workspace: 'acme', name: 'news', secret: true, origins: new Set() },
      mailgun: ['key-0123456789abcdef'],
      postmark: [],
      ses: new Set([topic]),
    })
    expect(sources.sender('news')?.sendgrid).toHaveLength(2)
    expect(sources.sender('other')).toBeUndefined()
  })

  test('the demo workspace has none', () => {
    expect(new Directory(DEMO).sender('demo')).toBeUndefined()
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
      checkedSettings(
        {
          workspaces: [
            { name: 'acme', sources: [source(other)] },
            { name: 'beta', sources: [{ name: 'news', ...(webhooks && { webhooks }) }] },
          ],
        },
        'file',
      )
    expect(both(other)).toThrow(/workspaces\.1\.sources\.0\.webhooks: acme\/news has webhooks too/)
    expect(both(undefined)).not.toThrow()
  })
})
