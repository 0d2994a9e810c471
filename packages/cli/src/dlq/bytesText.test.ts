import fc from 'fast-check'
import { bytesJson, hexLines, plainText } from './bytesText.ts'

test.each<[string, Buffer, string | undefined]>([
  ['ASCII', Buffer.from('{"a": 1}\r\n\t'), '{"a": 1}\r\n\t'],
  ['UTF-8', Buffer.from('été 鈴木 😀'), 'été 鈴木 😀'],
  ['the character for what is no text, which may be meant', Buffer.from('\ufffd'), '\ufffd'],
  ['a byte order mark, which is there', Buffer.from('\ufeffa'), '\ufeffa'],
  ['nothing', Buffer.alloc(0), ''],
  ['a byte that is no UTF-8', Buffer.from([0x61, 0xff]), undefined],
  ['half a character', Buffer.from('é').subarray(0, 1), undefined],
  ['a zero byte', Buffer.from([0, 0, 0, 0, 1]), undefined],
  ['what moves a cursor', Buffer.from('a\u001b[2J'), undefined],
  ['what turns text around', Buffer.from('a\u202eb'), undefined],
])('%s', (_what, bytes, text) => {
  expect(plainText(bytes)).toBe(text)
})

test('hex says where, which, and what of it is ASCII', () => {
  expect(hexLines(Buffer.from([0, 1, 0x41, 0x7f, ...Buffer.alloc(12, 0x2e), 0xff]))).toEqual([
    '00000000  00 01 41 7f 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e  ..A.............',
    '00000010  ff                                               .',
  ])
})

test('programs get the very bytes, whatever they are', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }).map(s => Buffer.from(s)),
      ),
      bytes => {
        const json = JSON.parse(JSON.stringify(bytesJson(Buffer.from(bytes))))
        const back = 'text' in json ? Buffer.from(json.text) : Buffer.from(json.base64, 'base64')
        expect(back).toEqual(Buffer.from(bytes))
      },
    ),
  )
})
