import { randomUUID } from 'node:crypto'
import { mailKey, signToken } from '@hotlead/beacon'
import { Directory, digestOf, type Settings } from '@hotlead/sources'
import { type MemoryEdge, memoryEdge } from '../test/memoryEdge.ts'

/** What a source's policy makes of what comes to it, by every route that browsers use. */
type Privacy = NonNullable<Settings['workspaces'][number]['sources'][number]['privacy']>
const POLICIES: Record<string, Privacy | undefined> = {
  usual: undefined,
  ignore: { gpc: 'ignore', dnt: 'ignore' },
  flag: { gpc: 'flag', dnt: 'flag' },
  drop: { gpc: 'drop', dnt: 'drop' },
  gpc: { gpc: 'drop', dnt: 'flag' },
  asks: { consent: 'analytics' },
  demands: { consent: 'analytics', consentMissing: 'flag' },
  redacts: { redact: ['properties.phone', 'traits.address', 'context.device.*', 'query.token'] },
}
const directory = new Directory({
  workspaces: Object.entries(POLICIES).map(([name, privacy]) => ({
    name,
    sources: ['site', 'mail'].map(source => ({
      name: source,
      origins: ['*'],
      ...(privacy && { privacy }),
      keys:
        source === 'mail' ? [] : [{ kind: 'write' as const, digest: digestOf(`wk_${name}`), last4: 'none' }],
    })),
  })),
})
const SECRET = { id: 'a', secret: 'a secret of at least 16' }
const lead = `l:${'A'.repeat(22)}`
const TARGET = 'https://www.example.com/pricing'

let edge: MemoryEdge
beforeAll(async () => {
  edge = await memoryEdge({ sources: directory, mailSecrets: [SECRET] })
})
afterAll(() => edge.close())
beforeEach(() => {
  for (const list of [edge.records, edge.optedOut, edge.loads, edge.refused]) list.length = 0
})

const json = (value: unknown) => JSON.stringify(value)
const post = (path: string, body: string) => ({ path, method: 'POST', body })
const get = (path: string) => ({ path, method: 'GET', body: undefined })
const token = (workspace: string, more: object) =>
  signToken({ workspace, lead, message: 'm', click: undefined, ...more }, mailKey(SECRET, workspace))
const SEEN = { anonymousId: 'ann', event: 'Seen' }

/** One event by each route. @param of whose policy */
const ROUTES: Record<string, (of: string) => { path: string; method: string; body: string | undefined }> = {
  track: of => post(`/v1/track?writeKey=wk_${of}`, json(SEEN)),
  batch: of => post('/v1/batch', json({ writeKey: `wk_${of}`, batch: [{ type: 'track', ...SEEN }] })),
  beacon: of => post(`/beacon/v1/batch?writeKey=wk_${of}`, json({ batch: [{ type: 'track', ...SEEN }] })),
  pixel: of => get(`/pixel/v1/track?writeKey=wk_${of}&anonymousId=ann&event=Seen`),
  jitsu: of => post(`/api/s/track?writeKey=wk_${of}`, json(SEEN)),
  'jitsu batch': of =>
    post('/api/s/s2s/batch', json({ writeKey: `wk_${of}`, batch: [{ type: 'track', ...SEEN }] })),
  snowplow: of =>
    post('/com.snowplowanalytics.snowplow/tp2', json({ data: [{ e: 'pv', duid: 'ann', aid: `wk_${of}` }] })),
  'snowplow pixel': of => get(`/i?e=pv&duid=ann&aid=wk_${of}`),
  open: of => get(`/e/o/${token(of, {})}.gif`),
  click: of => get(`/e/c/${token(of, { click: { link: 'l', target: TARGET } })}`),
}

async function send(route: string, of: string, headers: Record<string, string>) {
  const { path, ...init } = (ROUTES[route] as (of: string) => ReturnType<typeof post>)(of)
  const reply = await fetch(edge.url + path, { ...init, headers, redirect: 'manual' } as RequestInit)
  return [
    reply.status,
    reply.headers.get('location'),
    Buffer.from(await reply.arrayBuffer()).toString('latin1'),
  ]
}

