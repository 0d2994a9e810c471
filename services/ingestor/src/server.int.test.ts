import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { digestOf } from '@hotlead/sources'
import { post, SECRET, staged, WRITE } from '../test/stage.ts'

/** The HTTP edge on a real Kafka and a real registry: what it answers, and what is in the log then. */

const edge = staged()

const page = (more: object = {}) => ({ messageId: randomUUID(), anonymousId: `a-${randomUUID()}`, ...more })
const ANN = leadSubject(DEMO_SECRET, { email: 'ann@example.com' })

describe('answers', () => {
  const rows: [string, string, unknown, Record<string, string>, number, RegExp | undefined][] = [
    ['track', '/v1/track', page({ event: 'Signed Up' }), WRITE, 200, undefined],
    ['page', '/v1/page', page(), WRITE, 200, undefined],
    ['screen', '/v1/screen', page({ name: 'Home' }), WRITE, 200, undefined],
    ['identify', '/v1/identify', page({ userId: 'u1' }), WRITE, 200, undefined],
    ['group', '/v1/group', page({ groupId: 7 }), WRITE, 200, undefined],
    ['alias', '/v1/alias', { previousId: 'old', userId: 'u1' }, WRITE, 200, undefined],
    ['a batch', '/v1/batch', { batch: [page({ type: 'page' })] }, WRITE, 200, undefined],
    ['an empty batch', '/v1/batch', { batch: [] }, WRITE, 200, undefined],
    ['t', '/v1/t', page({ event: 'x' }), WRITE, 200, undefined],
    ['p', '/v1/p', page(), WRITE, 200, undefined],
    ['s', '/v1/s', page(), WRITE, 200, undefined],
    ['i', '/v1/i', page(), WRITE, 200, undefined],
    ['g', '/v1/g', page({ groupId: 'g' }), WRITE, 200, undefined],
    ['a', '/v1/a', { previousId: 'old', userId: 'u1' }, WRITE, 200, undefined],
    ['b', '/v1/b', { batch: [] }, WRITE, 200, undefined],
    ['m is ignored', '/v1/m', '{"series":[]}', {}, 200, undefined],
    ['key in X-Write-Key', '/v1/page', page(), { 'x-write-key': 'wk_demo' }, 200, undefined],
    ['key in the body', '/v1/page', page({ writeKey: 'wk_demo' }), {}, 200, undefined],
    ['key in the query', '/v1/page?writeKey=wk_demo', page(), {}, 200, undefined],
    ['text/plain', '/v1/page', page(), { ...WRITE, 'content-type': 'text/plain' }, 200, undefined],
    [
      'gzip',
      '/v1/page',
      gzipSync(JSON.stringify(page())),
      { ...WRITE, 'content-encoding': 'gzip' },
      200,
      undefined,
    ],
    ['gzip unannounced', '/v1/page', gzipSync(JSON.stringify(page())), WRITE, 200, undefined],
    [
      'a secret key in the query',
      '/v1/page?writeKey=sk_demo',
      page(),
      {},
      401,
      /logs .* keep URLs: send it in a header/,
    ],
    ['a secret key in the body', '/v1/page', page({ writeKey: 'sk_demo' }), {}, 200, undefined],
    ['no key', '/v1/page', page(), {}, 401, /a write key is missing/],
    ['a wrong key', '/v1/page', page(), { 'x-write-key': 'nope' }, 401, /no source has this key/],
    ['not JSON', '/v1/page', '{"a":', WRITE, 400, /body: must be JSON/],
    ['no body', '/v1/page', '', WRITE, 400, /body: must be JSON/],
    ['not an object', '/v1/page', '[1]', WRITE, 400, /body: must be an object, is a list/],
    [
      'batch is no list',
      '/v1/batch',
      { batch: 'x' },
      WRITE,
      400,
      /batch: must be a list of events, is text of 1/,
    ],
    [
      'no event name',
      '/v1/track',
      page(),
      WRITE,
      400,
      /^event: must be text of 1 to 1024 characters, is missing$/,
    ],
    ['no group', '/v1/group', page(), WRITE, 400, /^groupId: must be text .*, is missing$/],
    [
      'a bad time',
      '/v1/page',
      page({ timestamp: 'soon' }),
      WRITE,
      400,
      /^timestamp: must be .*, is text of 4 char/,
    ],
    ['nobody', '/v1/page', {}, WRITE, 400, /^anonymousId, userId: one must name somebody/],
    [
      'placeholders',
      '/v1/page',
      { anonymousId: 'null', userId: 'Guest' },
      WRITE,
      400,
      /one must name somebody/,
    ],
    ['not gzip', '/v1/page', '{}', { ...WRITE, 'content-encoding': 'gzip' }, 400, /body: is not gzip/],
    [
      'brotli',
      '/v1/page',
      '{}',
      { ...WRITE, 'content-encoding': 'br' },
      400,
      /content-encoding: must be gzip/,
    ],
    ['over 32 KB', '/v1/page', page({ a: 'x'.repeat(32_768) }), WRITE, 400, /at most 32768 bytes/],
    [
      'batch over 500 KB',
      '/v1/batch',
      { batch: [], a: 'x'.repeat(512_000) },
      WRITE,
      400,
      /at most 512000 bytes/,
    ],
    [
      'too many events in a batch',
      '/v1/batch',
      { batch: Array.from({ length: 5_001 }, () => 0) },
      WRITE,
      400,
      /^batch: must be a list of at most 5000 events, has 5001$/,
    ],
    ['a bomb', '/v1/batch', gzipSync(Buffer.alloc(5e7)), WRITE, 400, /inflates to more than 512000 bytes/],
  ]
  test.each(rows)('%s', async (_name, path, body, headers, status, problem) => {
    const answer = await post(edge.url + path, body, headers)
    expect({ status: answer.status, problems: answer.json.problems }).toEqual({
      status,
      problems: problem ? [expect.stringMatching(problem)] : undefined,
    })
    expect(answer.json.success).toBe(status === 200)
  })

  test('every problem of an event at once, by its path', async () => {
    const { status, json } = await post(`${edge.url}/v1/track`, {
      event: 7,
      anonymousId: [],
      context: 3,
      traits: null,
    })
    expect(status).toBe(400)
    expect(json.problems?.map(p => p.split(':')[0]).sort()).toEqual(['anonymousId', 'context', 'event'])
  })

  test('no content type at all', async () => {
    const { status } = await post(`${edge.url}/v1/page`, new TextEncoder().encode(JSON.stringify(page())))
    expect(status).toBe(200)
  })

  test('413 only at the socket limit', async () => {
    const response = await fetch(`${edge.url}/v1/batch`, {
      method: 'POST',
      headers: WRITE,
      body: 'x'.repeat(1_100_000),
    })
    expect(response.status).toBe(413)
  })

  test('health, metrics and the tracker', async () => {
    expect(await (await fetch(`${edge.url}/livez`)).text()).toBe('ok\n')
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(200)
    await post(`${edge.url}/v1/page`, page())
    const metrics = await (await fetch(`${edge.url}/metrics`)).text()
    expect(metrics).toMatch(/hotlead_ingest_events_accepted_total\{format="page",service="ingestor"\} \d+/)
    expect(metrics).not.toMatch(/wk_demo|sk_demo/)
    const script = await fetch(`${edge.url}/tracker.js`)
    expect(script.headers.get('content-type')).toMatch('text/javascript')
    expect(gzipSync(await script.text()).length).toBeLessThan(3_072)
  })
})

