import fc from 'fast-check'
import { elements, sections } from './sections.ts'

test('the bytes of each element, as they stand', () => {
  const json = Buffer.from(
    ' {"a":[{"batch":[9]}], "b":"\\"batch\\":[", "batch" : [ {"é" : "]}\\"" } , 1.50,"x" ,[ ] ],"c":null}',
  )
  const texts = sections(json, 'batch').map(({ start, end }) => json.toString('utf8', start, end))
  expect(texts).toEqual(['{"é" : "]}\\"" }', '1.50', '"x"', '[ ]'])
})

test.each(['{}', '{"batch":[]}', '{"batch":7}', '[]', '{"batch":[1],"batch":[]}'])('none in %s', json => {
  expect(sections(Buffer.from(json), 'batch')).toEqual([])
})

test('parsing the pieces gives the list, for any JSON and any layout', () => {
  const entries = fc.array(fc.tuple(fc.string(), fc.jsonValue()))
  fc.assert(
    fc.property(
      entries,
      fc.array(fc.jsonValue()),
      fc.integer({ min: 0, max: 3 }),
      (others, batch, indent) => {
        const object = Object.fromEntries([...others.filter(([n]) => n !== '__proto__'), ['batch', batch]])
        const json = Buffer.from(JSON.stringify(object, null, indent))
        const pieces = sections(json, 'batch').map(({ start, end }) => json.toString('utf8', start, end))
        expect(pieces.map(p => JSON.parse(p))).toEqual(JSON.parse(JSON.stringify(batch)))
        const list = Buffer.from(`\n ${JSON.stringify(batch, null, indent)}\r\n`)
        expect(elements(list).map(({ start, end }) => list.toString('utf8', start, end))).toEqual(
          batch.map(value => JSON.stringify(value, null, indent).replaceAll('\n', `\n${' '.repeat(indent)}`)),
        )
      },
    ),
  )
})

test.each(['', '{}', '{"batch":[1]}', '7', '[]', ' [ ] '])('no list with elements: %p', json => {
  expect(elements(Buffer.from(json))).toEqual([])
})
