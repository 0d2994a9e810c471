import { type BeaconWords, beaconOf } from './beacon.ts'
import { CliError } from './exit.ts'

const words = (given: Partial<BeaconWords>): BeaconWords => ({
  type: 'page',
  messageId: 'm1',
  properties: [],
  traits: [],
  ...given,
})

test('a page of a visitor', () => {
  expect(
    beaconOf(words({ anonymousId: 'a1', url: 'https://www.example.com/pricing', at: Date.UTC(2026, 0, 2) })),
  ).toEqual({
    path: '/v1/page',
    body: {
      messageId: 'm1',
      anonymousId: 'a1',
      timestamp: '2026-01-02T00:00:00.000Z',
      properties: { url: 'https://www.example.com/pricing' },
    },
  })
})

test('a form of a visitor who gives an address: traits and page are context', () => {
  const { path, body } = beaconOf(
    words({
      type: 'track',
      anonymousId: 'a1',
      email: 'sato@example.co.jp',
      event: 'Form Submitted',
      url: 'https://www.example.com/contact',
      properties: ['seats=25', 'plan=pro=x', 'trial=true', 'zip="0100"'],
    }),
  )
  expect(path).toBe('/v1/track')
  expect(body).toEqual({
    messageId: 'm1',
    anonymousId: 'a1',
    event: 'Form Submitted',
    properties: { seats: 25, plan: 'pro=x', trial: true, zip: '0100' },
    context: {
      page: { url: 'https://www.example.com/contact' },
      traits: { email: 'sato@example.co.jp' },
    },
  })
})

test('identify carries traits at the top', () => {
  expect(beaconOf(words({ type: 'identify', userId: 'u1', traits: ['company=Example KK'] })).body).toEqual({
    messageId: 'm1',
    userId: 'u1',
    traits: { company: 'Example KK' },
  })
})

test.each<[string, Partial<BeaconWords>, RegExp]>([
  ['an unknown type', { type: 'click', anonymousId: 'a' }, /“click” is no beacon/],
  ['nobody', { url: 'https://a.example/' }, /Nobody is named/],
  ['a page without its URL', { anonymousId: 'a' }, /needs --url/],
  ['a path for a URL', { anonymousId: 'a', url: '/pricing' }, /must be a whole URL/],
  ['a track without its name', { type: 'track', anonymousId: 'a' }, /needs --event/],
  ['an event of a page', { anonymousId: 'a', url: 'https://a.example/', event: 'x' }, /belongs to a track/],
  [
    'a property without =',
    { type: 'track', anonymousId: 'a', event: 'x', properties: ['plan'] },
    /name=value/,
  ],
])('%s is refused with what to do', (_name, given, message) => {
  try {
    beaconOf(words(given))
  } catch (error) {
    expect(error).toBeInstanceOf(CliError)
    expect((error as CliError).message).toMatch(message)
    expect((error as CliError).exitCode).toBe(2)
    expect((error as CliError).next).toBeTruthy()
    return
  }
  throw new Error('not refused')
})
