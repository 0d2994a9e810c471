import { namedByLetter } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'
import { anyLetter, letterOf } from '../dlq/letter.ts'
import { letterEntry } from './letterEntry.ts'

const NOW = Date.UTC(2026, 10, 24)
const EDGE = {
  'dlq-format': 'batch',
  'dlq-key-kind': 'write',
  'dlq-timestamp': new Date(NOW).toISOString(),
  'dlq-id': 'own',
}
const lead = (email: string) => leadSubject('s', { email })

/** A dead letter as it is read. */
function letter(key: string, value: string | object | Buffer, headers: Record<string, string> = EDGE) {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return letterOf(2, { key: `acme/${key}`, value: bytes, headers, offset: 7, timestamp: NOW })
}
const about = (...of: Parameters<typeof letter>) => namedByLetter(anyLetter(letter(...of)), 's').subject
const person = { type: 'page', anonymousId: 'a', context: { traits: { email: 'Ann@example.com' } } }

test.each<[string, Parameters<typeof letter>, string | undefined]>([
  ['the address in it', ['v:a', person], lead('ann@example.com')],
  [
    'the same where the event is refused',
    ['v:a', { ...person, type: 'track', event: 7 }],
    lead('ann@example.com'),
  ],
  ['its user id', ['?', { type: 'page', userId: 17 }], leadSubject('s', { userId: '17' })],
  ['an address as a user id', ['?', { type: 'page', userId: 'ann@example.com' }], lead('ann@example.com')],
  [
    'the form’s own before the person’s',
    ['v:a', { ...person, properties: { email: 'bob@example.com' } }],
    lead('bob@example.com'),
  ],
  [
    'the context of its request',
    ['?', { type: 'page' }, { ...EDGE, 'dlq-shared': '{"context":{"traits":{"email":"ann@example.com"}}}' }],
    lead('ann@example.com'),
  ],
  [
    'its address where the context was too long',
    ['?', person, { ...EDGE, 'dlq-shared-left-out': '9000' }],
    lead('ann@example.com'),
  ],
  ['the visitor alone', ['v:a', { type: 'page', anonymousId: 'a' }], 'v:a'],
  ['what is no id names nobody', ['?', { type: 'page', userId: { a: 1 }, traits: 'none' }], undefined],
  ['the key where bytes are no event', ['v:a', 'torn {'], 'v:a'],
  ['the key where nothing is in it', ['v:a', '[]'], 'v:a'],
  ['nobody', ['?', 'torn {'], undefined],
  [
    'a record’s key',
    [lead('ann@example.com'), Buffer.from([0, 255]), { 'dlq-topic': 'scores' }],
    lead('ann@example.com'),
  ],
])('about %s', (_, of, subject) => {
  expect(about(...of)).toBe(subject)
})

test('bytes as text or base64, and headers, without the sender’s key', () => {
  expect(letterEntry(letter('v:a', Buffer.from([0, 255]), { 'dlq-topic': 'scores' }))).toEqual({
    partition: 2,
    offset: 7,
    at: '2026-11-24T00:00:00.000Z',
    subject: 'v:a',
    headers: { 'dlq-topic': [{ text: 'scores' }] },
    value: { base64: 'AP8=' },
  })
  expect(letterEntry(letter('v:a', '{ "a":1 }'))).toMatchObject({ value: { text: '{ "a":1 }' } })
  expect(
    letterEntry(letter('v:a', String.raw`{"writeKey" : "sk_\"x", "api_key":"y", "key":"z"}`)),
  ).toMatchObject({
    value: { text: '{"writeKey" : "(left out)", "api_key":"(left out)", "key":"z"}' },
    keyLeftOut: true,
  })
})

test('of an envelope for several recipients only the own event, not the others’ addresses', () => {
  const said = {
    eventType: 'Delivery',
    mail: { messageId: 'm', destination: ['ann@example.com', 'bob@example.com'] },
    delivery: { recipients: ['ann@example.com', 'bob@example.com'], timestamp: '2026-11-24T00:00:00Z' },
  }
  const envelope = { Type: 'Notification', Message: JSON.stringify(said) }
  const shared = letter(lead('bob@example.com'), envelope, { ...EDGE, 'dlq-format': 'ses', 'dlq-part': '1' })
  expect(namedByLetter(anyLetter(shared), 's').subject).toBe(lead('bob@example.com'))
  const text = JSON.stringify(letterEntry(shared))
  expect(text).toContain('bob@example.com')
  expect(text).not.toContain('ann@example.com')
  const unread = letter(lead('ann@example.com'), 'torn {', { ...EDGE, 'dlq-format': 'mailgun' })
  expect(letterEntry(unread)).toMatchObject({ event: null })
  const torn = letter('?', 'ann@example.com bob@example.com {', { ...EDGE, 'dlq-format': 'postmark' })
  expect(letterEntry(torn, 'unknown')).toMatchObject({ event: null })
})

test('a form that names a colleague: each is given their part, and both are named', () => {
  const form = letter(
    'v:a',
    {
      type: 'track',
      anonymousId: 'a',
      userId: 'u',
      properties: { email: 'bob@example.com', phone: '1' },
      context: { ...person.context, locale: 'de' },
    },
    { ...EDGE, 'dlq-shared': '{"context":{"traits":{"title":"CTO"}}}' },
  )
  expect(namedByLetter(anyLetter(form), 's')).toMatchObject({
    subject: lead('bob@example.com'),
    sender: lead('ann@example.com'),
  })
  const bob = letterEntry(form, 'subject')
  expect(bob).toMatchObject({
    event: { anonymousId: 'a', properties: { phone: '1' }, context: { locale: 'de' } },
  })
  expect(JSON.stringify(bob)).not.toMatch(/ann@|"u"|CTO/i)
  const ann = JSON.stringify(letterEntry(form, 'sender'))
  expect(ann).toContain('Ann@example.com')
  expect(ann).toContain('CTO')
  expect(ann).not.toMatch(/bob@|phone/i)
})
