import { webcrypto } from 'node:crypto'
import fc from 'fast-check'
import { hmacFits, mailgunSigned } from './mailgun.ts'
import { Tokens } from './tokens.ts'

/**
 * Mailgun has no library for this in npm. Its documentation says: HMAC-SHA256 of timestamp and token, one after the other,
 * in hexadecimal. The example there names no key, so the formula is held against RFC 4231 and against WebCrypto.
 */
async function byFormula(key: string, timestamp: string, token: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await webcrypto.subtle.importKey('raw', Buffer.from(key), algorithm, false, ['sign'])
  return Buffer.from(await webcrypto.subtle.sign('HMAC', imported, Buffer.from(timestamp + token))).toString(
    'hex',
  )
}

test('RFC 4231, case 2', () => {
  const signature = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
  expect(hmacFits(['Jefe'], 'what do ya want ', 'for nothing?', signature)).toBe(true)
})

test('what was signed is taken; with any part changed once it is not', async () => {
  const some = fc.string({ minLength: 1, maxLength: 60 })
  const digit = (text: string, at: number) => {
    const place = at % text.length
    return (
      text.slice(0, place) +
      ((Number.parseInt(text[place] as string, 16) + 1) % 16).toString(16) +
      text.slice(place + 1)
    )
  }
  await fc.assert(
    fc.asyncProperty(
      some,
      fc.nat({ max: 2 ** 32 }),
      some,
      some,
      fc.nat(),
      async (key, time, token, more, at) => {
        const timestamp = String(time)
        const signature = await byFormula(key, timestamp, token)
        expect(hmacFits([key], timestamp, token, signature)).toBe(true)
        expect(hmacFits([`${key}x`, key], timestamp, token, signature)).toBe(true)
        const wrong: [string, string, string, string][] = [
          [`${key}${more}`, timestamp, token, signature],
          [key, String(time + 1), token, signature],
          [key, timestamp, `${more}${token}`, signature],
          [key, timestamp, token, digit(signature, at)],
          [key, timestamp, token, signature.slice(1)],
          [key, timestamp, token, ''],
        ]
        for (const [key, timestamp, token, signature] of wrong)
          expect(hmacFits([key], timestamp, token, signature)).toBe(false)
      },
    ),
    { numRuns: 200 },
  )
})

describe('a request', () => {
  const KEY = 'key-0123456789abcdef'
  const NOW = 1_790_000_000_000
  const HOUR = 3_600_000
  const signature = async (token: string, key = KEY, at = NOW) => ({
    timestamp: String(at / 1_000),
    token,
    signature: await byFormula(key, String(at / 1_000), token),
  })
  const body = (signature: object | string, event: unknown = {}) => ({ signature, 'event-data': event })
  function opened(keys = [KEY], tokens = new Tokens()) {
    return (said: unknown, receivedAt = NOW) =>
      mailgunSigned(keys, tokens, {
        headers: {},
        body: Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)),
        receivedAt,
      })
  }

  test('the same body again is a second try; the token with another body is a forgery', async () => {
    const ask = opened()
    const said = body(await signature('a'), { id: 1 })
    expect(ask(said).kind).toBe('ok')
    expect(ask(said, NOW + 8 * HOUR).kind).toBe('ok')
    expect(ask(body(said.signature, { id: 2 }))).toMatchObject({
      status: 401,
      problems: ['signature.token: was used before, for something else'],
    })
  })

  test('what was not signed uses no token up', async () => {
    const ask = opened()
    const said = body(await signature('a'), { id: 1 })
    const forged = { ...(said.signature as object), signature: 'f'.repeat(64) }
    expect(ask(body(forged, { id: 2 })).kind).toBe('refuse')
    expect(ask(said).kind).toBe('ok')
  })

  test('a subaccount: the key of the account above it fits too', async () => {
    const { signature: parent, ...rest } = await signature('a')
    const own = (await signature('a', 'another key, of the subaccount')).signature
    const said = body({ ...rest, signature: own, 'parent-signature': parent })
    expect(opened()(said).kind).toBe('ok')
    expect(opened(['neither of them, 1234'])(said).kind).toBe('refuse')
  })

  test('its last try, after 8 hours, passes; a copy after 9 does not, nor what is ahead', async () => {
    const said = body(await signature('a'))
    expect(opened()(said, NOW + 9 * HOUR).kind).toBe('ok')
    expect(opened()(said, NOW + 9 * HOUR + 1)).toMatchObject({
      problems: [expect.stringMatching(/9 hours old/)],
    })
    expect(opened()(said, NOW - 300_001).kind).toBe('refuse')
  })

  test.each<[string, unknown]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', []],
    ['no signature', {}],
    ['text for one', body('x')],
    ['no token', body({ timestamp: '1790000000', signature: 'x' })],
    ['an object for a token', body({ timestamp: '1790000000', token: {}, signature: 'x' })],
    ['a long token', body({ timestamp: '1790000000', token: 'x'.repeat(101), signature: 'x' })],
    ['no timestamp', body({ token: 'a', signature: 'x' })],
    ['no number for one', body({ timestamp: 'soon', token: 'a', signature: 'x' })],
    ['no signatures', body({ timestamp: '1790000000', token: 'a' })],
  ])('401 for %s', (_name, said) => {
    expect(opened()(said)).toMatchObject({ status: 401, reason: 'unauthorized' })
  })
})
