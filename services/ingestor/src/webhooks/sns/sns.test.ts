import { generateKeyPairSync } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import MessageValidator from 'sns-validator'
import { certificate } from '../../../test/certificate.ts'
import { SNS, SnsNetwork } from '../../../test/snsNetwork.ts'
import { Certificates } from './certificates.ts'
import { confirm } from './confirm.ts'
import { snsSigned } from './verify.ts'

/**
 * Amazon's own library says the same as we do. It fetches the certificate itself, as we do: test/snsNetwork.ts puts an HTTPS
 * server in the place of SNS, below the URLs, names and TLS of both.
 */
let network: SnsNetwork
beforeAll(async () => {
  network = await SnsNetwork.open()
})
beforeEach(() => {
  network.dialled.length = 0
  network.asked.length = 0
})
afterAll(() => network.close())

const NOW = Date.parse('2026-11-24T09:00:00Z')
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:news'
const TIMESTAMP = '2026-11-24T09:00:00.000Z'
const certificates = new Certificates()
const validator = new MessageValidator()

function theySay(message: object): Promise<boolean> {
  return new Promise(resolve => {
    try {
      validator.validate({ ...message }, error => resolve(!error))
    } catch {
      resolve(false)
    }
  })
}

function weSay(
  message: unknown,
  more: { keys?: Certificates; now?: number; headers?: object; topic?: string } = {},
) {
  return snsSigned(new Set([more.topic ?? TOPIC]), more.keys ?? certificates, {
    headers: { ...more.headers },
    body: Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
    receivedAt: more.now ?? NOW,
  })
}
const both = async (message: object) => [(await weSay(message)).kind === 'ok', await theySay(message)]

const notification = (more: object = {}): Record<string, string> => ({
  Type: 'Notification',
  MessageId: 'da41e39f-ea4d-435a-b922-c6aae3915ebe',
  TopicArn: TOPIC,
  Message: '{"eventType":"Open"}',
  Timestamp: TIMESTAMP,
  UnsubscribeURL: `${SNS}/?Action=Unsubscribe&SubscriptionArn=${TOPIC}:2bcfbf39`,
  ...more,
})
const subscription = (more: object = {}): Record<string, string> => ({
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92',
  TopicArn: TOPIC,
  Message: 'You have chosen to subscribe to the topic.',
  SubscribeURL: `${SNS}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f`,
  Timestamp: TIMESTAMP,
  ...more,
})

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json())
const version = fc.constantFrom('1' as const, '2' as const)
const message = fc.oneof(
  fc.record({ Message: text, MessageId: text }).map(notification),
  fc.record({ Message: text, MessageId: text, Subject: text }).map(notification),
  fc.record({ Message: text, Token: text.filter(t => t !== '') }).map(subscription),
)

test('what was signed, by either version: both take it', async () => {
  await fc.assert(
    fc.asyncProperty(message, version, async (message, version) =>
      expect(await both(network.signed(message, version))).toEqual([true, true]),
    ),
  )
  // Ours fetched once; theirs too.
  expect(network.asked).toEqual([
    'sns.eu-central-1.amazonaws.com/signing.pem',
    'sns.eu-central-1.amazonaws.com/signing.pem',
  ])
})

