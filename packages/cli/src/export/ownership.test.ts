import { type Linked, Ownership } from './ownership.ts'

/** The log has v:shared become l:cat at 10 and l:ann at 20. */
const KNOWN: [string, Linked][] = [
  ['v:own', { alias: 'l:ann', pastWith: null }],
  ['l:user', { alias: 'l:ann', pastWith: null }],
  ['v:of-user', { alias: 'l:user', pastWith: null }],
  ['v:shared', { alias: 'l:ann', pastWith: 'l:cat' }],
  ['v:left', { alias: 'l:cat', pastWith: 'l:ann' }],
  ['v:nobody', { alias: null, pastWith: null }],
]
function ownership({ isWhole = true } = {}): Ownership {
  const all = new Ownership('l:ann', new Map(KNOWN), () => isWhole)
  for (const [offset, lead] of [
    [10, 'l:cat'],
    [20, 'l:ann'],
  ] as const)
    all.noteLink('v:shared', { offset, at: offset * 1_000, lead })
  return all
}

test.each([
  ['l:ann', 5, 'own'],
  ['l:cat', 5, 'others'],
  ['v:own', 5, 'own'],
  ['v:of-user', 5, 'own'],
  ['v:stranger', 5, 'others'],
  ['v:nobody', 5, 'others'],
  ['v:shared', 9, 'others'],
  ['v:shared', 10, 'others'],
  ['v:shared', 19, 'others'],
  ['v:shared', 20, 'own'],
  ['v:left', 5, 'own'],
] as const)('%s at offset %i: %s', (subject, offset, owner) => {
  expect(ownership().of(subject, { offset, at: offset * 1_000 })).toBe(owner)
  expect(ownership().of(subject, { at: offset * 1_000 })).toBe(owner)
})

test('its place tells more than the time, which several records have', () => {
  expect(ownership().of('v:shared', { offset: 19, at: 20_000 })).toBe('others')
})

test('a link that the state does not know yet counts from there on', () => {
  const all = ownership()
  all.noteLink('v:own', { offset: 50, at: 50_000, lead: 'l:cat' })
  expect([49, 50].map(offset => all.of('v:own', { offset, at: offset * 1_000 }))).toEqual(['own', 'others'])
  expect(all.isNow('v:own')).toBe(true)
})

test('of a user id that is somebody else’s by now, its visitors’ records are whose it was then', () => {
  const known = new Map<string, Linked>([
    ['l:user', { alias: 'l:cat', pastWith: 'l:ann' }],
    ['v:of-user', { alias: 'l:user', pastWith: null }],
  ])
  const all = new Ownership('l:ann', known, () => true)
  all.noteLink('l:user', { offset: 3, at: 1_000, lead: 'l:ann' })
  all.noteLink('l:user', { offset: 4, at: 2_000, lead: 'l:cat' })
  expect([500, 1_500, 2_500].map(at => all.of('v:of-user', { offset: 1, at }))).toEqual([
    'own',
    'own',
    'others',
  ])
})

test('where the log has lost its start nobody says whose it was before the first link that is left', () => {
  const all = ownership({ isWhole: false })
  expect([9, 20].map(offset => all.of('v:shared', { offset, at: offset * 1_000 }))).toEqual(['unsure', 'own'])
  expect(all.of('v:own', { offset: 9, at: 9_000 })).toBe('own')
})

test('what it was before it was anybody’s went to the first', () => {
  const all = ownership()
  expect(['v:own', 'v:left', 'v:shared', 'v:nobody'].map(s => all.ofPast(s, { at: 25_000 }))).toEqual([
    'own',
    'own',
    'others',
    'others',
  ])
})

test('who it is at present, and of whom the log must be asked', () => {
  expect(KNOWN.map(([subject]) => subject).filter(s => ownership().isNow(s))).toEqual([
    'v:own',
    'l:user',
    'v:of-user',
    'v:shared',
  ])
  expect(ownership().shared).toEqual(['v:shared', 'v:left'])
})
