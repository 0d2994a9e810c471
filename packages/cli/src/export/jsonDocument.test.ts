import { JsonDocument } from './jsonDocument.ts'

async function* of(items: readonly unknown[]) {
  yield* items
}

test.each([
  ['nothing', {}, {}],
  ['values', { lead: 'l:ann', about: { kept: 'long', more: [1, { a: null }] } }, {}],
  ['an empty list', { lead: 'l:ann' }, { none: [] }],
  ['lists', { lead: 'a "quoted"\nname' }, { activity: [{ a: 1 }, 'two'], scores: [3] }],
])('%s', async (_, fields, lists) => {
  let text = ''
  const document = new JsonDocument(async more => {
    text += more
  })
  for (const [name, value] of Object.entries(fields)) await document.field(name, value)
  for (const [name, items] of Object.entries(lists)) await document.list(name, of(items))
  await document.end()
  expect(JSON.parse(text)).toEqual({ ...fields, ...lists })
  expect(text).toMatch(/\n\}\n$/)
})

test('a long list waits for whoever takes it, and never more than 64 KB and an item do', async () => {
  let [made, written, most] = [0, 0, 0]
  async function* items() {
    for (; made < 2_000; made++) {
      most = Math.max(most, made * 1_000 - written)
      yield 'x'.repeat(1_000)
    }
  }
  const document = new JsonDocument(async text => {
    await new Promise(resolve => setImmediate(resolve))
    written += text.length
  })
  await document.list('all', items())
  await document.end()
  expect(made).toBe(2_000)
  expect(most).toBeLessThan(68_000)
})
