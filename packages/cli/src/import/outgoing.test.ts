import { MAX_EVENT_BYTES } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'
import { fileEvents } from '../fileEvent.ts'
import { idOf, outgoing } from './outgoing.ts'

const read = fileEvents('w', 'secret')
const made = (event: object | string, line = 1) => {
  const text = typeof event === 'string' ? event : JSON.stringify(event)
  return outgoing(read(text), line, text)
}
const PAGE = { type: 'page', anonymousId: 'a', timestamp: '2025-03-01T12:00:00Z' }
const ANN = `w/${leadSubject('secret', { email: 'ann@example.com' })}`

test('what the line says, under an id that is the same each time', () => {
  const text = JSON.stringify({ ...PAGE, properties: { url: 'https://www.example.com/' }, own: 1 })
  const event = { ...JSON.parse(text), timestamp: '2025-03-01T12:00:00.000Z', messageId: idOf(1, text) }
  expect(made(text)).toEqual({ event, about: ['w/v:a'] })
  expect(idOf(1, text)).toMatch(/^[\w-]{22}$/)
  expect(
    new Set([idOf(1, text), idOf(2, text), idOf(1, `${text} `), idOf(11, text), idOf(1, `1\n${text}`)]).size,
  ).toBe(5)
})

test.each([
  [{ messageId: 'm' }, 'm'],
  [{ messageId: 7 }, 7],
])('an id of its own stays: %p', (more, id) => {
  expect(made({ ...PAGE, ...more })).toMatchObject({ event: { messageId: id } })
})

test.each([{ messageId: '' }, { messageId: null }])('%p is none', more => {
  expect(made({ ...PAGE, ...more })).toMatchObject({
    event: { messageId: expect.stringMatching(/^[\w-]{22}$/) },
  })
})

test.each<[string, object, string]>([
  ['its timestamp', { timestamp: '2025-03-01' }, '2025-03-01T00:00:00.000Z'],
  [
    'mended by how far off the clock was that sent it then',
    { timestamp: '2025-03-01T12:00:00Z', sentAt: '2025-03-01T13:00:00Z', receivedAt: '2025-03-01T12:00:01Z' },
    '2025-03-01T11:00:00.000Z',
  ],
  [
    'the time of sending where it has no other',
    { timestamp: undefined, sentAt: '2025-03-01T12:00:00Z' },
    '2025-03-01T12:00:00.000Z',
  ],
  [
    'the one before Segment’s servers mended it',
    { timestamp: undefined, originalTimestamp: 1e12 },
    '2001-09-09T01:46:40.000Z',
  ],
])('its time is %s, and nothing else of the past reaches the edge', (_name, times, timestamp) => {
  const said = made({ ...PAGE, ...times }) as { event: object }
  expect(said.event).toMatchObject({ timestamp })
  for (const time of ['sentAt', 'receivedAt', 'originalTimestamp'])
    expect(said.event).not.toHaveProperty(time)
})

test('it is about its lead, and about the visitor that it names beside it', () => {
  const form = { ...PAGE, type: 'track', event: 'Form Submitted', properties: { email: 'Ann@example.com' } }
  expect(made(form)).toMatchObject({ about: [ANN, 'w/v:a'] })
  expect(made({ ...form, anonymousId: undefined })).toMatchObject({ about: [ANN] })
})

test.each<[object | string, RegExp]>([
  ['{', /^must be JSON/],
  ['ann@example.com', /^must be JSON \(Unexpected token 'a'\)$/],
  ['[]', /^timestamp: must be/],
  [{ ...PAGE, timestamp: undefined }, /^timestamp: must be an ISO 8601 time/],
  [{ ...PAGE, timestamp: '2025-02-30' }, /^timestamp: must be an ISO 8601 time/],
  [{ ...PAGE, type: 'pge' }, /^type: must be one of track, page.+, is text of 3 characters$/],
  [{ ...PAGE, anonymousId: 'null' }, /^anonymousId, userId: one must name somebody/],
  [{ ...PAGE, properties: 7 }, /^properties: must be an object, is a number$/],
  [
    { ...PAGE, properties: { x: 'ä'.repeat(MAX_EVENT_BYTES / 2) } },
    /^must be at most 32768 bytes, is 32\d\d\d$/,
  ],
])('%p is no event', (event, problem) => {
  expect(made(event)).toEqual({ problem: expect.stringMatching(problem) })
})
