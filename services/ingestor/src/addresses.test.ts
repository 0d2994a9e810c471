import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mailKey, SES, type Source, signToken, truncateAddress } from '@hotlead/beacon'
import { Directory, digestOf } from '@hotlead/sources'
import { type MemoryEdge, memoryEdge } from '../test/memoryEdge.ts'
import { MicroBatches } from './microBatches.ts'
import { SpoolingSink } from './spoolingSink.ts'

/**
 * No address of a person is written in full: in no record of any topic, in no file of the spool, in no line of the log, by
 * whatever route it comes, wherever in an event it stands, and whether or not the event can be taken.
 */
const [V4, V6] = ['203.0.113.77', '2001:db8:85a3:8d3:1319:8a2e:370:7348']
/** As they may be written, and by what a whole one is known again: with its colons, since random ids have four digits as well. */
const ADDRESSES: Record<string, { address: string; whole: RegExp; kept: string }> = {
  IPv4: { address: V4, whole: /113\.77/, kept: '203.0.113.0' },
  IPv6: { address: V6, whole: /8d3:1319|1319:8a2e|::8a2e/i, kept: '2001:db8:85a3::' },
  'IPv6 in capitals': {
    address: V6.toUpperCase(),
    whole: /8d3:1319|1319:8a2e|::8a2e/i,
    kept: '2001:db8:85a3::',
  },
  'IPv6 cut short': { address: '2001:db8:85a3::8a2e', whole: /::8a2e/i, kept: '2001:db8:85a3::' },
  'IPv4-mapped': { address: `::ffff:${V4}`, whole: /113\.77/, kept: '203.0.113.0' },
  'IPv4-mapped, written out': { address: `0:0:0:0:0:ffff:${V4}`, whole: /113\.77/, kept: '::' },
}

const sendgridKeys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const SIGNING_KEY = 'mailgun-0123456789abcdef'
const LOGIN = 'postmark:a long enough password'
const SECRET = { id: 'a', secret: 'a secret of at least 16' }
const key = (kind: 'write' | 'secret', text: string) => ({ kind, digest: digestOf(text) })
const sources = new Directory({
  workspaces: [
    {
      name: 'demo',
      sources: [
        { name: 'site', origins: ['*'], keys: [key('write', 'wk'), key('secret', 'sk')] },
        {
          name: 'news',
          webhooks: {
            sendgrid: {
              publicKey: sendgridKeys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
            },
            mailgun: { signingKey: SIGNING_KEY },
            postmark: { login: LOGIN },
          },
        },
      ],
    },
  ],
})
const mail = (click: { link: string; target: string } | undefined) =>
  signToken({ workspace: 'demo', lead: `l:${'A'.repeat(22)}`, message: 'm', click }, mailKey(SECRET, 'demo'))

const json = (value: unknown) => JSON.stringify(value)
/** What a provider tells, each of its addresses this one; and the same without whom it is about. */
function told(provider: string, address: string): unknown[] {
  const text = readFileSync(new URL(`../../../testdata/webhooks/${provider}.json`, import.meta.url), 'utf8')
  const all = Object.values(
    JSON.parse(text.replaceAll(V4, address)) as Record<string, Record<string, unknown>>,
  )
  return [
    ...all,
    ...all.map(event => ({ ...event, email: 7, recipient: 7, Recipient: 7, id: undefined, mail: 7 })),
  ]
}

interface Sent {
  path: string
  body?: string
  headers?: Record<string, string>
}
/** An address wherever an event may have one. */
const event = (address: string, more: object = {}) => ({
  anonymousId: 'ann',
  event: 'Seen',
  properties: { client: address, form: { from: [address] } },
  traits: { lastSeenFrom: address },
  context: { ip: address, traits: { from: address }, device: { address } },
  request_ip: address,
  ...more,
})
const packed = (value: unknown) => Buffer.from(json(value)).toString('base64url')
const iglu = (name: string, data: unknown) => ({ schema: `iglu:com.acme/${name}/jsonschema/1-0-0`, data })

