import { JITSU } from './jitsu.ts'

function said(type: keyof typeof JITSU, event: object): unknown {
  const message = JITSU[type].message(event)
  return message.kind === 'ok' && JSON.parse(JSON.stringify(message.value))
}

test.each<[string, keyof typeof JITSU, object, object]>([
  ['the path says the type', 'track', { type: 'page', event: 'X' }, { type: 'track', event: 'X' }],
  ['or leaves it to the event', 'event', { type: 'identify' }, { type: 'identify' }],
  ['an event of no type is left to be refused', 'event', {}, {}],
  [
    'a page’s name is among its properties',
    'page',
    { properties: { name: 'Docs', path: '/' } },
    { type: 'page', name: 'Docs', properties: { name: 'Docs', path: '/' } },
  ],
  [
    'unless it has one',
    'page',
    { name: 'A', properties: { name: 'B' } },
    { type: 'page', name: 'A', properties: { name: 'B' } },
  ],
  [
    'a name that is no text is only a property',
    'page',
    { properties: { name: 7 } },
    { type: 'page', properties: { name: 7 } },
  ],
  [
    'properties that are none are left to be refused',
    'page',
    { properties: 'x' },
    { type: 'page', properties: 'x' },
  ],
])('%s', (_name, type, event, message) => {
  expect(said(type, event)).toEqual(message)
})

test('the masked key of the body is nobody’s', () => {
  const split = JITSU.track.split(Buffer.from('{"event":"X","writeKey":"wk_demo:***"}'))
  expect(split).toMatchObject({ kind: 'ok', value: { key: undefined } })
})
