import { form, InMemory, visit } from './test/inMemory.ts'

/**
 * Who is whom: given what was done, when somebody says a name, then whose it all is. By the real steps, processors and
 * codecs, in memory; each row with one partition and with three.
 */

type Body = { type: 'page' | 'track' | 'identify' | 'alias' | 'group' } & Record<string, unknown>
/** Views of each by its own count, or whose alias it is. */
type Then = Record<string, number | { is: string } | 'nobody'>

const ANN = 'ann@example.com'
const BOB = 'bob@example.com'
const view = (who: object): Body => ({ type: 'page', properties: { path: '/x' }, ...who })
const by = (anonymousId: string) => ({ anonymousId })
const identify = (who: object, email?: string): Body => ({
  type: 'identify',
  ...who,
  traits: email === undefined ? {} : { email },
})

const ROWS: [name: string, given: Body[], when: Body[], then: Then][] = [
  ['a visitor that nobody knows', [view(by('a'))], [view(by('a'))], { 'v:a': 2 }],
  ['named after', [view(by('a')), view(by('a'))], [identify(by('a'), ANN)], { [ANN]: 2, 'v:a': { is: ANN } }],
  ['named before', [identify(by('a'), ANN)], [view(by('a')), view(by('a'))], { [ANN]: 2 }],
  ['by a form', [view(by('a'))], [form('a', ANN) as Body], { [ANN]: 1, 'v:a': { is: ANN } }],
  [
    'an address in any case and with blanks',
    [identify(by('a'), ' Ann@Example.COM ')],
    [view(by('a')), view({ userId: 'ANN@example.com' })],
    { [ANN]: 2 },
  ],
  [
    'two browsers of one person',
    [view(by('home')), view(by('work'))],
    [identify(by('home'), ANN), identify(by('work'), ANN)],
    { [ANN]: 2, 'v:home': { is: ANN }, 'v:work': { is: ANN } },
  ],
  [
    'a browser that is somebody else’s by now: the past stays',
    [view(by('a')), identify(by('a'), ANN), view(by('a'))],
    [identify(by('a'), BOB), view(by('a'))],
    { [ANN]: 2, [BOB]: 1, 'v:a': { is: BOB } },
  ],
  [
    'and the first one’s again',
    [identify(by('a'), ANN), identify(by('a'), BOB)],
    [identify(by('a'), ANN), view(by('a'))],
    { [ANN]: 1, [BOB]: 0 },
  ],
  [
    'an address that changes: what comes from then on is the new one’s',
    [view(by('a')), identify(by('a'), ANN)],
    [identify(by('a'), 'ann@elsewhere.example'), view(by('a'))],
    { [ANN]: 1, 'ann@elsewhere.example': 1 },
  ],
  ['a user id alone is a lead', [view({ userId: 'u' })], [view({ userId: 'u' })], { 'user:u': 2 }],
  [
    'a visitor of a user id',
    [view(by('a'))],
    [view({ ...by('a'), userId: 'u' })],
    { 'user:u': 2, 'v:a': { is: 'user:u' } },
  ],
  [
    'a user id whose address is told: what was, and what comes by the id alone',
    [view({ userId: 'u' })],
    [identify({ userId: 'u' }, ANN), view({ userId: 'u' })],
    { [ANN]: 2, 'user:u': { is: ANN } },
  ],
  [
    'told before anything was done',
    [identify({ ...by('a'), userId: 'u' }, ANN)],
    [view(by('a')), view({ ...by('a'), userId: 'u' }), view({ userId: 'u' })],
    { [ANN]: 3 },
  ],
  [
    'a visitor of a user id that is somebody’s: by two steps',
    [view(by('a')), view({ ...by('a'), userId: 'u' })],
    [identify({ userId: 'u' }, ANN), view(by('a'))],
    { [ANN]: 3, 'v:a': { is: 'user:u' }, 'user:u': { is: ANN } },
  ],
  [
    'a user id whose address changes: the past stays',
    [view({ userId: 'u' }), identify({ userId: 'u' }, ANN)],
    [identify({ userId: 'u' }, BOB), view({ userId: 'u' })],
    { [ANN]: 1, [BOB]: 1 },
  ],
  [
    'two user ids of one address',
    [view({ userId: 'u' }), view({ userId: 'w' })],
    [identify({ userId: 'u' }, ANN), identify({ userId: 'w' }, ANN)],
    { [ANN]: 2 },
  ],
  [
    'Segment’s alias: the visitor that a user was',
    [view(by('a'))],
    [{ type: 'alias', previousId: 'a', userId: 'u' }],
    { 'user:u': 1, 'v:a': { is: 'user:u' } },
  ],
  [
    'a company’s address is none of its people’s',
    [view(by('a'))],
    [{ type: 'group', ...by('a'), groupId: 'acme', traits: { email: 'info@acme.example' } }],
    { 'v:a': 1, 'info@acme.example': 'nobody' },
  ],
  [
    'a colleague’s form: the browser is the colleague’s, the user id is not',
    [view({ ...by('a'), userId: 'u' })],
    [form('a', BOB, { userId: 'u' }) as Body, view({ userId: 'u' })],
    { 'user:u': 2, 'v:a': { is: BOB } },
  ],
  ...['null', 'undefined', 'guest', '0', '[object Object]', 'NaN', ' Anonymous '].map(
    (nobody): (typeof ROWS)[number] => [
      `the user id “${nobody}” names nobody`,
      [view({ ...by('a'), userId: nobody })],
      [view({ ...by('b'), userId: nobody })],
      { 'v:a': 1, 'v:b': 1, [`user:${nobody}`]: 'nobody' },
    ],
  ),
]

const CASES = ROWS.flatMap(row => [1, 3].map(partitions => [...row, partitions] as const))
test.each(CASES)('%s', async (_name, given, when, then, partitions) => {
  const all = await InMemory.open('default', partitions)
  for (const { type, ...body } of [...given, ...when]) expect(await all.send(type, body)).toBe('ok')
  const found = Object.fromEntries(
    Object.keys(then).map(who => {
      if (!all.knows(who)) return [who, 'nobody']
      const { alias } = all.score(who).lead
      const whose = [...Object.keys(then), ANN, BOB].find(other => all.subject(other) === alias)
      return [who, alias === null ? (all.counts(who)['page-view'] ?? 0) : { is: whose }]
    }),
  )
  expect(found).toEqual(then)
})

test.each([
  ['a visitor', { anonymousId: 'a' }],
  ['a user id', { userId: 'u' }],
])('%s that is HOT and turns out to be somebody who is, too, is not told twice', async (_what, who) => {
  const all = await InMemory.open('default', 1)
  const hot = [...visit('b'), form('b')]
  await all.send('batch', { batch: hot.map(({ anonymousId: _, ...event }) => ({ ...event, ...who })) })
  await all.send('batch', { batch: [...visit('c'), form('c', ANN)] })
  expect(all.hot()).toHaveLength(2)
  await all.driver.advance(5_000)
  await all.send('identify', { ...who, traits: { email: ANN } })
  await all.driver.advance(5_000)
  expect(all.hot()).toHaveLength(2)
  expect(all.counts(ANN)).toMatchObject({ 'page-view': 20, 'form-submit': 2 })
})
