import { iglu, one, SNOWPLOWS, unstruct } from '../../../test/snowplow.ts'

describe('what happened', () => {
  const page = { host: 'x.example', path: '/a', search: '?q=1', referrer: 'https://r.example/', title: 'A' }
  const at = { url: 'https://x.example/a?q=1', page: 'A', refr: 'https://r.example/' }

  test.each<[string, object, object]>([
    ['a page view', { e: 'pv', ...at }, { type: 'page', name: 'A', page, properties: {} }],
    [
      'a page ping: how far down the page was seen',
      { e: 'pp', ...at, pp_may: '1000', ds: '800x4000', vp: '800x600' },
      { type: 'track', name: 'Page Engaged', page, properties: { scroll: 40 } },
    ],
    ['at the top', { e: 'pp', ds: '800x4000', vp: '800x600' }, { properties: { scroll: 15 } }],
    ['beyond the end', { e: 'pp', pp_may: '9000', ds: '8x40', vp: '8x6' }, { properties: { scroll: 100 } }],
    ['of a page of unknown size', { e: 'pp', pp_may: '9', ds: 'big', vp: '8x6' }, { properties: {} }],
    [
      'a structured event',
      { e: 'se', se_ca: 'shop', se_ac: 'Added', se_la: 'l', se_pr: 'p', se_va: '1.50' },
      {
        type: 'track',
        name: 'Added',
        properties: { category: 'shop', label: 'l', property: 'p', value: 1.5 },
      },
    ],
    ['whose value is no number', { e: 'se', se_ac: 'x', se_va: '1,5' }, { properties: { value: '1,5' } }],
    [
      'a transaction',
      {
        e: 'tr',
        tr_id: '7',
        tr_af: 'web',
        tr_tt: '19.99',
        tr_tx: '4',
        tr_sh: '0',
        tr_cu: 'EUR',
        tr_ci: 'Ulm',
      },
      {
        name: 'Order Completed',
        properties: {
          order_id: '7',
          affiliation: 'web',
          total: 19.99,
          tax: 4,
          shipping: 0,
          currency: 'EUR',
          city: 'Ulm',
        },
      },
    ],
    [
      'an item of it',
      { e: 'ti', ti_id: '7', ti_sk: 'pbz', ti_nm: 'n', ti_ca: 'c', ti_pr: '7.99', ti_qu: '2', ti_cu: 'EUR' },
      {
        name: 'Order Item',
        properties: {
          order_id: '7',
          sku: 'pbz',
          name: 'n',
          category: 'c',
          price: 7.99,
          quantity: 2,
          currency: 'EUR',
        },
      },
    ],
    [
      'a self-describing event: the name of its schema',
      unstruct('com.acme/viewed_product', { sku: 'x', price: 20, tags: ['a'] }),
      {
        type: 'track',
        name: 'viewed_product',
        properties: { sku: 'x', price: 20, 'tags.0': 'a' },
        context: expect.objectContaining({ schema: 'iglu:com.acme/viewed_product/jsonschema/1-0-0' }),
      },
    ],
    [
      'as plain JSON',
      { e: 'ue', ue_pr: JSON.stringify(iglu('w/unstruct_event', iglu('com.acme/opened', { é: 'ü' }))) },
      { name: 'opened', properties: { é: 'ü' } },
    ],
    [
      'in base64url, beyond ASCII',
      unstruct('com.acme/opened', { é: '日本>>>???' }),
      { properties: { é: '日本>>>???' } },
    ],
    [
      'a link',
      unstruct(`${SNOWPLOWS}/link_click`, { targetUrl: 'https://o.example', elementId: 'b' }),
      { name: 'Link Clicked', properties: { url: 'https://o.example', elementId: 'b' } },
    ],
    [
      'another’s link_click is its own',
      unstruct('com.acme/link_click', { targetUrl: 'u' }),
      { name: 'link_click', properties: { targetUrl: 'u' } },
    ],
    [
      'a field that was changed, without what stands in it',
      unstruct(`${SNOWPLOWS}/change_form`, {
        formId: 'f',
        elementId: 'mail',
        value: 'a@example.com',
        type: 'email',
      }),
      { name: 'Form Changed', key: 'w/v:d1', properties: { form: 'f', field: 'mail', kind: 'email' } },
    ],
    [
      'a field that was entered',
      unstruct(`${SNOWPLOWS}/focus_form`, {
        formId: 'f',
        elementId: 'mail',
        elementType: 'text',
        value: 'x',
      }),
      { name: 'Form Focused', properties: { form: 'f', field: 'mail', kind: 'text' } },
    ],
    [
      'a search',
      unstruct(`${SNOWPLOWS}/site_search`, { terms: ['red', 'shoes'], totalResults: 3 }),
      { name: 'Site Searched', properties: { query: 'red shoes', totalResults: 3 } },
    ],
    [
      'a cart',
      unstruct(`${SNOWPLOWS}/add_to_cart`, { sku: 's' }),
      { name: 'Product Added', properties: { sku: 's' } },
    ],
    ['a cart', unstruct(`${SNOWPLOWS}/remove_from_cart`, { sku: 's' }), { name: 'Product Removed' }],
    ['a button', unstruct(`${SNOWPLOWS}/button_click`, { label: 'Buy' }), { name: 'Button Clicked' }],
    [
      'a screen',
      unstruct('com.snowplowanalytics.mobile/screen_view', { name: 'Home', id: 'i' }),
      { type: 'screen', name: 'Home', properties: { name: 'Home', id: 'i' } },
    ],
    [
      'an identify, whoever’s its schema is',
      unstruct('com.acme/identify', { email: 'Ann@example.com', seats: 5 }),
      { type: 'identify', name: '', traits: { email: 'ann@example.com', seats: 5 } },
    ],
  ])('%s', (_name, event, expected) => {
    expect(one(event)).toMatchObject(expected)
    const { properties } = expected as { properties?: object }
    if (properties) expect({ ...one(event).properties }).toEqual(properties)
  })

  test('a form: its fields by their names and the address as such; nothing hidden, no password, no empty box', () => {
    const elements = [
      { name: 'first_name', value: 'Ann', nodeName: 'INPUT', type: 'text' },
      { name: 'contact', value: 'ann@example.com', nodeName: 'INPUT', type: 'email' },
      { name: 'your-email', value: 'second@example.com', nodeName: 'INPUT', type: 'text' },
      { name: 'csrf', value: 'secret', nodeName: 'INPUT', type: 'hidden' },
      { name: 'pw', value: 'secret', nodeName: 'INPUT', type: 'PASSWORD' },
      { name: 'terms', value: null, nodeName: 'INPUT', type: 'checkbox' },
      { name: 'form', value: 'not the form', nodeName: 'INPUT' },
      { name: '__proto__', value: 'x', nodeName: 'INPUT' },
      'broken',
    ]
    const event = one(unstruct(`${SNOWPLOWS}/submit_form`, { formId: 'contact', elements }))
    expect([event.type, event.name]).toEqual(['track', 'Form Submitted'])
    expect({ ...event.properties }).toEqual({ form: 'contact', first_name: 'Ann', email: 'ann@example.com' })
    expect(event.key).toMatch(/^w\/l:/)
  })
})
