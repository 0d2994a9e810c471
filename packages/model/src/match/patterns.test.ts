import { event, modelOf } from '../../test/leads.ts'
import { signalsOf } from '../index.ts'
import { globsToRegExp } from './glob.ts'

test.each<[string, string[], string[]]>([
  ['/pricing', ['/pricing', '/pricing/', '/PRICING'], ['/pricing/eu', '/pricings', '/x/pricing', '/']],
  ['/blog/*', ['/blog/a', '/blog/a/'], ['/blog', '/blog/a/b']],
  ['/blog/**', ['/blog', '/blog/', '/blog/a/b'], ['/blogs', '/a/blog']],
  ['**/pricing', ['/pricing', '/eu/de/pricing'], ['/pricing/x']],
  ['/a/**/b', ['/a/b', '/a/x/b', '/a/x/y/b'], ['/a/xb', '/ab']],
  ['/**', ['/', '', '/a/b'], ['a']],
  ['/', ['/'], ['/a']],
  ['/a.b(c)+', ['/a.b(c)+'], ['/axb(c)+', '/a.bcc']],
  ['*.example.com', ['www.example.com'], ['example.com', 'a/b.example.com', 'www.example.com.evil.org']],
])('the glob %p', (glob, matching, others) => {
  for (const path of matching) expect([path, globsToRegExp([glob]).test(path)]).toEqual([path, true])
  for (const path of others) expect([path, globsToRegExp([glob]).test(path)]).toEqual([path, false])
})

const model = modelOf(`
name: x
signals:
  any-page: { type: page }
  article: { path: [/blog/**, /news/**] }
  form: { type: track, name: [Form Submitted, Contact] }
  big-order: { name: Order, property: { total: { atLeast: 100 }, currency: EUR } }
  ads: { campaign: { source: { in: [google, bing] } } }
  from-search: { referrer: { contains: google. } }
  boss: [{ trait: { title: { startsWith: chief } } }, { trait: { title: CEO } }]
  not-shop: { type: page, host: www.example.com, property: { shop: { exists: false } } }
rules: []
tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 1 } } }]
`)

test.each<[string, Parameters<typeof event>[0], string[]]>([
  ['a page', { path: '/x' }, ['any-page', 'not-shop']],
  ['an article', { path: '/blog/x', host: 'blog.example.com' }, ['any-page', 'article']],
  ['a form in any case', { name: 'form submitted' }, ['form']],
  ['a page with that name', { path: '/', name: 'Contact', host: 'x' }, ['any-page']],
  ['an order', { name: 'Order', properties: { total: 100, currency: 'eur' } }, ['big-order']],
  ['an order as text', { name: 'Order', properties: { total: '250', currency: 'EUR' } }, ['big-order']],
  ['a small order', { name: 'Order', properties: { total: 99, currency: 'EUR' } }, []],
  ['an order without a sum', { name: 'Order', properties: { total: ' ', currency: 'EUR' } }, []],
  ['a campaign', { name: 'x', context: { 'campaign.source': 'Google' } }, ['ads']],
  ['a title', { type: 'identify', traits: { title: 'Chief of Staff' } }, ['boss']],
  ['another title', { type: 'identify', traits: { title: 'ceo' } }, ['boss']],
  ['no title', { type: 'identify', traits: { title: null } }, []],
  ['a page of the shop', { path: '/x', properties: { shop: 'yes' } }, ['any-page']],
  ['a bot', { path: '/x', flags: ['bot'] }, []],
])('%s', (_what, fields, expected) => {
  expect(signalsOf(model, event(fields)).map(m => m.name)).toEqual(expected)
})

test('the referrer of a page', () => {
  const page = { host: 'x', path: '/', search: '', referrer: 'https://www.Google.com/', title: '' }
  expect(signalsOf(model, { ...event({ name: 'x' }), page }).map(m => m.name)).toEqual(['from-search'])
})
