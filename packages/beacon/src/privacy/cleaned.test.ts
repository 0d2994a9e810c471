import fc from 'fast-check'
import { anyText } from '../../test/jsonText.ts'
import { flatten } from '../flatten.ts'
import { cleaned, cleanedJson } from './cleaned.ts'
import { deny, isDenied, NOTHING_DENIED } from './deny.ts'

const of = (message: object, ...entries: string[]) =>
  cleaned(message as Record<string, unknown>, deny(entries))

describe('secrets, of every source', () => {
  test.each([
    ...[
      'password',
      'Pass_Word',
      'PASSWD',
      'pwd',
      'new-password',
      'card_number',
      'cardNumber',
      'cc-csc',
      'CVC',
    ],
    ...['cvv', 'iban', 'I BAN', 'ssn', 'api_key', 'access.token', 'clientSecret', 'one-time-code'],
  ])('%p is gone wherever it stands', name => {
    for (const where of ['properties', 'traits', 'context']) {
      const { message, taken } = of({ [where]: { plan: 'team', [name]: 'x', form: { [name]: ['x'], n: 1 } } })
      expect([message, taken]).toEqual([{ [where]: { plan: 'team', form: { n: 1 } } }, 2])
    }
    const { message } = of({
      context: { page: { url: `https://a.example/b?q=1&${encodeURIComponent(name)}=x#top` } },
    })
    expect(message).toEqual({ context: { page: { url: 'https://a.example/b?q=1#top' } } })
  })

  test.each([
    ['in two parts', { card: { number: '4111', brand: 'visa' } }, { card: { brand: 'visa' } }],
    ['in two parts, flat', { 'card.number': '4111', 'card.brand': 'visa' }, { 'card.brand': 'visa' }],
    ['in three', { cc: { card: { cvc: '4111', kind: 'visa' } } }, { cc: { card: { kind: 'visa' } } }],
    ['in two parts, with a list between', { card: [{ number: '4111', n: 1 }] }, { card: [{ n: 1 }] }],
    ['in two parts, with two lists', { card: [[{ number: '4111' }]] }, { card: [[{}]] }],
    ['in two parts, with a place as name', { card: { 0: { number: '4111' } } }, { card: { 0: {} } }],
    ['in two parts and a place, flat', { 'card.0.number': '4111', 'card.0.n': 1 }, { 'card.0.n': 1 }],
    ['as a form names lists', { u: '/?card[0][number]=4111&card[][cvc]=1&a[0]=b' }, { u: '/?a[0]=b' }],
    ['in a list, whose places stay', { l: [{ cvc: 1 }, 'a'] }, { l: [{}, 'a'] }],
    ['as a form names it', { search: '?user[password]=x&user[name]=ann' }, { search: '?user[name]=ann' }],
  ])('%s', (_name, properties, left) => {
    expect(of({ properties }).message).toEqual({ properties: left })
  })

  test.each([
    'passwordless',
    'secretary',
    'passport_page',
    'cvcs',
    'number',
    'token',
    'card',
    'pin',
    'ibanez',
  ])('%p is none', name => {
    const message = { properties: { [name]: 'x', url: `https://a.example/?${name}=1` } }
    expect(of(message)).toEqual({ message, taken: 0 })
  })
})

