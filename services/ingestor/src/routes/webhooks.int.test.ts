import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET, logger } from '@hotlead/service'
import { digestOf } from '@hotlead/sources'
import { SNS, SnsNetwork } from '../../test/snsNetwork.ts'
import { post, type Read, Stage } from '../../test/stage.ts'

/** Mail providers post to the running ingestor; what they tell is in the log then, and nothing that nobody signed. */
const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const shown = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64')
const [oldKeys, newKeys, strange] = [pair(), pair(), pair()]
const SIGNING_KEY = 'mailgun-0123456789abcdef'
const LOGIN = 'postmark:a long enough password'
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:news'
const MIA = `acme/${leadSubject(DEMO_SECRET, { email: 'mia@example.com' })}`

type Payloads = Record<string, Record<string, unknown>>
const payloads = (name: string): Payloads =>
  JSON.parse(readFileSync(new URL(`../../../../testdata/webhooks/${name}.json`, import.meta.url), 'utf8'))

let network: SnsNetwork
let stage: Stage
let url: string
const lines: string[] = []

beforeAll(async () => {
  network = await SnsNetwork.open()
  stage = await Stage.open()
  const path = join(mkdtempSync(join(tmpdir(), 'hotlead-')), 'sources.json')
  const news = {
    name: 'news',
    names: { 'Email Opened': 'Newsletter Opened' },
    webhooks: {
      sendgrid: { publicKey: [shown(oldKeys.publicKey), shown(newKeys.publicKey)] },
      mailgun: { signingKey: SIGNING_KEY },
      postmark: { login: LOGIN },
      ses: { topic: TOPIC },
    },
  }
  const plain = { name: 'plain', keys: [{ kind: 'write', digest: digestOf('wk_plain_0123456789') }] }
  writeFileSync(path, JSON.stringify({ workspaces: [{ name: 'acme', sources: [news, plain] }] }))
  const log = logger('ingestor', 'debug', { write: line => void lines.push(line) })
  url = (await stage.start({ HOTLEAD_SOURCES: path }, log)).url
}, 240_000)
afterAll(async () => {
  await stage.close()
  await network.close()
})

interface Sent {
  path: string
  body: string
  headers: Record<string, string>
}
const now = () => Math.floor(Date.now() / 1_000)

