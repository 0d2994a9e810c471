import { Copies } from './copies.ts'

type Via = [visitor: string, offset: number] | undefined
type Read = [subject: string, offset: number, via?: Via, kind?: 'merge' | 'link']

/** A visitor's 5 went to the user id as 7, and from there to the lead as 9. */
const ORIGINAL: Read = ['v:a', 5]
const BY_USER: Read = ['l:user', 7, ['v:a', 5]]
const BY_LEAD: Read = ['l:ann', 9, ['l:user', 7]]

test.each<[string, Read[], boolean[]]>([
  ['as they were written', [ORIGINAL, BY_USER, BY_LEAD], [true, false, false]],
  ['the user id’s partition first', [BY_USER, ORIGINAL, BY_LEAD], [true, false, false]],
  ['the lead’s first', [BY_LEAD, BY_USER, ORIGINAL], [true, false, false]],
  ['the original is gone', [BY_USER, BY_LEAD], [true, false]],
  ['both before are gone', [BY_LEAD], [true]],
  [
    'sent on twice',
    [
      ['l:ann', 9, ['v:a', 5]],
      ['l:ann', 12, ['v:a', 5]],
    ],
    [true, false],
  ],
  ['another of the visitor’s', [ORIGINAL, ['v:a', 6], ['l:ann', 9, ['v:a', 6]]], [true, true, false]],
  ['another visitor’s at the same offset', [ORIGINAL, ['v:b', 5]], [true, true]],
  [
    'a merge is no copy of its link',
    [
      ['v:a', 5, undefined, 'link'],
      ['l:ann', 9, ['v:a', 5], 'merge'],
    ],
    [true, true],
  ],
])('%s', (_, reads, first) => {
  const copies = new Copies('l:ann')
  const seen = reads.map(([subject, offset, via, kind]) =>
    copies.isFirst(subject, offset, {
      kind: kind ?? 'event',
      via: via ? { visitor: via[0], offset: via[1] } : null,
    }),
  )
  expect(seen).toEqual(first)
})