/** Every route that takes events, with good ones and bad ones. */
function everything(address: string): Sent[] {
  const escaped = encodeURIComponent(address)
  const bad = [
    event(address, { event: 7 }),
    event(address, { timestamp: '2020-01-01T00:00:00Z' }),
    event(address, { anonymousId: null }),
    event(address, { context: [address] }),
    [address],
    address,
  ]
  const batch = json({
    context: { ip: address, device: { address } },
    batch: ['track', 'page', 'screen', 'identify', 'group', 'alias'].flatMap(type =>
      [event(address, { groupId: 'g', previousId: 'p', userId: 'u' }), ...bad].map(e =>
        Array.isArray(e) || typeof e === 'string' ? e : { type, ...e },
      ),
    ),
  })
  const snowplow = [
    { e: 'pv', duid: 'ann', ip: address, url: 'https://a.example/' },
    { e: 'pv', duid: 'ann', ip: address, dtm: 'soon' },
    { e: 'ue', duid: 'ann', ue_px: packed(iglu('u', iglu('seen', { from: address }))) },
    { e: 'ue', duid: 'ann', dtm: 'soon', ue_px: packed(iglu('u', iglu('seen', { from: address }))) },
    { e: 'pv', duid: 'ann', dtm: 'soon', co: json(iglu('contexts', [iglu('net', { from: address })])) },
    address,
  ]
  const post = (path: string, body: string, headers: Record<string, string>) => ({ path, body, headers })
  const keyed = ['wk', 'sk'].map(k => ({ 'x-write-key': k }))
  const stamp = String(Math.floor(Date.now() / 1_000))
  return [
    ...keyed.flatMap(headers => [
      ...['track', 'page', 'screen', 'identify', 'group', 'alias'].map(type =>
        post(`/v1/${type}`, json(event(address, { groupId: 'g', previousId: 'p', userId: 'u' })), headers),
      ),
      post('/v1/track', json(bad[1]), headers),
      post('/v1/batch', batch, headers),
      post('/beacon/v1/batch', batch, headers),
      post('/api/s/track', json(event(address)), headers),
      post('/api/s/s2s/event', json({ type: 'page', ...event(address) }), headers),
      post('/api/s/s2s/batch', batch, headers),
      post('/com.snowplowanalytics.snowplow/tp2', json({ data: snowplow }), headers),
      post('/com.snowplowanalytics.snowplow/tp2', `{"data":[{"ip":"${address}",`, headers),
    ]),
    ...[
      `event=Seen&context.ip=${escaped}&properties.client=${escaped}`,
      `event=&context.ip=${escaped}`,
      'event=Seen',
    ].map(query => ({ path: `/pixel/v1/track?writeKey=wk&anonymousId=ann&${query}` })),
    ...[`ip=${escaped}`, `ip=${escaped}&dtm=soon`, `e=?&ip=${escaped}`].map(query => ({
      path: `/i?e=pv&duid=ann&aid=wk&${query}`,
    })),
    { path: `/i?e=pv&duid=ann&ip=${escaped}&dtm=soon`, headers: { 'x-write-key': 'wk' } },
    { path: `/e/o/${mail(undefined)}.gif` },
    { path: `/e/c/${mail({ link: 'l', target: 'https://www.example.com/' })}` },
    ...[json(told('sendgrid', address)), `[{"ip":"${address}"`].map(body =>
      post('/webhooks/sendgrid/news', body, {
        'x-twilio-email-event-webhook-signature': sign(
          'sha256',
          Buffer.from(stamp + body),
          sendgridKeys.privateKey,
        ).toString('base64'),
        'x-twilio-email-event-webhook-timestamp': stamp,
      }),
    ),
    ...told('mailgun', address).map((data, i) => {
      const token = `${i}`.padStart(50, 'a')
      const signature = createHmac('sha256', SIGNING_KEY)
        .update(stamp + token)
        .digest('hex')
      return post(
        '/webhooks/mailgun/news',
        json({ signature: { timestamp: stamp, token, signature }, 'event-data': data }),
        {},
      )
    }),
    ...[...told('postmark', address).map(json), `{"RecordType":"Open","Geo":{"IP":"${address}"`].map(body =>
      post('/webhooks/postmark/news', body, {
        authorization: `Basic ${Buffer.from(LOGIN).toString('base64')}`,
      }),
    ),
  ]
}

