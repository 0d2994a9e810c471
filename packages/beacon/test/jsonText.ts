import fc from 'fast-check'

const blank = fc.constantFrom('', '', ' ', '\n', '\t ', '\r\n  ')
/** As JSON may write them; some are what no other text comes back as. */
const numberText = fc.constantFrom(
  '0',
  '-0',
  '1.0',
  '1.50',
  '1e3',
  '1E-2',
  '1e999',
  '12345678901234567890',
  '-7',
)

/** A text in quotes, some of its characters escaped. */
const quoted = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.infiniteStream(fc.boolean())).map(([s, escapes]) => {
    const plain = JSON.stringify(s).slice(1, -1)
    if (plain.includes('\\')) return `"${plain}"`
    return `"${[...plain]
      .map(c =>
        escapes.next().value
          ? c.replace(/[\s\S]/g, u => `\\u${u.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : c,
      )
      .join('')}"`
  })
const word = quoted(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('a', ']}', '"batch":[')),
)

/** Any JSON as no serializer of ours writes it: blanks, escapes, and names that are there twice. */
export const { anyText } = fc.letrec<{ anyText: string; list: string; object: string }>(tie => ({
  anyText: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    numberText,
    word,
    fc.constantFrom('true', 'false', 'null'),
    tie('list'),
    tie('object'),
  ),
  list: fc
    .array(fc.tuple(blank, tie('anyText'), blank), { maxLength: 4 })
    .map(items => `[${items.map(i => i.join('')).join(',')}]`),
  object: objectText(fc.array(fc.tuple(word, tie('anyText')), { maxLength: 4 })),
}))

/** An object of these entries: names in quotes, values as JSON text, blanks between them, and one entry twice. */
export function objectText(entries: fc.Arbitrary<[name: string, value: string][]>): fc.Arbitrary<string> {
  return fc.tuple(entries, fc.infiniteStream(blank), fc.nat(9)).map(([list, blanks, twice]) => {
    const gap = () => blanks.next().value as string
    const again = list[twice]
    return `{${[...list, ...(again ? [again] : [])]
      .map(([name, value]) => `${gap()}${name}${gap()}:${gap()}${value}${gap()}`)
      .join(',')}${list.length === 0 ? gap() : ''}}`
  })
}

/** A list of these, each with the blanks around it that belong to none. */
export function listText(texts: readonly string[], gap: string): string {
  return `[${texts.map(t => `${gap}${t}${gap}`).join(',')}]`
}