describe('what a source denies', () => {
  const EVENT = {
    type: 'track',
    properties: { phone: '1', form: { phone: '2', city: 'Bern' }, items: [{ sku: 'a', note: 'b' }] },
    traits: { phone: '3', address: { city: 'Bern', zip: '1' } },
    context: {
      device: { id: 'd', model: 'm' },
      traits: { phone: '4', plan: 'team' },
      page: { url: '/?a=1&b=2' },
    },
  }
  test.each<[string[], (left: typeof EVENT) => void]>([
    [['properties.phone'], left => Reflect.deleteProperty(left.properties, 'phone')],
    [['PROPERTIES.Phone'], left => Reflect.deleteProperty(left.properties, 'phone')],
    [['properties.*.phone'], left => Reflect.deleteProperty(left.properties.form, 'phone')],
    [['properties.form'], left => Reflect.deleteProperty(left.properties, 'form')],
    [['properties.items.*.note'], left => Reflect.deleteProperty(left.properties.items[0] as object, 'note')],
    [['properties.items.0.note'], left => Reflect.deleteProperty(left.properties.items[0] as object, 'note')],
    [
      ['traits.phone', 'traits.address.*'],
      left => {
        Reflect.deleteProperty(left.traits, 'phone')
        Reflect.deleteProperty(left.context.traits, 'phone')
        left.traits.address = {} as typeof EVENT.traits.address
      },
    ],
    [['context.device.id'], left => Reflect.deleteProperty(left.context.device, 'id')],
    [['context.*.id'], left => Reflect.deleteProperty(left.context.device, 'id')],
    [['query.A'], left => Object.assign(left.context.page, { url: '/?b=2' })],
    [['query.*'], left => Object.assign(left.context.page, { url: '/' })],
    [['properties.phon', 'traits.city', 'context.id', 'query.url', 'properties.phone.x'], () => {}],
  ])('%j', (entries, change) => {
    const before = structuredClone(EVENT)
    const left = structuredClone(EVENT)
    change(left)
    expect(entries.every(isDenied)).toBe(true)
    expect(of(EVENT, ...entries).message).toEqual(left)
    expect(EVENT).toEqual(before)
  })

  test('a name with dots is a path, as the log has it', () => {
    const { message } = of(
      { properties: { 'form.phone': '1', 'form.city': 'Bern' } },
      'properties.form.phone',
    )
    expect(message).toEqual({ properties: { 'form.city': 'Bern' } })
  })

  test('of a group, traits are its company’s, under the log’s name and their own', () => {
    const group = { type: 'group', groupId: 'g', traits: { name: 'Acme', vat: '1' } }
    for (const entry of ['traits.company.vat', 'traits.vat', 'traits.*.vat'])
      expect(of(group, entry).message).toEqual({ ...group, traits: { name: 'Acme' } })
    expect(of({ ...group, type: 'identify' }, 'traits.company.vat').taken).toBe(0)
  })

  test('where fields should be and none are, nothing is left', () => {
    expect(
      of({ properties: 'phone 1', traits: [{ phone: 1 }], context: null }, 'traits.phone').message,
    ).toEqual({
      properties: false,
      traits: false,
      context: null,
    })
  })

  test.each([
    'phone',
    'properties',
    'properties.',
    'properties..a',
    'page.url',
    '',
    `query.${'x'.repeat(200)}`,
  ])('%p is no entry', entry => expect(isDenied(entry)).toBe(false))

  test('whatever JSON comes: no field is left whose path in the log is denied, and all others are', () => {
    const entries = ['properties.a', 'properties.b.*', 'properties.*.c']
    const isTaken = (path: string) => /^(a(\.|$)|b\.|[^.]*\.c(\.|$))/i.test(path)
    let taken = 0
    fc.assert(
      fc.property(anyText, text => {
        const properties = JSON.parse(
          `{"a":${text},"b":{"x":${text}},"d":{"c":${text},"e":${text}},"f":${text}}`,
        )
        const all = flatten(properties)
        const left = flatten((of({ properties }, ...entries).message as { properties: object }).properties)
        const kept = Object.entries(all).filter(([path]) => !isTaken(path))
        if (Object.keys(all).length < 100) expect(Object.entries(left)).toEqual(kept)
        taken += Object.keys(all).length - kept.length
      }),
    )
    expect(taken).toBeGreaterThan(100)
  })
})

describe('addresses', () => {
  test.each([
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:abcd:12::9', '2001:db8:abcd::'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['203.0.113.0', '203.0.113.0'],
    ['2001:db8:85a3::7334%eth0', '2001:db8:85a3::'],
    ['2001:0db8:85a3:0000:0000:8a2e:0370:7334%enp0s31f6_a', '2001:db8:85a3::'],
    [`fe80::1%${'z'.repeat(100)}`, 'fe80::'],
    ['::1% of all', '::1% of all'],
    ['12:30:45', '12:30:45'],
    ['1.2.3', '1.2.3'],
  ])('%s is kept as %s, whatever the field is called', (address, kept) => {
    const event = {
      context: { ip: address },
      properties: { client: [address] },
      request_ip: address,
      userId: address,
    }
    expect(of(event).message).toEqual({
      context: { ip: kept },
      properties: { client: [kept] },
      request_ip: kept,
      // An id is a name: cut it would be somebody else's.
      userId: address,
    })
  })

  test('a version is none', () => {
    const message = { context: { app: { version: '10.2.3.4' }, osVersion: '10.0.19.45' } }
    expect(of(message).message).toBe(message)
  })
})

test('the very event where there is nothing to take, and the same again where something was', () => {
  fc.assert(
    fc.property(anyText, text => {
      const event = { type: 'track', properties: JSON.parse(`{"a":${text}}`), traits: { password: 'x' } }
      const once = cleaned(event, NOTHING_DENIED)
      expect(once.message.traits).toEqual({})
      expect(cleaned(once.message, NOTHING_DENIED).message).toBe(once.message)
    }),
  )
})

test('deeper than can be looked at is gone, and nothing overflows', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(10_000)}"203.0.113.77"${'}'.repeat(10_000)}`)
  const { message, taken } = of({ properties: deep })
  expect([JSON.stringify(message).length < 400, taken]).toEqual([true, 1])
})

test('JSON in nobody’s shape', () => {
  expect(cleanedJson([{ Password: 'x', ip: '203.0.113.77' }, 7])).toEqual({
    value: [{ ip: '203.0.113.0' }, 7],
    taken: 2,
  })
  const envelope = { Message: '{"mail":{"sourceIp":"203.0.113.77"},"n":1}', Other: '{no' }
  expect(cleanedJson(envelope).value).toEqual({
    Message: '{"mail":{"sourceIp":"203.0.113.0"},"n":1}',
    Other: '{no',
  })
})

test('a long text of pairs takes no time that grows with its square', () => {
  const started = process.cpuUsage().user
  for (const text of [
    'a'.repeat(400_000),
    '?a'.repeat(200_000),
    '&='.repeat(200_000),
    'a=b&'.repeat(100_000),
  ])
    of({ properties: { text: `${text}=` } })
  expect(process.cpuUsage().user - started).toBeLessThan(5_000_000)
})
