import type { Hit } from './accessLog.ts'
import { pageEvent, skipOf, visitorOf } from './pageView.ts'

const hit = (given: Partial<Hit> = {}): Hit => ({
  address: '83.149.9.216',
  at: 0,
  method: 'GET',
  target: '/',
  status: 200,
  referrer: '',
  userAgent: 'Mozilla/5.0',
  ...given,
})

test.each([
  '/',
  '/blog/geekery/find.html',
  '/pricing?plan=a.png',
  '/articles/robots.txt.html',
  '/files/white-paper.pdf',
  '/v1.2/notes',
  '/blog/tags/puppet?flav=rss20',
  '/js/',
])('%s is a page', target => expect(skipOf(hit({ target }))).toBeUndefined())

test.each([
  '/style2.css',
  '/reset.css?v=3',
  '/favicon.ico',
  '/images/Photo.JPG',
  '/fonts/a.woff2#iefix',
  '/robots.txt',
  '/sitemap.xml',
  '/sitemap-news.xml.gz',
  'http://example.com/app.js',
])('%s is an asset', target => expect(skipOf(hit({ target }))).toBe('asset'))

test.each([
  [{ method: 'POST' }, 'method'],
  [{ method: 'HEAD' }, 'method'],
  [{ status: 404 }, 'status'],
  [{ status: 301 }, 'status'],
  [{ status: 304 }, undefined],
  [{ status: 206 }, undefined],
  // The first reason counts.
  [{ method: 'HEAD', status: 404, target: '/a.css' }, 'method'],
  [{ status: 404, target: '/a.css' }, 'status'],
] as const)('%j: %s', (given, reason) => expect(skipOf(hit(given))).toBe(reason))

test('the event of a hit', () => {
  const of = hit({ target: '/a%20b?x=1&y=2#z', referrer: 'http://example.com/' })
  expect(pageEvent(of, 'm-7', Date.UTC(2026, 0, 2))).toEqual({
    type: 'page',
    messageId: 'm-7',
    anonymousId: visitorOf(of),
    timestamp: '2026-01-02T00:00:00.000Z',
    properties: { path: '/a%20b', search: '?x=1&y=2', referrer: 'http://example.com/' },
    context: { ip: '83.149.9.216', userAgent: 'Mozilla/5.0' },
  })
})

test('a request to a proxy has the path of its URL', () => {
  expect(pageEvent(hit({ target: 'http://example.com/a?b' }), 'm', 0).properties).toMatchObject({
    path: '/a',
    search: '?b',
  })
  expect(pageEvent(hit({ target: 'http://example.com' }), 'm', 0).properties.path).toBe('/')
})

test('a visitor is an address with an agent, and neither can be read from it', () => {
  const a = visitorOf(hit())
  expect(a).toMatch(/^log-[0-9a-f]{20}$/)
  expect(visitorOf(hit({ target: '/other', at: 5 }))).toBe(a)
  expect(visitorOf(hit({ address: '83.149.9.217' }))).not.toBe(a)
  expect(visitorOf(hit({ userAgent: 'Mozilla/5.1' }))).not.toBe(a)
})
