import { flatten } from '../flatten.ts'
import type { Format } from './format.ts'
import { PIXEL } from './pixel.ts'

/** What a query says, in our own shape. */
function said(format: Format, query: string): unknown {
  const split = format.split(Buffer.from(query))
  if (split.kind !== 'ok') throw new Error(split.reason)
  const message = format.message(split.value.events[0])
  // Through JSON: what has no prototype equals nothing that has one.
  return JSON.parse(JSON.stringify(message.kind === 'ok' && message.value))
}

test.each<[string, string, object]>([
  [
    'names nested by dots',
    'anonymousId=a&userId=u&context.page.url=https%3A%2F%2Fx.io%2F%3Fa%3D1&context.page.title=One%20two+three&properties.plan=pro',
    {
      anonymousId: 'a',
      userId: 'u',
      context: { page: { url: 'https://x.io/?a=1', title: 'One two three' } },
      properties: { plan: 'pro' },
    },
  ],
  [
    'every value is text',
    'properties.price=9.5&properties.new=true',
    { properties: { price: '9.5', new: 'true' } },
  ],
  ['the first of a repeated name', 'anonymousId=a&anonymousId=b', { anonymousId: 'a' }],
  ['the quotes of AMP', 'anonymousId=%22amp-1%22', { anonymousId: 'amp-1' }],
  ['no more than one pair of them', 'anonymousId=%22%22a%22%22', { anonymousId: '"a"' }],
  ['a quote within', 'anonymousId=a%22b', { anonymousId: 'a"b' }],
  ['a name that is also a group', 'context=x&context.page.path=/p', { context: { page: { path: '/p' } } }],
  ['what is no text in UTF-8', 'anonymousId=%ff%20a', { anonymousId: '\ufffd a' }],
  ['names without a name', '=x&properties..z=2', { '': 'x', properties: { '': { z: '2' } } }],
  ['nothing', '', {}],
])('%s', (_name, query, event) => {
  expect(said(PIXEL.page, query)).toEqual({ ...event, type: 'page' })
})

test('the type is the path’s, whatever the query says', () => {
  expect(said(PIXEL.track, 'type=identify&event=Opened')).toEqual({ type: 'track', event: 'Opened' })
})

test('a deep name stands in the log as it was written, and costs no level of depth', () => {
  const { properties } = said(PIXEL.page, 'properties.cart.items.0.sku.of.x=1') as { properties: object }
  expect({ ...flatten(properties) }).toEqual({ 'cart.items.0.sku.of.x': '1' })
})

test('names of Object’s own are names like any other', () => {
  const hostile =
    '__proto__.polluted=1&constructor.prototype.polluted=1&properties.__proto__.polluted=1&toString=x'
  expect(said(PIXEL.page, hostile)).toMatchObject({ toString: 'x', type: 'page' })
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})
