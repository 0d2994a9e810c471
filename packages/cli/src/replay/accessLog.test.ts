import { parseLine } from './accessLog.ts'

const LINE =
  '83.149.9.216 - - [17/May/2015:10:05:03 +0200] "GET /a/b?x=1 HTTP/1.1" 200 203023 "http://example.com/a" "Mozilla/5.0 (X; Y) Z/1"'

test('every field of a combined line', () => {
  expect(parseLine(LINE)).toEqual({
    address: '83.149.9.216',
    at: Date.UTC(2015, 4, 17, 8, 5, 3),
    method: 'GET',
    target: '/a/b?x=1',
    status: 200,
    referrer: 'http://example.com/a',
    userAgent: 'Mozilla/5.0 (X; Y) Z/1',
  })
})

test.each([
  ['IPv6', LINE.replace('83.149.9.216', '2001:db8::1'), { address: '2001:db8::1' }],
  ['a host name', LINE.replace('83.149.9.216', 'proxy.example.com'), { address: 'proxy.example.com' }],
  ['a user with a blank', LINE.replace('- - [', '- sato taro ['), { at: Date.UTC(2015, 4, 17, 8, 5, 3) }],
  ['zones west of Greenwich', LINE.replace('+0200', '-0330'), { at: Date.UTC(2015, 4, 17, 13, 35, 3) }],
  ['no bytes', LINE.replace('203023', '-'), { status: 200 }],
  ['no referrer and agent', LINE.replace(/"http.*/, '"-" "-"'), { referrer: '', userAgent: '' }],
  [
    'quotes in an agent',
    LINE.replace('(X; Y)', String.raw`(\"X\"; Y)`),
    { userAgent: 'Mozilla/5.0 ("X"; Y) Z/1' },
  ],
  ['more fields at the end', `${LINE} "1.2.3.4" 0.005`, { userAgent: 'Mozilla/5.0 (X; Y) Z/1' }],
])('%s', (_name, line, part) => expect(parseLine(line)).toMatchObject(part))

test.each([
  ['nothing', ''],
  ['prose', 'this is not a log'],
  ['a line cut short', LINE.slice(0, -1)],
  ['the common format, which names no agent', LINE.slice(0, LINE.indexOf(' "http'))],
  ['an unknown month', LINE.replace('May', 'Mai')],
  ['a request that is none', LINE.replace('GET /a/b?x=1 HTTP/1.1', String.raw`\x16\x03\x01`)],
  ['no status', LINE.replace(' 200 ', ' - ')],
])('%s is no line of the format', (_name, line) => expect(parseLine(line)).toBeUndefined())

test('a long line that is none takes no time', () => {
  const started = performance.now()
  parseLine(`a - ${'- ['.repeat(20_000)}`)
  expect(performance.now() - started).toBeLessThan(2_000)
})