/** Bodies as the providers send them, signed as they sign. */
const providers: Record<string, { events: Payloads; sent(event: unknown): Sent }> = {
  sendgrid: {
    events: payloads('sendgrid'),
    sent(event) {
      const [body, timestamp] = [`${JSON.stringify([event])}\r\n`, String(now())]
      const signature = sign('sha256', Buffer.from(timestamp + body), newKeys.privateKey).toString('base64')
      return {
        path: '/webhooks/sendgrid/news',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'SendGrid Event API',
          'x-twilio-email-event-webhook-signature': signature,
          'x-twilio-email-event-webhook-timestamp': timestamp,
        },
      }
    },
  },
  mailgun: {
    events: payloads('mailgun'),
    sent(event) {
      const [timestamp, token] = [String(now()), randomUUID()]
      const signature = createHmac('sha256', SIGNING_KEY)
        .update(timestamp + token)
        .digest('hex')
      return {
        path: '/webhooks/mailgun/news',
        body: JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': event }),
        headers: { 'content-type': 'application/json' },
      }
    },
  },
  postmark: {
    events: payloads('postmark'),
    sent: event => ({
      path: '/webhooks/postmark/news',
      body: JSON.stringify(event),
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(LOGIN).toString('base64')}`,
      },
    }),
  },
  ses: {
    events: payloads('ses'),
    sent: event => sns({ Type: 'Notification', Message: JSON.stringify(event) }),
  },
}

function sns(message: Record<string, string>, version: '1' | '2' = '1'): Sent {
  const envelope = {
    MessageId: randomUUID(),
    TopicArn: TOPIC,
    Timestamp: new Date().toISOString(),
    ...message,
  }
  return {
    path: '/webhooks/ses/news',
    body: JSON.stringify(network.signed(envelope, version)),
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': message.Type as string,
    },
  }
}

const send = ({ path, body, headers }: Sent) => post(url + path, body, headers)

async function events(): Promise<Read[]> {
  return (await stage.activity()).filter(r => r.activity.event?.source === 'news')
}

const NAMES: Record<string, string> = {
  delivered: 'Email Delivered',
  opened: 'Newsletter Opened',
  clicked: 'Email Link Clicked',
  bounced: 'Email Bounced',
  complained: 'Email Marked as Spam',
  unsubscribed: 'Unsubscribed',
}

test.each(Object.entries(providers))(
  '%s: each kind of event, and the same when sent again',
  async (name, { events: all, sent }) => {
    const before = (await events()).length
    for (const [what, event] of Object.entries(all)) {
      const request = sent(event)
      for (const said of [await send(request), await send(request), await send(sent(event))])
        expect([what, said.status, said.json]).toEqual([what, 200, { success: true }])
    }
    const found = (await events()).slice(before)
    const wanted = Object.keys(all).filter(what => !what.startsWith('ignored'))
    const ids = new Map(found.map(r => [r.activity.event?.id, r]))
    // One id each, however often it came.
    expect([found.length, ids.size]).toEqual([3 * wanted.length, wanted.length])
    const described = [...ids.values()].map(({ key, activity: { event } }) => ({
      key,
      name: event?.name,
      provider: event?.properties.provider,
      signed: event?.signed,
      flags: event?.flags.filter(f => f !== 'bot'),
    }))
    expect(described.sort(byName)).toEqual(
      wanted
        .map(what => ({
          key: MIA,
          name: NAMES[what.split(/[ ,]/)[0] as string],
          provider: name,
          signed: true,
          flags: what.includes('machine')
            ? [what.startsWith('opened') ? 'machine_open' : 'machine_click']
            : [],
        }))
        .sort(byName),
    )
    const metrics = await (await fetch(`${url}/metrics`)).text()
    const ignored = Object.keys(all).length - wanted.length
    expect(metrics).toContain(
      `hotlead_ingest_events_ignored_total{format="${name}",service="ingestor"} ${3 * ignored}\n`,
    )
  },
)
const byName = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b))

test('the key before is valid beside the new one, and no third', async () => {
  const request = providers.sendgrid?.sent({ event: 'processed' }) as Sent
  const by = (key: KeyObject) => {
    const timestamp = request.headers['x-twilio-email-event-webhook-timestamp'] as string
    const signature = sign('sha256', Buffer.from(timestamp + request.body), key).toString('base64')
    return send({
      ...request,
      headers: { ...request.headers, 'x-twilio-email-event-webhook-signature': signature },
    })
  }
  expect((await by(oldKeys.privateKey)).status).toBe(200)
  expect((await by(newKeys.privateKey)).status).toBe(200)
  expect((await by(strange.privateKey)).status).toBe(401)
})

describe('what nobody signed is answered 401 and reaches no topic', () => {
  const spam = { ...providers.sendgrid?.events.opened, email: 'eve@example.com', RecordType: 'Open' }
  const changed =
    (name: string, change: (sent: Sent) => Partial<Sent>): (() => Sent) =>
    () => {
      const sent = providers[name]?.sent(spam) as Sent
      return { ...sent, ...change(sent) }
    }
  const NOT_OURS = /^signature: does not fit this source, or there is no such source/
  test.each<[string, () => Sent, RegExp]>([
    ['sendgrid: one byte more', changed('sendgrid', s => ({ body: `${s.body} ` })), NOT_OURS],
    ['sendgrid: no signature', changed('sendgrid', () => ({ headers: {} })), /turn on Signed Event Webhook/],
    [
      'sendgrid: a write key instead',
      changed('sendgrid', () => ({ headers: { 'x-write-key': 'wk_plain_0123456789' } })),
      /both must be there/,
    ],
    [
      'sendgrid: a source that is not there',
      changed('sendgrid', () => ({ path: '/webhooks/sendgrid/other' })),
      NOT_OURS,
    ],
    [
      'sendgrid: a source without webhooks',
      changed('sendgrid', () => ({ path: '/webhooks/sendgrid/plain' })),
      NOT_OURS,
    ],
    [
      'sendgrid: a name of every object',
      changed('sendgrid', () => ({ path: '/webhooks/sendgrid/__proto__' })),
      NOT_OURS,
    ],
    [
      'mailgun: another signature',
      changed('mailgun', s => ({ body: s.body.replace('"signature":"', '"signature":"0') })),
      NOT_OURS,
    ],
    [
      'mailgun: by the route of another',
      changed('sendgrid', () => ({ path: '/webhooks/mailgun/news' })),
      /must be JSON with signature/,
    ],
    [
      'postmark: another password',
      changed('postmark', () => ({ headers: { authorization: 'Basic cG9zdG1hcms6eA==' } })),
      NOT_OURS,
    ],
    ['postmark: none', changed('postmark', () => ({ headers: {} })), /must be Basic/],
    ['ses: another text', changed('ses', s => ({ body: s.body.replace('eve@', 'adam@') })), NOT_OURS],
    [
      'ses: another topic',
      () => sns({ Type: 'Notification', Message: JSON.stringify(spam), TopicArn: `${TOPIC}s` }),
      NOT_OURS,
    ],
    [
      'ses: a certificate of their own',
      () => sns({ Type: 'Notification', Message: '{}', SigningCertURL: 'https://evil.example/x.pem' }),
      /at the host of SNS in the region of the topic/,
    ],
    ['ses: no envelope', changed('ses', () => ({ body: '' })), /body: must be JSON/],
  ])('%s', async (_name, sent, problem) => {
    const [log, letters] = [(await events()).length, (await stage.records('dead-letter')).length]
    const { status, json } = await send(sent())
    expect([status, json]).toEqual([
      401,
      { success: false, error: 'unauthorized', problems: [expect.stringMatching(problem)] },
    ])
    expect([(await events()).length, (await stage.records('dead-letter')).length]).toEqual([log, letters])
    expect(network.dialled.filter(host => !SNS.endsWith(host))).toEqual([])
  })

  test('mailgun: a token that was overheard, for something else', async () => {
    const request = providers.mailgun?.sent(providers.mailgun.events.clicked) as Sent
    expect((await send(request)).status).toBe(200)
    const before = (await events()).length
    const forged = { ...request, body: request.body.replace('mia@example.com', 'eve@example.com') }
    const { status, json } = await send(forged)
    expect([status, json.problems]).toEqual([401, ['signature.token: was used before, for something else']])
    expect((await events()).length).toBe(before)
  })
})

describe('what was signed is answered 200, whatever it is', () => {
  test.each([
    ['sendgrid', 'not JSON at all'],
    ['sendgrid', '[{"event":"open","email":"nobody"}]'],
    ['postmark', '{"RecordType":7}'],
    ['postmark', '['],
  ])('%s: %p lies in dead-letter, with its very bytes', async (name, body) => {
    const request = providers[name]?.sent(null) as Sent
    const timestamp = String(now())
    const signature = sign('sha256', Buffer.from(timestamp + body), newKeys.privateKey).toString('base64')
    const { status, json } = await send({
      ...request,
      body,
      headers: {
        ...request.headers,
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': timestamp,
      },
    })
    expect([status, json]).toEqual([200, { success: true, deadLettered: 1 }])
    const letters = await stage.records('dead-letter')
    const bytes = letters.map(r => r.value?.toString())
    expect(bytes).toContain(body.startsWith('[{') ? body.slice(1, -1) : body)
    const headers = letters.map(r => r.headers?.['dlq-format']?.toString())
    expect(headers).toContain(name)
  })

  test('ses: two recipients bounce, one of them without an address', async () => {
    const bounce = structuredClone(providers.ses?.events.bounced) as {
      bounce: { bouncedRecipients: object[] }
    }
    bounce.bounce.bouncedRecipients = [{ emailAddress: 'tom@example.com' }, {}]
    const sent = providers.ses?.sent(bounce) as Sent
    expect((await send(sent)).json).toEqual({ success: true, deadLettered: 1 })
    const letters = (await stage.records('dead-letter')).filter(r =>
      String(r.headers?.['dlq-detail']).includes('bouncedRecipients'),
    )
    // Whole but for the addresses of mail servers, which are cut as any.
    const [envelope] = letters.map(r => JSON.parse(String(r.value)))
    expect(JSON.parse(envelope.Message).bounce.bouncedRecipients).toEqual(bounce.bounce.bouncedRecipients)
    expect(envelope.Message).not.toMatch(/\d+\.\d+\.\d+\.[1-9]/)
    expect(letters.map(r => r.headers?.['dlq-detail']?.toString())).toEqual([
      'Message.bounce.bouncedRecipients[1]: must be an e-mail address, is missing',
    ])
  })
})

describe('a topic of SNS', () => {
  const path = `/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f`
  const control = (Type: string, more: object = {}) =>
    sns({ Type, Token: '2336412f', Message: 'You have chosen …', SubscribeURL: SNS + path, ...more }, '2')

  test('is subscribed to by a visit, and nothing is written', async () => {
    network.answers.set(path, response => response.end('<ConfirmSubscriptionResponse/>'))
    const before = (await events()).length
    expect((await send(control('SubscriptionConfirmation'))).status).toBe(200)
    expect(network.asked).toContain(`sns.eu-central-1.amazonaws.com${path}`)
    expect((await events()).length).toBe(before)
    expect(lines.join()).toContain('subscribed to a topic of SNS')
  })

  test('where the visit fails: 503, so that SNS tries again', async () => {
    network.answers.set(path, response => response.writeHead(500).end())
    const { status, headers } = await send(control('SubscriptionConfirmation'))
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
  })

  test('a signed URL of somewhere else is not visited', async () => {
    const dialled = network.dialled.length
    const SubscribeURL = 'http://169.254.169.254/latest/meta-data'
    expect((await send(control('SubscriptionConfirmation', { SubscribeURL }))).status).toBe(401)
    expect(network.dialled.length).toBe(dialled)
  })

  test('that was left is a line in the log', async () => {
    expect((await send(control('UnsubscribeConfirmation'))).status).toBe(200)
    expect(lines.join()).toContain('a topic of SNS sends no more')
  })

  test('its first sentence is nobody’s event', async () => {
    const Message = 'Successfully validated SNS topic for Amazon SES event publishing.'
    expect((await send(sns({ Type: 'Notification', Message }))).json).toEqual({ success: true })
  })
})

test('no secret, no address and no signature is in the log or in the metrics', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const text = lines.join() + metrics
  expect(lines.length).toBeGreaterThan(2)
  for (const secret of [
    SIGNING_KEY,
    LOGIN,
    'long enough',
    shown(newKeys.publicKey),
    '2336412f',
    '@example.com',
  ])
    expect(text).not.toContain(secret)
})