describe.each(Object.keys(ROUTES))('%s: who asks not to be tracked', route => {
  test.each<[string, Record<string, string>, string, 'kept' | 'flagged' | 'dropped']>([
    ['nothing', {}, 'drop', 'kept'],
    ['Sec-GPC', { 'sec-gpc': '1' }, 'usual', 'flagged'],
    ['Sec-GPC', { 'sec-gpc': '1' }, 'ignore', 'kept'],
    ['Sec-GPC', { 'sec-gpc': '1' }, 'flag', 'flagged'],
    ['Sec-GPC', { 'sec-gpc': '1' }, 'drop', 'dropped'],
    ['DNT', { dnt: '1' }, 'usual', 'kept'],
    ['DNT', { dnt: '1' }, 'flag', 'flagged'],
    ['DNT', { dnt: '1' }, 'drop', 'dropped'],
    ['DNT', { dnt: '1' }, 'gpc', 'flagged'],
    ['both', { dnt: '1', 'sec-gpc': '1' }, 'gpc', 'dropped'],
    ['their no', { dnt: '0', 'sec-gpc': '0' }, 'drop', 'kept'],
    ['nothing in them', { dnt: '', 'sec-gpc': '' }, 'drop', 'kept'],
  ])('%s %j, by the policy “%s”: %s, and answered as ever', async (_name, headers, policy, fate) => {
    const usual = await send(route, policy, {})
    edge.records.length = 0
    edge.loads.length = 0
    expect(await send(route, policy, headers)).toEqual(usual)
    expect(edge.events().map(e => e.flags.filter(f => f !== 'bot'))).toEqual(
      fate === 'dropped' ? [] : [fate === 'flagged' ? ['opted_out'] : []],
    )
    expect(edge.optedOut).toEqual(
      fate === 'dropped' ? ['dropped 1'] : fate === 'flagged' ? ['flagged 1'] : [],
    )
    if (fate === 'dropped') expect(edge.records).toEqual([])
    const isMail = route === 'open' || route === 'click'
    expect(edge.loads).toEqual(
      isMail ? [`${route} ${fate === 'dropped' ? 'opted_out' : 'acknowledged'}`] : [],
    )
  })
})

test('of a batch that is dropped every event is counted, bad ones too, and none is in dead-letter', async () => {
  const body = json({ batch: [{ type: 'track', ...SEEN }, { type: 'track', event: 7 }, 8] })
  const reply = await fetch(`${edge.url}/v1/batch?writeKey=wk_drop`, {
    method: 'POST',
    body,
    headers: { 'sec-gpc': '1' },
  })
  expect([reply.status, await reply.json()]).toEqual([200, { success: true }])
  expect([edge.records, edge.optedOut]).toEqual([[], ['dropped 3']])
})