describe('each field, changed once: both refuse it', () => {
  const fields = ['Type', 'MessageId', 'TopicArn', 'Message', 'Timestamp', 'Signature', 'SignatureVersion']
  const more = ['Subject', 'SubscribeURL', 'Token']
  const changed = fc.constantFrom<(value: string) => string | undefined>(
    value => `${value}x`,
    value => value.slice(1),
    value => `${value.slice(0, -3)}${value.endsWith('AAA') ? 'BBB' : 'AAA'}`,
    () => '',
    () => '1',
    () => 'Notification',
    () => 'UnsubscribeConfirmation',
    () => undefined,
  )
  test.each([...fields, ...more])('%s', async field => {
    await fc.assert(
      fc.asyncProperty(message, version, changed, async (message, version, change) => {
        const good = network.signed(message, version)
        if (field in message || fields.includes(field)) {
          const value = change(good[field] as string)
          const bytes = (text = '') =>
            field === 'Signature' ? Buffer.from(text, 'base64').toString('hex') : text
          fc.pre(value === undefined || bytes(value) !== bytes(good[field]))
          const wrong: Record<string, unknown> = { ...good, [field]: value }
          if (value === undefined) delete wrong[field]
          expect(await both(wrong)).toEqual([false, false])
        } else if (field !== 'Token')
          expect(await both({ ...good, [field]: 'added' })).toEqual([false, false])
      }),
      { numRuns: 60 },
    )
  })

  test('signed by another key than that of the certificate', async () => {
    network.answers.set('/other.pem', response => response.end(certificate('sns.amazonaws.com').pem))
    const good = network.signed(notification())
    expect(await both({ ...good, SigningCertURL: `${SNS}/other.pem` })).toEqual([false, false])
  })

  test('a field that is not signed changes nothing', async () => {
    expect(await both({ ...network.signed(notification()), UnsubscribeURL: 'x' })).toEqual([true, true])
  })

  test('where the library and the documentation differ, or we take less', async () => {
    // Its list for an UnsubscribeConfirmation lacks Token, which the documentation names, so it takes none that SNS signs so.
    const leaving = network.signed(subscription({ Type: 'UnsubscribeConfirmation' }))
    expect(await both(leaving)).toEqual([true, false])
    // It overlooks a Token that was added to a notification; text is a query for it, and a file for us.
    const good = network.signed(notification())
    expect(await both({ ...good, Token: 'added' })).toEqual([false, true])
    network.answers.set('/?x=.pem', response => response.end(network.signing.pem))
    expect(await both({ ...good, SigningCertURL: `${SNS}/?x=.pem` })).toEqual([false, true])
  })
})

describe('before anything is fetched', () => {
  const bad = [
    `${SNS.replace('https', 'http')}/signing.pem`,
    'https://sns.eu-central-1.amazonaws.com.evil.example/signing.pem',
    'https://evil.example/sns.eu-central-1.amazonaws.com/signing.pem',
    'https://evil.example/?https://sns.eu-central-1.amazonaws.com/signing.pem',
    'https://sns.eu-central-1.amazonaws.com@evil.example/signing.pem',
    'https://evil.example#@sns.eu-central-1.amazonaws.com/signing.pem',
    'https://user@sns.eu-central-1.amazonaws.com/signing.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/signing.pem',
    'https://sns.eu-central-1.amazonaws.com\\@evil.example/signing.pem',
    'https://sns.eu-central-1.amazonaws.com\n.evil.example/signing.pem',
    'https://sns.eu-central-1.amazonaws.com./signing.pem',
    'https://sns.eu-central-1.amazonaws.net/signing.pem',
    'https://evilsns.eu-central-1.amazonaws.com/signing.pem',
    'https://s3.eu-central-1.amazonaws.com/bucket/signing.pem',
    'https://sns.eu.central.1.amazonaws.com/signing.pem',
    'https://sns.amazonaws.com/signing.pem',
    'https://SNS.eu-central-1.AMAZONAWS.com/signing.pem',
    'https://sns.s3-us-west-2.amazonaws.com/signing.pem',
    'https://sns.s3.amazonaws.com/signing.pem',
    'https://sns.us-east-1.amazonaws.com/signing.pem',
    'https://sns.eu-central-1.amazonaws.com.cn/signing.pem',
    'https://127.0.0.1/signing.pem',
    `${SNS}/signing`,
    `${SNS}/signing.pem.exe`,
    `${SNS}/signing.pem?x=1`,
    `${SNS}/signing.pem#.pem`,
    `${SNS}/signing%2epem`,
    ' https://sns.eu-central-1.amazonaws.com/signing.pem',
    'signing.pem',
    '',
  ]
  test.each(bad)('a certificate at %p is not looked for', async SigningCertURL => {
    const message = { ...network.signed(notification()), SigningCertURL }
    expect(await weSay(message, { keys: new Certificates() })).toMatchObject({ status: 401 })
    expect(network.dialled).toEqual([])
  })

  const good = () => network.signed(notification())
  test.each<[string, () => unknown, object]>([
    [
      'another topic, though SNS signed it',
      () => network.signed(notification({ TopicArn: `${TOPIC}-2` })),
      {},
    ],
    ['a message of two hours ago', good, { now: NOW + 7_200_001 }],
    ['one from the future', good, { now: NOW - 300_001 }],
    ['no time', () => network.signed(notification({ Timestamp: 'soon' })), {}],
    ['a raw message', good, { headers: { 'x-amz-sns-rawdelivery': 'true' } }],
    ['no JSON', () => '{', {}],
    ['a list', () => [], {}],
    ['null', () => 'null', {}],
    ['numbers for text', () => ({ ...good(), MessageId: 7 }), {}],
    ['an object for a Subject', () => ({ ...good(), Subject: {} }), {}],
    ['no Token', () => network.signed({ ...subscription(), Token: undefined as never }), {}],
  ])('%s', async (_name, message, more) => {
    const said = await weSay(message(), { keys: new Certificates(), ...more })
    expect(said).toMatchObject({ status: 401, reason: 'unauthorized' })
    expect(network.dialled).toEqual([])
  })

  test('its last try, an hour later, passes', async () => {
    expect((await weSay(good(), { now: NOW + 3_600_000 })).kind).toBe('ok')
  })
})