describe('CORS', () => {
  const cors = (h: Headers) => [h.get('access-control-allow-origin'), h.get('vary')]

  test('a browser key is for its origins, a secret key for no browser', async () => {
    const from = (origin: string, key: object) => post(`${edge.url}/v1/page`, page(), { ...key, origin })
    const own = await from('http://127.0.0.1:5173', WRITE)
    expect([own.status, ...cors(own.headers)]).toEqual([200, 'http://127.0.0.1:5173', 'Origin'])
    expect(own.headers.get('access-control-expose-headers')).toBe('retry-after')
    const other = await from('https://evil.example', WRITE)
    expect([other.status, other.json.error, ...cors(other.headers)]).toEqual([401, 'origin', null, 'Origin'])
    const secret = await from('http://127.0.0.1:5173', SECRET)
    expect([secret.status, secret.json.error]).toEqual([401, 'origin'])
    expect(secret.json.problems).toEqual([expect.stringMatching(/this is a secret key/)])
  })

  test('an origin of one source is none of another: the page is not even shown the answer', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'hotlead-')), 'sources.json')
    const source = (name: string) => ({
      name,
      keys: [{ kind: 'write', digest: digestOf(`wk_${name}_0123456789`) }],
      origins: [`https://${name}.example`],
    })
    writeFileSync(
      path,
      JSON.stringify({ workspaces: [{ name: 'w', sources: [source('one'), source('two')] }] }),
    )
    const two = await edge.stage.start({ HOTLEAD_SOURCES: path })
    const from = (origin: string) =>
      post(`${two.url}/v1/page`, page(), { 'x-write-key': 'wk_one_0123456789', origin })
    const own = await from('https://one.example')
    expect([own.status, ...cors(own.headers)]).toEqual([200, 'https://one.example', 'Origin'])
    const other = await from('https://two.example')
    expect([other.status, ...cors(other.headers)]).toEqual([401, null, 'Origin'])
  })
})

