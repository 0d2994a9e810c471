import fc from 'fast-check'
import { loginFits, postmarkKnown } from './postmark.ts'

/** Postmark has no library for this: the formula is Basic auth, RFC 7617, whose examples are the first rows. */
const ask = (authorization: string | undefined, ...logins: string[]) =>
  postmarkKnown(logins, {
    headers: authorization === undefined ? {} : { authorization },
    body: Buffer.alloc(0),
    receivedAt: 0,
  }).kind === 'ok'

test.each<[string | undefined, string[], boolean]>([
  ['Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', ['Aladdin:open sesame'], true],
  ['Basic dGVzdDoxMjPCow==', ['test:123£'], true],
  ['basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', ['test:123£', 'Aladdin:open sesame'], true],
  ['Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', ['Aladdin:open sesam'], false],
  ['Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', ['Aladdin'], false],
  ['Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', [], false],
  ['Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==', ['Aladdin:open sesame'], false],
  ['Basic Og==', [], false],
  ['Basic', [''], false],
  ['', [''], false],
  [undefined, ['Aladdin:open sesame'], false],
])('%p for %p: %p', (authorization, logins, known) => {
  expect(ask(authorization, ...logins)).toBe(known)
})

test('the login itself and nothing else', () => {
  const login = fc
    .tuple(fc.string({ minLength: 1 }), fc.string())
    .map(([user, word]) => `${user.replaceAll(':', '')}:${word}`)
  fc.assert(
    fc.property(login, login, fc.string(), (login, other, more) => {
      const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
      expect(ask(basic(login), other, login)).toBe(true)
      expect(ask(basic(`${login}${more}`), login)).toBe(more === '')
      expect(loginFits([login], other)).toBe(login === other)
    }),
  )
})