/** All that a text may stand for, unpacked: what is behind base64 and behind percent signs too. */
function unpacked(text: string): string {
  const runs = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}/g)].map(([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  )
  return [
    text,
    text.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    ...runs,
  ].join('\n')
}

async function sendAll(edge: MemoryEdge, address: string): Promise<string> {
  let answers = ''
  for (const { path, body, headers } of everything(address)) {
    const reply = await fetch(edge.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { body }),
      headers: { 'x-forwarded-for': address, ...headers },
      redirect: 'manual',
    })
    expect([path, reply.status < 500]).toEqual([path, true])
    answers += await reply.text()
  }
  const source = sources.sender('news')?.source as Source
  for (const message of told('ses', address))
    await edge.ingest({
      format: SES,
      key: undefined,
      source,
      origin: undefined,
      userAgent: undefined,
      address,
      encoding: undefined,
      body: Buffer.from(json({ Type: 'Notification', Message: json(message) })),
      receivedAt: Date.now(),
    })
  return answers
}

describe.each(Object.entries(ADDRESSES))('%s', (_name, { address, whole, kept }) => {
  test('is cut so', () => expect(truncateAddress(address)).toBe(kept))

  test('in no record, no line and no answer', async () => {
    const lines: string[] = []
    const edge = await memoryEdge({ sources, mailSecrets: [SECRET], trustProxy: 1, lines })
    const answers = await sendAll(edge, address)
    const letters = edge.records.filter(r => r.topic === 'dead-letter')
    const formats = new Set(letters.map(r => r.headers?.['dlq-format']))
    // Else nothing was proved: many were taken and many were not, and what may be kept of an address is there.
    expect([edge.events().length > 80, letters.length > 100]).toEqual([true, true])
    expect([...formats].sort()).toEqual([
      'batch',
      'mailgun',
      'own',
      'postmark',
      'sendgrid',
      'ses',
      'snowplow',
      'snowplow_pixel',
    ])
    expect(edge.events().map(e => e.ip)).toContain(kept)
    expect(letters.map(r => r.headers?.['dlq-address'])).toContain(kept)
    for (const { topic, key, headers, value } of edge.records) {
      const all = [key, json(headers), value.toString('latin1')].join('\n')
      if (whole.test(unpacked(all))) throw new Error(`${topic}: ${all}`)
    }
    for (const text of [...lines, answers, ...edge.faults.map(String), ...edge.refused])
      expect(text).not.toMatch(whole)
    await edge.close()
  })
})

test('in no file of the spool', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hotlead-addresses-'))
  const away = {
    send: async () => {
      throw new Error('away')
    },
    renew: async () => {},
  }
  const noted: string[] = []
  const inner = new MicroBatches({ transport: away, maxBytes: 1e7, linger: 0, ackTimeout: 1_000 })
  const sink = await SpoolingSink.open({
    inner,
    root,
    maxBytes: 1e8,
    maxWaiting: 1e8,
    unforgotten: { send: records => inner.submit(records), close() {} },
    observe: {
      spooled() {},
      turned() {},
      taken() {},
      stalled() {},
      failed: error => noted.push(error.message),
      unreadable: what => noted.push(json(what)),
    },
  })
  const edge = await memoryEdge({
    sources,
    mailSecrets: [SECRET],
    trustProxy: 1,
    submit: r => sink.submit(r),
  })
  for (const address of [V4, V6, `::ffff:${V4}`]) await sendAll(edge, address)
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(f => f.isFile())
  const bytes = files.map(f => readFileSync(join(f.parentPath, f.name), 'latin1')).join('\n')
  expect(edge.records.length).toBeGreaterThan(500)
  // Every record is there, in the order in which it came.
  expect(bytes).toContain(edge.records.at(-1)?.value.toString('latin1'))
  expect(bytes).toContain('203.0.113.0')
  expect(unpacked(bytes)).not.toMatch(/113\.77|8d3:1319|1319:8a2e|::8a2e/i)
  expect(noted).toEqual([])
  await edge.close()
  await sink.close()
  rmSync(root, { recursive: true, force: true })
})