describe('what is written', () => {
  test('an event under its visitor, flattened, with its page and all times', async () => {
    const id = randomUUID()
    const sentAt = Date.now() - 7_200_000
    await post(
      `${edge.url}/v1/page`,
      {
        messageId: id,
        anonymousId: 'vis 1/2',
        name: 'Pricing',
        timestamp: new Date(sentAt - 60_000).toISOString(),
        sentAt: new Date(sentAt).toISOString(),
        properties: { url: 'https://www.example.com/pricing?plan=pro', cart: { items: [{ sku: 1 }] } },
        context: {
          page: { referrer: 'https://x.io/', title: 'Pricing' },
          campaign: { source: 'mail' },
          ip: '1.2.3.4',
        },
      },
      { ...WRITE, 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
    )
    const [found] = await edge.stage.events(id)
    expect(found?.key).toBe('demo/v:vis 1/2')
    const event = found?.activity.event
    // Two hours slow, and one minute before it was sent.
    expect((event?.receivedAt ?? 0) - (event?.at ?? 0)).toBeLessThan(65_000)
    expect(event).toMatchObject({
      type: 'page',
      name: 'Pricing',
      timestamp: sentAt - 60_000,
      sentAt,
      page: {
        host: 'www.example.com',
        path: '/pricing',
        search: '?plan=pro',
        referrer: 'https://x.io/',
        title: 'Pricing',
      },
      properties: { 'cart.items.0.sku': 1 },
      context: { 'campaign.source': 'mail' },
      ip: '127.0.0.0',
      flags: ['bot'],
      source: 'demo',
    })
  })

  test('a form with an address: the link under the visitor, the event under the lead; the link once', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const form = (messageId: string) => ({
      messageId,
      anonymousId: 'ann-laptop',
      event: 'Form Submitted',
      properties: { email: ' Ann@Example.com ' },
    })
    await post(`${edge.url}/v1/track`, form(first))
    await post(`${edge.url}/v1/track`, form(second))
    const events = await edge.stage.events(first, second)
    expect(events.map(e => e.key)).toEqual([`demo/${ANN}`, `demo/${ANN}`])
    expect(events[0]?.activity.event?.traits).toEqual({ email: 'ann@example.com' })
    const links = (await edge.stage.activity()).filter(r => r.key === 'demo/v:ann-laptop')
    expect(links.map(l => l.activity.link?.lead)).toEqual([ANN])
  })

  test.each([
    ['context.traits', '/v1/track', { event: 'x', context: { traits: { email: 'ann@example.com' } } }],
    ['identify', '/v1/identify', { traits: { email: 'ann@example.com' } }],
    ['a user id that is an address', '/v1/page', { userId: 'ann@example.com' }],
  ])('the address from %s', async (_name, path, body) => {
    const id = randomUUID()
    await post(edge.url + path, { messageId: id, ...body })
    const [found] = await edge.stage.events(id)
    expect(found?.key).toBe(`demo/${ANN}`)
    expect(found?.activity.event?.traits.email).toBe('ann@example.com')
  })

  test('the address among the traits of a group is the company’s, and names nobody', async () => {
    const id = randomUUID()
    const group = {
      messageId: id,
      anonymousId: 'g-1',
      groupId: 'acme',
      traits: { email: 'info@acme.example' },
    }
    await post(`${edge.url}/v1/group`, group)
    const [found] = await edge.stage.events(id)
    expect(found?.key).toBe('demo/v:g-1')
    expect(found?.activity.event?.traits).toEqual({
      'company.id': 'acme',
      'company.email': 'info@acme.example',
    })
  })

  test('one bad event in a batch: a dead letter of its very bytes, 200 for the rest', async () => {
    const good = [randomUUID(), randomUUID()]
    const bad = `{ "type":"track", "event" : 7,"anonymousId":"bad-1",  "n":1.0 }`
    const body = `{"batch":[{"type":"page","anonymousId":"b","messageId":"${good[0]}"}, ${bad} ,{"type":"page","anonymousId":"b","messageId":"${good[1]}"}]}`
    const answer = await post(`${edge.url}/v1/batch`, body)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ success: true, deadLettered: 1 })
    expect(await edge.stage.events(...good)).toHaveLength(2)
    const letter = (await edge.stage.records('dead-letter')).find(r => r.key === 'demo/v:bad-1')
    expect(letter?.value?.toString()).toBe(bad)
    const headers = Object.fromEntries(Object.entries(letter?.headers ?? {}).map(([k, v]) => [k, String(v)]))
    expect(headers).toMatchObject({
      'dlq-reason': 'invalid',
      'dlq-step': 'ingestor.validate',
      'dlq-detail': 'batch[1].event: must be text of 1 to 1024 characters, is a number',
    })
    expect(Date.parse(headers['dlq-timestamp'] as string)).toBeGreaterThan(Date.now() - 60_000)
  })

  test('an event too large for one, in a batch that is not: a dead letter', async () => {
    const id = randomUUID()
    const big = { type: 'page', anonymousId: 'big-1', properties: { a: 'x'.repeat(40_000) } }
    expect(
      (await post(`${edge.url}/v1/batch`, { batch: [big, page({ type: 'page', messageId: id })] })).status,
    ).toBe(200)
    expect(await edge.stage.events(id)).toHaveLength(1)
    const letter = (await edge.stage.records('dead-letter')).find(r => r.key === 'demo/v:big-1')
    expect(String(letter?.headers?.['dlq-reason'])).toBe('too_large')
  })

  test('history needs a secret key', async () => {
    const [open, secret] = [randomUUID(), randomUUID()]
    const old = (messageId: string) => ({
      messageId,
      anonymousId: `h-${messageId}`,
      timestamp: '2020-01-01T00:00:00Z',
    })
    expect((await post(`${edge.url}/v1/page`, old(open))).status).toBe(200)
    expect(
      (await post(`${edge.url}/v1/page`, { ...old(secret), context: { ip: '203.0.113.9' } }, SECRET)).status,
    ).toBe(200)
    const found = await edge.stage.events(open, secret)
    expect(found.map(f => [f.activity.event?.id, f.activity.event?.at, f.activity.event?.ip])).toEqual([
      [secret, Date.UTC(2020, 0, 1), '203.0.113.0'],
    ])
    expect((await edge.stage.records('dead-letter')).map(r => r.key)).toContain(`demo/v:h-${open}`)
  })

  test.each<[string, Record<string, string>, object, string[]]>([
    ['a crawler', { ...WRITE, 'user-agent': 'Googlebot/2.1' }, {}, ['bot']],
    ['a browser', { ...WRITE, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }, {}, []],
    ['an HTTP library speaks for a visitor', { ...WRITE, 'user-agent': 'curl/8.0' }, {}, []],
    ['so does a secret key', { ...SECRET, 'user-agent': 'Googlebot/2.1' }, {}, []],
    ['whose visitor is a crawler', SECRET, { userAgent: 'Googlebot/2.1' }, ['bot']],
  ])('bots are kept and flagged: %s', async (_name, headers, context, flags) => {
    const id = randomUUID()
    expect((await post(`${edge.url}/v1/page`, page({ messageId: id, context }), headers)).status).toBe(200)
    expect((await edge.stage.events(id)).map(r => r.activity.event?.flags)).toEqual([flags])
  })

  test('the order of a batch is the order in the log', async () => {
    const ids = Array.from({ length: 300 }, () => randomUUID())
    const batch = ids.map(messageId => ({ type: 'page', anonymousId: 'ordered', messageId }))
    await post(`${edge.url}/v1/batch`, { batch })
    const log = (await edge.stage.activity()).filter(r => r.key === 'demo/v:ordered')
    expect(log.map(r => r.activity.event?.id)).toEqual(ids)
  })

  test('a follow-up, by address and by subject, with the secret key only', async () => {
    const body = { id: 'f1', channel: 'phone', result: 'continue', who: 'sam', note: 'call again' }
    const answer = await post(`${edge.url}/v1/leads/ann@example.com/follow-ups`, body, SECRET)
    expect([answer.status, answer.json]).toEqual([200, { success: true, id: 'f1', subject: ANN }])
    expect((await post(`${edge.url}/v1/leads/${ANN}/follow-ups`, { ...body, id: 'f2' }, SECRET)).status).toBe(
      200,
    )
    const written = (await edge.stage.activity()).filter(r => r.activity.kind === 'followUp')
    expect(written.map(r => [r.key, r.activity.followUp?.id, r.activity.followUp?.result])).toEqual([
      [`demo/${ANN}`, 'f1', 'continue'],
      [`demo/${ANN}`, 'f2', 'continue'],
    ])
    const longest = `${'a'.repeat(242)}@example.com`
    expect(
      (await post(`${edge.url}/v1/leads/${encodeURIComponent(longest)}/follow-ups`, body, SECRET)).status,
    ).toBe(200)
    expect((await post(`${edge.url}/v1/leads/${ANN}/follow-ups`, body, WRITE)).status).toBe(401)
    expect((await post(`${edge.url}/v1/leads/somebody/follow-ups`, body, SECRET)).status).toBe(400)
    const wrong = await post(`${edge.url}/v1/leads/${ANN}/follow-ups`, { channel: 'fax', at: -1e300 }, SECRET)
    expect(wrong.json.problems).toEqual([
      'at: must be an ISO 8601 time or ms since 1970, is a number',
      'channel: must be one of mail, phone, visit, meeting, is text of 3 characters',
      'result: must be one of continue, opportunity, archive, is missing',
    ])
  })
})

