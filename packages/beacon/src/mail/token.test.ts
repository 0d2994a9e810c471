import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { mailKey } from './keys.ts'
import { isName, MAX_NAME, MAX_TARGET, type Mail, readToken, signToken, targetOf } from './token.ts'

const NOW = { id: '1', secret: 'a secret of at least 16' }
const BEFORE = { id: '0', secret: 'the secret of last year' }
const lead = `l:${'Ab-_0'.repeat(5).slice(0, 22)}`
const OPEN: Mail = { workspace: 'acme', lead, message: 'spring-1', click: undefined }
const CLICK: Mail = { ...OPEN, click: { link: 'price', target: 'https://www.example.com/pricing?a=1#b' } }
const signed = (mail: Mail, secret = NOW) => signToken(mail, mailKey(secret, mail.workspace))

test('the formula, by hand', () => {
  const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64url')
  const content = Buffer.from(`acme\n${lead}\nspring-1`).toString('base64url')
  const key = hmac('a secret of at least 16', 'mail:acme')
  expect(signed(OPEN)).toBe(`1.${content}.${hmac(key, `1.${content}`).slice(0, 16)}`)
})

test('a pixel’s token has 70 characters, and one of a link a third more than what it says', () => {
  expect(signed(OPEN)).toHaveLength(70)
  expect(signed(CLICK)).toHaveLength(70 + Math.ceil(((1 + 5 + 1 + 37) * 4) / 3))
})

test.each([
  ['of the pixel', OPEN],
  ['of a link', CLICK],
  [
    'with names in any script',
    { ...OPEN, message: '春の号', click: { link: '料金', target: 'https://example.jp/' } },
  ],
])('a token %s says what was signed, also where a newer secret stands beside its own', (_name, mail) => {
  expect(readToken(signed(mail), [NOW, BEFORE])).toEqual(mail)
  expect(readToken(signed(mail, BEFORE), [NOW, BEFORE])).toEqual(mail)
  expect(readToken(signed(mail, BEFORE), [NOW])).toBeUndefined()
})

const lines = (...all: string[]) => {
  const { id, key } = mailKey(NOW, all[0] as string)
  const content = `${id}.${Buffer.from(all.join('\n')).toString('base64url')}`
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url').slice(0, 16)}`
}
const [id, content, signature] = signed(CLICK).split('.') as [string, string, string]

test.each<[string, string]>([
  ['nothing', ''],
  ['dots alone', '..'],
  ['no signature', `${id}.${content}`],
  ['an empty signature', `${id}.${content}.`],
  ['a signature cut by one', signed(CLICK).slice(0, -1)],
  ['a signature longer by one', `${signed(CLICK)}A`],
  ['the whole HMAC in its place', `${id}.${content}.${signature}${'A'.repeat(27)}`],
  ['a fourth part', `${signed(CLICK)}.x`],
  ['a key that is not known', signed(CLICK, { id: '9', secret: NOW.secret })],
  ['another secret under the same id', signed(CLICK, { id: '1', secret: BEFORE.secret })],
  ['another key’s id before it', `0.${content}.${signature}`],
  ['another workspace’s key', signToken(CLICK, mailKey(NOW, 'other'))],
  ['no key at all', signToken(CLICK, { id: '', key: '' })],
  ['padding', `${id}.${content}=.${signature}`],
  ['a megabyte', `${id}.${'A'.repeat(1_000_000)}.${signature}`],
])('not signed by a secret of ours: %s', (_name, token) => {
  expect(readToken(token, [NOW, BEFORE])).toBeUndefined()
})

test.each<[string, string[]]>([
  ['no mail', ['acme', lead]],
  ['a link without a target', ['acme', lead, 'm', 'x']],
  ['a line that has no meaning yet', ['acme', lead, 'm', 'x', 'https://example.com/', 'trap']],
  ['a script for a target', ['acme', lead, 'm', 'x', 'javascript:alert(1)']],
  ['a path for a target', ['acme', lead, 'm', 'x', '/pricing']],
  ['an address for a lead', ['acme', 'ann@example.com', 'm']],
  ['a visitor', ['acme', 'v:a', 'm']],
  ['a workspace that no source can have', ['a/b', lead, 'm']],
  ['an empty message', ['acme', lead, '']],
  ['a message that is too long', ['acme', lead, 'm'.repeat(MAX_NAME + 1)]],
  ['a control character', ['acme', lead, 'm\r']],
])('signed, and yet none: %s', (_name, all) => {
  expect(readToken(lines('acme', lead, 'm'), [NOW])).toBeDefined()
  expect(readToken(lines(...all), [NOW])).toBeUndefined()
})

test('any changed, left out or added character makes it none', () => {
  const name = fc.string({ minLength: 1, maxLength: 20 }).filter(isName)
  const click = fc.record({ link: name, target: fc.webUrl().map(u => targetOf(u) as string) })
  const mail = fc.record({
    workspace: fc.constantFrom('demo', 'acme'),
    lead: fc.constant(lead),
    message: name,
    click: fc.option(click, { nil: undefined }),
  })
  fc.assert(
    fc.property(
      mail,
      fc.nat(),
      fc.string({ unit: 'binary', maxLength: 1 }),
      fc.nat(1),
      (m, n, other, cut) => {
        const token = signed(m)
        expect(readToken(token, [BEFORE, NOW])).toEqual(m)
        const at = n % token.length
        const changed = token.slice(0, at) + other + token.slice(at + cut)
        fc.pre(changed !== token)
        expect(readToken(changed, [BEFORE, NOW])).toBeUndefined()
      },
    ),
    { numRuns: 500 },
  )
})

test('every character of one token, by every other that a token may have', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/='
  const token = signed(OPEN)
  for (let at = 0; at < token.length; at++)
    for (const other of alphabet)
      if (other !== token[at])
        expect(readToken(token.slice(0, at) + other + token.slice(at + 1), [NOW, BEFORE])).toBeUndefined()
})

test.each<[string, string | undefined]>([
  ['https://www.example.com', 'https://www.example.com/'],
  ['HTTP://Example.com:8080/a b?q=ä#x', 'http://example.com:8080/a%20b?q=%C3%A4#x'],
  ['https://例え.jp/', 'https://xn--r8jz45g.jp/'],
  ['https://user:pass@example.com/', undefined],
  ['https://user@example.com/', undefined],
  ['https:example.com', undefined],
  ['https:///example.com', undefined],
  ['https:\\\\example.com', undefined],
  ['//example.com', undefined],
  ['/pricing', undefined],
  ['', undefined],
  [' https://example.com/', undefined],
  ['ftp://example.com/', undefined],
  ['data:text/html,x', undefined],
  ['https://exa\tmple.com/', undefined],
  ['https://example.com/\r\nSet-Cookie: a=b', undefined],
  ['https://', undefined],
  ['https://[::1', undefined],
])('the target %p', (text, target) => {
  expect(targetOf(text)).toBe(target)
})

test('a target has at most 1,500 characters, each as a URL writes it', () => {
  const url = (path: string) => `https://example.com/${path}`
  const longest = url('a'.repeat(MAX_TARGET - 20))
  expect(targetOf(longest)).toBe(longest)
  expect(targetOf(`${longest}a`)).toBeUndefined()
  expect(targetOf(url('ä'.repeat(MAX_TARGET / 6)))).toBeUndefined()
})
