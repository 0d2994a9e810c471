import { leadSubject, type Subject } from '@hotlead/contracts'
import type { CliConfig } from '../config.ts'
import type { DeadLetters } from '../dlq/deadLetters.ts'
import { lettersAbout } from './lettersAbout.ts'

const ANN = leadSubject('s', { email: 'ann@example.com' })
const BOB = leadSubject('s', { email: 'bob@example.com' })

/** `dead-letter` with one letter of the edge in it. */
function holding(format: string, key: string, value: string): DeadLetters {
  const headers = {
    'dlq-reason': 'invalid',
    'dlq-format': format,
    'dlq-key-kind': 'write',
    'dlq-timestamp': '2026-11-24T00:00:00.000Z',
    'dlq-id': 'own',
  }
  const record = { key: `acme/${key}`, value: Buffer.from(value), headers, offset: 7, timestamp: 0 }
  return {
    topic: 'dead-letter',
    partitions: [0],
    starts: async () => new Map([[0, 7]]),
    ends: async () => new Map([[0, 8]]),
    reader: {
      async *read() {
        yield [record]
      },
    },
  } as unknown as DeadLetters
}
const isAbout = async (letters: DeadLetters, subject: Subject) =>
  (await lettersAbout({ HOTLEAD_SECRET: 's' } as CliConfig, letters, 'acme', new Set([subject]))).length === 1

const form = {
  type: 'track',
  anonymousId: 'a',
  properties: { email: 'ann@example.com' },
  context: { traits: { email: 'bob@example.com' } },
}

test.each<[string, string, string]>([
  ['a form that names a colleague', 'batch', JSON.stringify(form)],
  [
    'what is no JSON',
    'postmark',
    '{"RecordType":"Open","Recipient":"Ann@example.com","Name":bob@example.com',
  ],
  [
    'what is of no kind',
    'postmark',
    '{"RecordType":"New","Recipient":"ann@example.com","To":"Bob <bob@example.com>."}',
  ],
  [
    'an envelope that was cut',
    'ses',
    String.raw`{"Message":"{\"destination\":[\"ann@example.com\",\"bob\u0040example.com\"]`,
  ],
  ['a query', 'mailgun', 'recipient=ann%40example.com&to=bob%40example.com'],
  ['text', 'sendgrid', 'ann@example.com, mailto:bob@example.com!'],
])('%s is found for both, and for nobody else', async (_, format, value) => {
  const letters = holding(format, '?', value)
  expect(await isAbout(letters, ANN)).toBe(true)
  expect(await isAbout(letters, BOB)).toBe(true)
  expect(await isAbout(letters, leadSubject('s', { email: 'eve@example.com' }))).toBe(false)
})

test('of an event that names somebody, an address in its text is nobody', async () => {
  const text = JSON.stringify({
    type: 'track',
    anonymousId: 'a',
    properties: { note: 'ask ann@example.com' },
  })
  const letters = holding('batch', 'v:a', text)
  expect(await isAbout(letters, ANN)).toBe(false)
  expect(await isAbout(letters, 'v:a')).toBe(true)
})
