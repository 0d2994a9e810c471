import {
  carrying,
  iglu,
  NOW,
  one,
  posted,
  problems,
  SNOWPLOWS,
  taken,
  unstruct,
} from '../../test/snowplow.ts'
import { MAX_ID_CHARS } from '../limits.ts'
import { SNOWPLOW, SNOWPLOW_PIXEL } from './snowplow.ts'

const NUID = 'ecdff4d0-9175-40ac-a8bb-325c49733607'

describe('who', () => {
  const session = iglu(`${SNOWPLOWS}/client_session`, { userId: 'device', sessionId: 's' })
  const all = { duid: 'own', tnuid: 'override', nuid: NUID, ...carrying(session) }
  const who = (event: object) => one({ duid: undefined, e: 'pv', ...event }).key

  test.each<[string, object, string]>([
    ['the site’s own cookie first', all, 'v:own'],
    ['else an app’s device', { ...all, duid: '' }, 'v:device'],
    ['else the network’s, overridden', { tnuid: 'override', nuid: NUID }, 'v:override'],
    ['else the network’s', { nuid: NUID }, `v:${NUID}`],
  ])('%s', (_name, event, visitor) => expect(who(event)).toBe(`w/${visitor}`))

  test.each<[string, object]>([
    ['a user id that is an address', { duid: 'd', uid: 'Ann@example.com' }],
    [
      'an address in what happened',
      { duid: 'd', ...unstruct('com.acme/asked', { email: 'ann@example.com' }) },
    ],
    [
      'the entity of the person',
      { duid: 'd', ...carrying(iglu(`${SNOWPLOWS}.ecommerce/user`, { id: '7', email: 'ann@example.com' })) },
    ],
  ])('the lead by %s, linked to its visitor', (_name, event) => {
    const [outcome] = taken(SNOWPLOW, posted({ e: 'pv', ...event }))
    if (outcome?.kind !== 'ok') throw new Error('not taken')
    expect(outcome.key).toBe(who({ uid: 'ann@example.com' }))
    expect(outcome.links[0]?.key).toBe('w/v:d')
    expect(outcome.event.value.event?.traits.email).toBe('ann@example.com')
  })

  test('a user id that is none is a lead too', () => expect(who({ uid: 'u-7' })).toMatch(/^w\/l:/))

  test.each([{}, { duid: '00000000-0000-0000-0000-000000000000' }, { uid: 'null' }])('nobody: %p', event => {
    expect(problems({ e: 'pv', ...event })).toEqual([expect.stringMatching(/^anonymousId, userId: one must/)])
  })
})

test.each<[string, object, number]>([
  ['as it was created', { dtm: String(NOW - 60_000) }, NOW - 60_000],
  [
    'less what the clock is off by',
    { dtm: String(NOW + 3_540_000), stm: String(NOW + 3_600_000) },
    NOW - 60_000,
  ],
  [
    'exactly, where it says so',
    { ttm: NOW - 7_200_000, dtm: String(NOW), stm: String(NOW + 3_600_000) },
    NOW - 7_200_000,
  ],
  ['now', {}, NOW],
])('when: %s', (_name, event, at) => expect(one({ e: 'pv', ...event }).at).toBe(at))