describe('consent', () => {
  const of = (categoryPreferences: unknown) => ({ consent: { categoryPreferences } })
  const rudder = (allowedConsentIds: unknown[], deniedConsentIds: unknown[]) => ({
    consentManagement: { provider: 'custom', resolutionStrategy: 'and', allowedConsentIds, deniedConsentIds },
  })
  test.each<[string, object | undefined, boolean, boolean]>([
    ['yes', of({ analytics: true }), true, true],
    ['no', of({ analytics: false }), false, false],
    ['yes, by another name', of({ Analytics: true }), true, false],
    ['no to something else', of({ ads: false }), true, false],
    ['nothing', undefined, true, false],
    ['null', of({ analytics: null }), true, false],
    ['what is no answer', of({ analytics: 1 }), false, false],
    ['what is no list of answers', of('all'), true, false],
    ['a name of every object', of({}), true, false],
    ['yes, as RudderStack has it', rudder(['analytics'], []), true, true],
    ['no, as RudderStack has it', rudder(['ads'], ['analytics']), false, false],
    ['both, as RudderStack has it', rudder(['analytics'], ['analytics']), false, false],
    ['only what is denied', { consentManagement: { deniedConsentIds: ['analytics'] } }, false, false],
    [
      'yes in one way and no in the other',
      { ...rudder([], ['analytics']), ...of({ analytics: true }) },
      true,
      true,
    ],
    ['no to another, beside lists', { ...rudder([], ['analytics']), ...of({ ads: true }) }, false, false],
    ['lists that are none', { consentManagement: { allowedConsentIds: 'analytics' } }, true, false],
    ['lists of odd things', rudder([7, null, '', '__proto__', { analytics: true }], [[]]), true, false],
    ['RudderStack has nothing', { consentManagement: null }, true, false],
  ])('an event that says %s: %j', async (_name, context, asked, demanded) => {
    for (const [policy, counts] of [
      ['asks', asked],
      ['demands', demanded],
      ['usual', true],
    ] as const) {
      edge.records.length = 0
      const body = json({ ...SEEN, ...(context && { context }) })
      const reply = await fetch(`${edge.url}/v1/track?writeKey=wk_${policy}`, { method: 'POST', body })
      expect(reply.status).toBe(200)
      expect([policy, edge.events().map(e => e.flags.includes('no_consent'))]).toEqual([policy, [!counts]])
    }
  })

  test('what RudderStack has in lists is in the log as they are, and as answers', async () => {
    const body = json({ ...SEEN, context: rudder(['analytics'], ['ads']) })
    await fetch(`${edge.url}/v1/track?writeKey=wk_usual`, { method: 'POST', body })
    expect(edge.events()[0]?.context).toMatchObject({
      'consentManagement.allowedConsentIds.0': 'analytics',
      'consentManagement.deniedConsentIds.0': 'ads',
      'consent.categoryPreferences.analytics': true,
      'consent.categoryPreferences.ads': false,
    })
  })

  test('what the request says for all of its events, and what a query says', async () => {
    const context = of({ analytics: false })
    const batch = [
      { type: 'track', ...SEEN },
      { type: 'track', ...SEEN, context: of({ analytics: true }) },
    ]
    await fetch(`${edge.url}/v1/batch?writeKey=wk_demands`, {
      method: 'POST',
      body: json({ context, batch }),
    })
    for (const said of ['true', 'false', ''])
      await fetch(
        `${edge.url}/pixel/v1/track?writeKey=wk_demands&anonymousId=ann&event=Seen&context.consent.categoryPreferences.analytics=${said}`,
      )
    expect(edge.events().map(e => e.flags.includes('no_consent'))).toEqual([true, false, false, true, true])
  })
})