describe('the certificate', () => {
  const ask = (path: string, keys = new Certificates(), host = SNS, topic = TOPIC) =>
    weSay(
      { ...network.signed(notification({ TopicArn: topic })), SigningCertURL: `${host}${path}` },
      { keys, topic },
    )

  test('one fetch for all who ask at one time, and none after', async () => {
    const keys = new Certificates()
    const all = await Promise.all(Array.from({ length: 20 }, () => ask('/signing.pem', keys)))
    expect(all.every(said => said.kind === 'ok')).toBe(true)
    expect((await ask('/signing.pem', keys)).kind).toBe('ok')
    expect(network.asked).toEqual(['sns.eu-central-1.amazonaws.com/signing.pem'])
  })

  test('China is elsewhere', async () => {
    const host = 'https://sns.cn-north-1.amazonaws.com.cn'
    const topic = 'arn:aws-cn:sns:cn-north-1:123456789012:news'
    expect((await ask('/signing.pem', new Certificates(), host, topic)).kind).toBe('ok')
    expect(network.asked).toEqual(['sns.cn-north-1.amazonaws.com.cn/signing.pem'])
  })

  test('a host that cannot prove its name is none of SNS', async () => {
    const topic = 'arn:aws:sns:us-east-1:123456789012:news'
    const said = await ask('/signing.pem', new Certificates(), 'https://sns.us-east-1.amazonaws.com', topic)
    expect(said).toMatchObject({ status: 503, reason: 'unavailable' })
    expect([network.dialled, network.asked]).toEqual([['sns.us-east-1.amazonaws.com'], []])
  })

  test.each<[string, number, (response: ServerResponse) => void]>([
    ['not there', 401, r => r.writeHead(404).end()],
    ['not allowed', 401, r => r.writeHead(403).end()],
    ['no certificate', 401, r => r.end('<html>')],
    [
      'a key of another kind',
      401,
      r => r.end(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })),
    ],
    ['elsewhere, which is not followed', 401, r => r.writeHead(302, { location: '/signing.pem' }).end()],
    ['a fault of SNS', 503, r => r.writeHead(500).end()],
    ['too many asked', 503, r => r.writeHead(429).end()],
    ['cut', 503, r => void r.socket?.destroy()],
    [
      'cut half-way',
      503,
      r => r.writeHead(200, { 'content-length': '9999' }).write('x', () => r.socket?.destroy()),
    ],
    ['endless', 503, r => void r.end(Buffer.alloc(1_000_000))],
    ['nothing at all, for five seconds', 503, () => {}],
  ])('%s: %p', async (_name, status, answer) => {
    network.answers.set('/bad.pem', answer)
    const keys = new Certificates()
    expect(await ask('/bad.pem', keys)).toMatchObject({ status })
    expect(network.asked).toEqual(['sns.eu-central-1.amazonaws.com/bad.pem'])
    // Not kept: mended, it is taken.
    network.answers.set('/bad.pem', response => response.end(network.signing.pem))
    expect((await ask('/bad.pem', keys)).kind).toBe('ok')
  })

  test('eight fetches at a time and no more; who comes too late is told to come again', async () => {
    const waiting: ServerResponse[] = []
    for (let i = 0; i < 20; i++) network.answers.set(`/${i}.pem`, response => void waiting.push(response))
    const keys = new Certificates()
    const all = Array.from({ length: 20 }, (_, i) => ask(`/${i}.pem`, keys))
    const late = await Promise.all(all.slice(8))
    expect(late.map(said => said.kind === 'refuse' && said.status)).toEqual(Array(12).fill(503))
    while (waiting.length < 8) await new Promise(setImmediate)
    for (const response of waiting) response.end(network.signing.pem)
    expect((await Promise.all(all.slice(0, 8))).every(said => said.kind === 'ok')).toBe(true)
  })

  test('32 are kept, those that were used last', async () => {
    const keys = new Certificates()
    for (let i = 0; i < 33; i++) {
      network.answers.set(`/${i}.pem`, response => response.end(network.signing.pem))
      expect((await ask(`/${i}.pem`, keys)).kind).toBe('ok')
      if (i > 0) await ask('/0.pem', keys)
    }
    expect(network.asked).toHaveLength(33)
    await ask('/0.pem', keys)
    await ask('/1.pem', keys)
    expect(network.asked.slice(33)).toEqual(['sns.eu-central-1.amazonaws.com/1.pem'])
  })
})

