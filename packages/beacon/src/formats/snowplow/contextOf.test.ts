import { carrying, iglu, one, SNOWPLOWS } from '../../../test/snowplow.ts'

test('where and with what, under Segment’s names; what an event carries along', () => {
  const { context, userAgent, ip, id } = one({
    e: 'pv',
    eid: 'e1',
    aid: 'shop',
    p: 'web',
    tv: 'js-4.8.0',
    lang: 'de-DE',
    tz: 'Europe/Berlin',
    res: '1920x1080',
    vp: '1000x500',
    ua: 'Mozilla/5.0 (X11)',
    ip: '203.0.113.9',
    sid: 's1',
    vid: '3',
    url: 'https://x.example/?utm_source=mail&utm_campaign=spring&utm_medium=',
    ...carrying(
      iglu(`${SNOWPLOWS}/web_page`, { id: 'w1' }),
      iglu('com.acme/product', { sku: 'a' }),
      iglu('com.acme/product', { sku: 'b' }),
      iglu('com.acme/page', { type: 'pdp' }),
      iglu('com.acme/__proto__', { x: 1 }),
    ),
  })
  expect({ ...context }).toEqual({
    'app.name': 'shop',
    'campaign.source': 'mail',
    'campaign.name': 'spring',
    locale: 'de-DE',
    timezone: 'Europe/Berlin',
    'screen.width': 1920,
    'screen.height': 1080,
    platform: 'web',
    'session.id': 's1',
    'session.index': 3,
    'library.name': 'snowplow',
    'library.version': 'js-4.8.0',
    'entities.web_page.id': 'w1',
    'entities.product.0.sku': 'a',
    'entities.product.1.sku': 'b',
    'entities.page.type': 'pdp',
  })
  // A write key names no address: the connection's, without its end.
  expect([userAgent, ip, id]).toEqual(['Mozilla/5.0 (X11)', '192.0.2.0', 'e1'])
})

test('what is carried along is bounded, and crowds nothing of the event out', () => {
  const many = Array.from({ length: 200 }, (_, i) => iglu(`com.acme/thing${i}`, { a: 'x'.repeat(20) }))
  const { context } = one({ e: 'pv', lang: 'de', tz: 'UTC', ...carrying(...many) })
  expect(Object.keys(context).length).toBe(100)
  expect(context).toMatchObject({ locale: 'de', timezone: 'UTC' })
})