describe('outcomes', () => {
  test('what became of a lead, with the secret key only: in the log under the lead’s key', async () => {
    const body = { lead: 'ann@example.com', outcome: 'won', id: 'o1', at: '2026-01-05T12:00:00Z', value: 990 }
    const answer = await post(`${edge.url}/v1/outcomes`, body, SECRET)
    expect([answer.status, answer.json]).toEqual([200, { success: true, id: 'o1', subject: ANN }])
    expect((await post(`${edge.url}/v1/outcomes`, { lead: 'v:told', outcome: 'lost' }, SECRET)).status).toBe(
      200,
    )
    const written = (await edge.stage.activity()).filter(r => r.activity.kind === 'outcome')
    expect(written.map(r => [r.key, r.activity.outcome])).toEqual([
      [`demo/${ANN}`, { id: 'o1', at: Date.UTC(2026, 0, 5, 12), outcome: 'won', value: 990, note: '' }],
      ['demo/v:told', expect.objectContaining({ outcome: 'lost', value: null })],
    ])
  })

  test('what is wrong is named, and nothing is written', async () => {
    const before = (await edge.stage.activity()).length
    const write = await post(`${edge.url}/v1/outcomes`, { lead: ANN, outcome: 'won' }, WRITE)
    expect(write.json).toMatchObject({
      error: 'unauthorized',
      problems: ['outcomes need a secret key: a write key only writes events'],
    })
    const wrong = await post(
      `${edge.url}/v1/outcomes`,
      { lead: 'somebody', outcome: 'sold', at: 'soon', value: '990', note: 7 },
      SECRET,
    )
    expect([wrong.status, wrong.json.problems]).toEqual([
      400,
      [
        'at: must be an ISO 8601 time or ms since 1970, is text of 4 characters',
        'lead: must be an e-mail address, l:… or v:…, is text of 8 characters',
        'outcome: must be one of opportunity, won, lost, archive, is text of 4 characters',
        'value: must be a number, is text of 3 characters',
        'note: must be text of at most 4000 characters, is a number',
      ],
    ])
    expect(
      (await post(`${edge.url}/v1/outcomes`, { lead: 'v:null', outcome: 'won' }, SECRET)).json.problems,
    ).toEqual(['lead: must be an e-mail address, l:… or v:…, is text of 6 characters'])
    expect((await edge.stage.activity()).length).toBe(before)
  })
})