describe('redaction', () => {
  const EVENT = {
    anonymousId: 'ann',
    event: 'Form Submitted',
    properties: { phone: 'Xyzzy-1', city: 'Bern', password: 'Xyzzy-2' },
    context: {
      device: { id: 'Xyzzy-3' },
      traits: { address: { street: 'Xyzzy-4' }, plan: 'team' },
      page: { url: 'https://www.example.com/a?token=Xyzzy-5&b=1', referrer: '/x?b=2&TOKEN=Xyzzy-6' },
    },
  }
  const everything = () =>
    edge.records.map(r => `${r.key} ${json(r.headers)} ${r.value.toString('latin1')}`).join('\n')

  test('what is denied is in no record, and the rest is', async () => {
    const reply = await fetch(`${edge.url}/v1/track?writeKey=wk_redacts`, {
      method: 'POST',
      body: json(EVENT),
    })
    expect(reply.status).toBe(200)
    expect(everything()).not.toContain('Xyzzy')
    expect(edge.events()).toMatchObject([
      {
        properties: { city: 'Bern' },
        traits: { plan: 'team' },
        page: { path: '/a', search: '?b=1', referrer: '/x?b=2' },
      },
    ])
  })

  test('nor in a dead letter, however bad the event is; the shared context neither', async () => {
    const batch = [
      { type: 'track', ...EVENT, event: 7 },
      { type: 'track', ...EVENT, timestamp: '2020-01-01' },
      { type: 'none', ...EVENT },
      'Xyzzy-7',
      ['Xyzzy-8'],
    ]
    const context = { device: { id: 'Xyzzy-9' }, app: { name: 'shop' } }
    const reply = await fetch(`${edge.url}/v1/batch?writeKey=wk_redacts`, {
      method: 'POST',
      body: json({ context, batch }),
    })
    expect([reply.status, await reply.json()]).toEqual([200, { success: true, deadLettered: 5 }])
    expect(everything()).not.toContain('Xyzzy')
    expect(
      edge.records.map(r => [r.headers?.['dlq-redacted'], r.headers?.['dlq-left-out'], r.value.length > 0]),
    ).toEqual([
      ['6', undefined, true],
      ['6', undefined, true],
      ['6', undefined, true],
      [undefined, '9', false],
      [undefined, '11', false],
    ])
    expect(edge.records[0]?.headers?.['dlq-shared']).toBe('{"context":{"device":{},"app":{"name":"shop"}}}')
  })

  test('a body that nobody can read: its length and no word of it, not even in what is wrong', async () => {
    for (const [of, length] of [
      ['redacts', '29'],
      ['usual', undefined],
    ]) {
      edge.records.length = 0
      const reply = await fetch(`${edge.url}/com.snowplowanalytics.snowplow/tp2`, {
        method: 'POST',
        body: '{"data":[{"ue_pr":Xyzzy-1}]} ',
        headers: { 'x-write-key': `wk_${of}` },
      })
      expect(reply.status).toBe(200)
      const [letter] = edge.records
      expect(letter?.headers?.['dlq-left-out']).toBe(length)
      expect(json(letter?.headers)).not.toContain('Xyzzy')
      expect(letter?.value.toString().includes('Xyzzy')).toBe(of === 'usual')
    }
  })

  test('of any source, a secret that Snowplow’s tracker has packed, in an event that nobody can read', async () => {
    const packed = (value: unknown) => Buffer.from(json(value)).toString('base64url')
    const data = [
      { e: 'ue', duid: 'ann', dtm: 'soon', ue_px: packed({ data: { password: 'Xyzzy-1' } }) },
      { e: 'pv', duid: 'ann', dtm: 'soon', cx: packed({ data: [{ data: { plan: 'team' } }] }) },
    ]
    await fetch(`${edge.url}/com.snowplowanalytics.snowplow/tp2`, {
      method: 'POST',
      body: json({ data }),
      headers: { 'x-write-key': 'wk_usual' },
    })
    expect(edge.records.map(r => r.headers?.['dlq-left-out'])).toEqual([expect.any(String), undefined])
    expect(edge.records[1]?.value.toString()).toBe(json(data[1]))
  })

  test('of a query that nobody can read: random ids take nothing from it, a packed secret in parts all', async () => {
    const send = (more: Record<string, string>) =>
      fetch(`${edge.url}/i?${new URLSearchParams({ e: 'pv', aid: 'wk_usual', dtm: 'soon', ...more })}`)
    for (let i = 0; i < 100; i++) await send({ eid: randomUUID(), duid: randomUUID() })
    expect(edge.records.map(r => r.headers?.['dlq-left-out'])).toEqual(Array(100).fill(undefined))
    edge.records.length = 0
    for (const data of [{ card: { number: 'Xyzzy-1' } }, { é: { card: { number: 'Xyzzy-2' } } }])
      await send({ duid: 'ann', ue_px: Buffer.from(json({ data })).toString('base64url') })
    expect(edge.records.map(r => r.value.length)).toEqual([0, 0])
  })

  test('who is named by nothing but a denied field is nobody', async () => {
    const settings = { redact: ['traits.email', 'properties.email'] }
    const sources = new Directory({
      workspaces: [
        {
          name: 'w',
          sources: [{ name: 's', privacy: settings, keys: [{ kind: 'write', digest: digestOf('wk') }] }],
        },
      ],
    })
    const own = await memoryEdge({ sources })
    const say = (body: object) =>
      fetch(`${own.url}/v1/identify?writeKey=wk`, { method: 'POST', body: json(body) })
    const traits = { email: 'ann@example.com', plan: 'team' }
    expect((await say({ traits })).status).toBe(400)
    expect((await say({ anonymousId: 'ann', traits })).status).toBe(200)
    expect(own.records.map(r => r.key)).toEqual(['w/v:ann'])
    expect(own.events()).toMatchObject([{ traits: { plan: 'team' } }])
    await own.close()
  })
})