describe('problems name the field, in the words of the protocol, and no value', () => {
  const contexts = (data: unknown) => ({ e: 'pv', duid: 'd', co: JSON.stringify({ data }) })
  test.each<[string, unknown, string[]]>([
    ['no event', 'x', ['data[0]: must be an object, is text of 1 characters']],
    ['no kind', { duid: 'd' }, ['data[0].e: must be one of pv, pp, se, ue, tr, ti, is missing']],
    [
      'a kind that is gone',
      { e: 'ad', duid: 'd' },
      ['data[0].e: must be one of pv, pp, se, ue, tr, ti, is text of 2 characters'],
    ],
    ['no action', { e: 'se', se_ca: 'c', duid: 'd' }, ['data[0].se_ac: must be text, is missing']],
    ['not text', { e: 'pv', duid: ['d'] }, ['data[0].duid: must be text, is a list']],
    [
      'a long id',
      { e: 'pv', uid: 'x'.repeat(256) },
      ['data[0].uid: must be at most 255 characters, is text of 256 characters'],
    ],
    [
      'no time',
      { e: 'pv', duid: 'd', dtm: 'soon' },
      ['data[0].dtm: must be ms since 1970, is text of 4 characters'],
    ],
    [
      'a time without end',
      { e: 'pv', duid: 'd', ttm: 1e18 },
      ['data[0].ttm: must be ms since 1970, is a number'],
    ],
    [
      'nothing described',
      { e: 'ue', duid: 'd' },
      ['data[0].ue_pr, ue_px: one must say what happened, is missing'],
    ],
    [
      'not base64url of JSON',
      { e: 'ue', duid: 'd', ue_px: '%%' },
      ['data[0].ue_px: must be JSON in base64url, is text of 2 characters'],
    ],
    [
      'not JSON',
      { e: 'ue', duid: 'd', ue_pr: '{' },
      ['data[0].ue_pr: must be JSON, is text of 1 characters'],
    ],
    [
      'not wrapped',
      { e: 'ue', duid: 'd', ue_pr: JSON.stringify(iglu('com.acme/x', {})) },
      ['data[0].ue_pr.data.schema: must be iglu:vendor/name/format/1-0-0, is missing'],
    ],
    ['no contexts', contexts({}), ['data[0].co.data: must be a list of entities, is an object']],
    [
      'broken contexts',
      contexts([iglu('com.acme/ok', {}), 7, { schema: 'acme' }, iglu('com.acme/list', [])]),
      [
        'data[0].co.data[1]: must be {"schema":"iglu:vendor/name/format/1-0-0","data":{…}}, is a number',
        'data[0].co.data[2].schema: must be iglu:vendor/name/format/1-0-0, is text of 4 characters',
        'data[0].co.data[3].data: must be an object, is a list',
      ],
    ],
  ])('%s', (_name, event, expected) => expect(problems(event)).toEqual(expected))
})

describe('a body', () => {
  test('is taken apart; of each event its very bytes', () => {
    const events = ['{ "e":"pv",  "aid":"wk" }', '{"e":"pp"}', '7']
    const body = Buffer.from(`{"schema":"iglu:x","data" : [${events.join(' , ')}]}`)
    const split = SNOWPLOW.split(body)
    if (split.kind !== 'ok') throw new Error('not taken apart')
    expect(events.map((_, i) => split.value.bytesOf(i).toString())).toEqual(events)
    expect([split.value.key, split.value.label(2)]).toEqual(['wk', 'data[2]'])
  })

  test.each([
    ['{', /^body: must be JSON/],
    ['[]', /^body: must be an object, is a list$/],
    ['{"data":{}}', /^data: must be a list of events, is an object$/],
    [JSON.stringify({ data: Array(5_001).fill(0) }), /^data: must be a list of at most 5000 events/],
  ])('that is none: %.20s', (body, problem) => {
    const split = SNOWPLOW.split(Buffer.from(body))
    expect(split).toMatchObject({ kind: 'refuse', status: 400, problems: [expect.stringMatching(problem)] })
  })

  test('the query of a pixel is an event: percent and plus are undone, the last of a name counts', () => {
    const query = Buffer.from('e=se&se_ac=a+b%20%C3%A9%zz&aid=one&aid=wk&duid=d')
    const split = SNOWPLOW_PIXEL.split(query)
    if (split.kind !== 'ok') throw new Error('not taken apart')
    expect([split.value.key, split.value.bytesOf(0)]).toEqual(['wk', query])
    const [outcome] = taken(SNOWPLOW_PIXEL, query)
    expect(outcome).toMatchObject({ kind: 'ok', event: { value: { event: { name: 'a b é%zz' } } } })
  })

  test('where the key is its `aid`, the first event speaks for all, and no key is kept', () => {
    const body = posted(
      { e: 'pv', duid: 'd', aid: 'wk' },
      { e: 'pv', duid: 'd', aid: 'other' },
      { e: 'pv', duid: 'd' },
    )
    const [first, ...others] = taken(SNOWPLOW, body, { body: true })
    expect(JSON.stringify(first)).not.toContain('wk')
    const problem = expect.stringMatching(/^data\[[12]\]\.aid: must be that of the first event/)
    expect(others).toEqual(
      Array(2).fill(expect.objectContaining({ reason: 'unauthorized', problems: [problem] })),
    )
    // By the head of the request, `aid` is only a name; that of the same key is not kept either.
    const byHead = taken(SNOWPLOW, body, { head: 'wk' })
    expect(byHead.map(o => o.kind)).toEqual(['ok', 'ok', 'ok'])
    expect(JSON.stringify(byHead[0])).not.toContain('wk')
    expect(JSON.stringify(byHead[1])).toContain('"app.name":"other"')
  })
})

test(`an id of ${MAX_ID_CHARS} characters is taken`, () => {
  expect(one({ e: 'pv', duid: 'x'.repeat(MAX_ID_CHARS) }).key).toBe(`w/v:${'x'.repeat(MAX_ID_CHARS)}`)
})
