import { keyOfRequest, readingsOf } from './keyOfRequest.ts'

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

test.each<[string, Record<string, string>, Record<string, unknown>, string | undefined]>([
  ['Basic, key as user', basic('wk_demo:'), {}, 'wk_demo'],
  ['Basic without a colon', basic('wk_demo'), {}, 'wk_demo'],
  ['Basic, a key of the form id:secret', basic('id:secret:'), {}, 'id:secret'],
  ['Basic with a password', basic('wk_demo:x'), {}, 'wk_demo:x'],
  ['Bearer', { authorization: 'Bearer sk_demo' }, {}, 'sk_demo'],
  ['X-Write-Key', { 'x-write-key': 'wk_demo' }, {}, 'wk_demo'],
  ['the query', {}, { writeKey: 'wk_demo' }, 'wk_demo'],
  ['a header before the query', { 'x-write-key': 'a' }, { writeKey: 'b' }, 'a'],
  ['an empty header before the query', { 'x-write-key': '' }, { writeKey: 'b' }, 'b'],
  ['a repeated query', {}, { writeKey: ['a', 'b'] }, undefined],
  ['an unknown scheme', { authorization: 'Digest x' }, {}, undefined],
  ['none', {}, {}, undefined],
])('%s', (_name, headers, query, key) => {
  const keyInUrl = key !== undefined && query.writeKey === key
  expect(keyOfRequest(headers, query)).toEqual({ key, keyInUrl })
})

test.each<[string, string[]]>([
  ['wk_demo', ['wk_demo']],
  ['id:secret', ['id:secret', 'id']],
  ['id:sec:ret', ['id:sec:ret', 'id']],
  [':secret', [':secret', '']],
])('%s may stand for %j', (key, readings) => {
  expect(readingsOf(key)).toEqual(readings)
})
