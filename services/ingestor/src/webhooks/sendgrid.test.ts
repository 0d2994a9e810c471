import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { EventWebhook } from '@sendgrid/eventwebhook'
import fc from 'fast-check'
import { ecdsaFits, sendgridSigned } from './sendgrid.ts'

/** SendGrid's own library says the same as we do. */
const theirs = new EventWebhook()
const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const { publicKey, privateKey } = pair()
const other = pair().publicKey
const shown = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64')

function theySay(key: string, body: Buffer, signature: string, timestamp: string): boolean {
  try {
    return theirs.verifySignature(theirs.convertPublicKeyToECDSA(key), body, signature, timestamp)
  } catch {
    return false
  }
}

interface Signed {
  key: KeyObject
  timestamp: string
  body: Buffer
  signature: string
}
function signed(text: string, time: number): Signed {
  const [timestamp, body] = [String(time), Buffer.from(text)]
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey)
  return { key: publicKey, timestamp, body, signature: signature.toString('base64') }
}
const both = ({ key, timestamp, body, signature }: Signed) => [
  ecdsaFits([key], timestamp, body, signature),
  theySay(shown(key), body, signature, timestamp),
]

// Their library reads the body as text, and SendGrid sends JSON: bytes that are no UTF-8 are not compared.
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('[]\r\n'))
const time = fc.integer({ min: 1_500_000_000, max: 2_500_000_000 })

test('what was signed: both take it', () => {
  fc.assert(
    fc.property(text, time, (text, time) => expect(both(signed(text, time))).toEqual([true, true])),
    // Their library takes 0.1 s for one.
    { numRuns: 8 },
  )
})

/** Every part, changed once. */
const changes: Record<string, (it: Signed, text: string, at: number) => Signed> = {
  'the body, changed': (it, text) => ({ ...it, body: Buffer.from(`${text}${it.body}`) }),
  'the body, without its last byte': it => ({ ...it, body: it.body.subarray(0, -1) }),
  'the timestamp': (it, _text, at) => ({ ...it, timestamp: String(Number(it.timestamp) + 1 + (at % 1_000)) }),
  'a digit moved from the body to the timestamp': it => ({
    ...it,
    timestamp: it.timestamp.slice(0, -1),
    body: Buffer.concat([Buffer.from(`${it.timestamp.slice(-1)}0`), it.body]),
  }),
  'the key': it => ({ ...it, key: other }),
  'the number in the signature, by a bit': (it, _text, at) => {
    const der = Buffer.from(it.signature, 'base64')
    // Behind the header of the first number.
    const byte = 5 + (at % 30)
    der[byte] = (der[byte] as number) ^ (1 << (at % 8))
    return { ...it, signature: der.toString('base64') }
  },
  'the signature, cut': (it, _text, at) => ({ ...it, signature: it.signature.slice(0, at % 80) }),
  'another signature': it => ({ ...it, signature: signed('other', 1_600_000_000).signature }),
  'no signature': it => ({ ...it, signature: '' }),
  'text for a signature': (it, text) => ({ ...it, signature: text }),
}
test.each(Object.entries(changes))('%s: both refuse it', (_name, change) => {
  const some = text.filter(t => t !== '')
  fc.assert(
    fc.property(some, time, some, fc.nat(), (body, time, text, at) =>
      expect(both(change(signed(body, time), text, at))).toEqual([false, false]),
    ),
    { numRuns: 3 },
  )
})

test('an example that SendGrid signed itself', () => {
  // Values from the tests of @sendgrid/eventwebhook 8.0.0.
  const key =
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=='
  const signature =
    'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM='
  const event = {
    email: 'hello@world.com',
    event: 'dropped',
    reason: 'Bounced Address',
    sg_event_id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
    sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0',
    'smtp-id': '<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>',
    timestamp: 1600112492,
  }
  const body = Buffer.from(`${JSON.stringify([event])}\r\n`)
  const spki = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  expect(both({ key: spki, timestamp: '1600112502', body, signature })).toEqual([true, true])
})

describe('a request', () => {
  const NOW = 1_790_000_000_000
  const it = signed('[]', NOW / 1_000)
  const ask = ({ timestamp, body, signature }: Signed, at = NOW, keys = [publicKey]) =>
    sendgridSigned(keys, {
      headers: {
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': timestamp,
      },
      body,
      receivedAt: at,
    })
  const HOUR = 3_600_000

  test('either of two keys, while one is changed', () => {
    expect(ask(it, NOW, [other, publicKey]).kind).toBe('ok')
    expect(ask(it, NOW, [publicKey, other]).kind).toBe('ok')
    expect(ask(it, NOW, [other])).toMatchObject({ status: 401, reason: 'unauthorized' })
    expect(ask(it, NOW, [])).toMatchObject({ status: 401 })
  })

  test('the last of its tries, after 24 hours, passes; a copy after 25 does not, nor what is ahead', () => {
    expect(ask(it, NOW + 24 * HOUR).kind).toBe('ok')
    expect(ask(it, NOW + 25 * HOUR).kind).toBe('ok')
    expect(ask(it, NOW + 25 * HOUR + 1)).toMatchObject({ problems: [expect.stringMatching(/25 hours old/)] })
    expect(ask(it, NOW - 300_000).kind).toBe('ok')
    expect(ask(it, NOW - 300_001)).toMatchObject({ problems: [expect.stringMatching(/5 minutes ahead/)] })
  })

  test.each(['', 'soon', '-1', '1e9', '1790000000.5'])('%p is no timestamp', timestamp => {
    expect(ask({ ...it, timestamp })).toMatchObject({ status: 401 })
  })

  test('bytes are compared, not what text makes of them', () => {
    const [one, two] = [Buffer.from([0xff]), Buffer.from([0xfe])]
    const signature = sign('sha256', Buffer.concat([Buffer.from(it.timestamp), one]), privateKey)
    const given = { ...it, signature: signature.toString('base64') }
    expect(ask({ ...given, body: one }).kind).toBe('ok')
    expect(ask({ ...given, body: two }).kind).toBe('refuse')
  })
})
