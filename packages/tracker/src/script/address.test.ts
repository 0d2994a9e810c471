import { opened } from '../../test/page.ts'

/** What it sends of a page of this address. */
function pageView(href: string, referrer?: string): Record<string, unknown> {
  return opened(href, referrer).sent[0] as Record<string, unknown>
}

test.each([
  ['?email=ann%40example.com&pw=geheim&q=shoes', '?email=&pw=&q=shoes'],
  ['?Password=geheim', '?Password='],
  ['?user%5Bemail%5D=geheim&userPhone=geheim', '?user%5Bemail%5D=&userPhone='],
  ['?p%61ss=geheim', '?p%61ss='],
  ['?code=geheim&state=x', '?code=&state=x'],
  ['?api_key=geheim&access-token=geheim&PHPSESSID=geheim', '?api_key=&access-token=&PHPSESSID='],
  ['?authorization=geheim&cardNumber=geheim&iban=geheim', '?authorization=&cardNumber=&iban='],
  ['?tel=geheim&sid=geheim&otp=geheim', '?tel=&sid=&otp='],
  ['?next=/reset?token=geheim', '?next=%2Freset%3Ftoken%3D'],
  ['?next=%2Freset%3Ftoken%3Dgeheim%26a%3D1', '?next=%2Freset%3Ftoken%3D%26a%3D1'],
  ['?pw=100%geheim&x=%', '?pw=&x=%'],
  ['?next=https://ann:geheim@shop.example/a', '?next=https://shop.example/a'],
  ['?next=https%3A%2F%2Fann%3Ageheim%40b.example%2Fa', '?next=https%3A%2F%2Fb.example%2Fa'],
  ...[
    '?utm_source=mail&utm_medium=email&utm_campaign=a&utm_id=7&gclid=g&fbclid=f&msclkid=m&_ga=1',
    '?q=my+password&page=2&id=7&p=8&product=9&category=x&lang=en&ref=y',
    '?author=ann&keyword=shoes&hotel=x&side=left&zipcode=1&shipping=x&passengers=2&footprint=1',
    '?next=%2Fpricing%3Fa%3D1',
    '',
  ].map(query => [query, query] as [string, string]),
])('of the query %s it sends %s', (query, kept) => {
  const url = `https://shop.example/found${query}`
  const event = pageView(url, url)
  const want = `https://shop.example/found${kept}`
  expect(event).toMatchObject({
    properties: { url: want, referrer: want },
    context: { page: { url: want, search: kept, referrer: want } },
  })
  expect(JSON.stringify(event)).not.toContain('geheim')
})

test('a fragment’s parameters are left out as well', () => {
  const event = pageView('https://shop.example/#access_token=geheim&state=x')
  expect(event.properties).toMatchObject({ url: 'https://shop.example/#access_token=&state=x' })
})

test('an address of 20,000 nested addresses is cut where nobody means it, at once', () => {
  const { url } = pageView(`https://shop.example/${'?a='.repeat(20_000)}geheim`).properties as { url: string }
  expect(url.length).toBeLessThan(100)
})