describe('a subscription', () => {
  const path = (topic = TOPIC) => `/?Action=ConfirmSubscription&TopicArn=${topic}&Token=2336412f`
  const ask = (SubscribeURL: string) => confirm(subscription({ SubscribeURL }) as never)

  test('is confirmed by a visit', async () => {
    network.answers.set(path(), response => response.end('<ConfirmSubscriptionResponse/>'))
    expect((await ask(`${SNS}${path()}`)).kind).toBe('ok')
    expect(network.asked).toEqual([`sns.eu-central-1.amazonaws.com${path()}`])
  })

  test.each([
    `${SNS}${path(`${TOPIC}-2`)}`,
    `${SNS}/?Action=Unsubscribe&TopicArn=${TOPIC}`,
    `${SNS}/?Action=ConfirmSubscription`,
    `${SNS}/elsewhere${path()}`,
    `https://sns.s3-us-west-2.amazonaws.com${path()}`,
    `https://sns.us-east-1.amazonaws.com${path()}`,
    `https://evil.example${path()}`,
    `https://sns.eu-central-1.amazonaws.com.evil.example${path()}`,
    `https://sns.eu-central-1.amazonaws.com@evil.example${path()}`,
    `https://sns.eu-central-1.amazonaws.com:8443${path()}`,
    `http://sns.eu-central-1.amazonaws.com${path()}`,
    'http://169.254.169.254/latest/meta-data',
    '',
  ])('%p is not visited', async url => {
    expect(await ask(url)).toMatchObject({ status: 401 })
    expect(network.dialled).toEqual([])
  })

  test.each<[string, (response: ServerResponse) => void]>([
    ['a redirect, which is not followed', r => r.writeHead(302, { location: `${SNS}/signing.pem` }).end()],
    ['no such token', r => r.writeHead(404).end()],
    ['a fault', r => r.writeHead(500).end()],
    ['a cut', r => void r.socket?.destroy()],
  ])('%s: not confirmed, and SNS may try again', async (_name, answer) => {
    network.answers.set(path(), answer)
    expect(await ask(`${SNS}${path()}`)).toMatchObject({ status: 503, reason: 'unavailable' })
    expect(network.asked).toHaveLength(1)
  })
})
