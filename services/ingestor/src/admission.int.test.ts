import { randomUUID } from 'node:crypto'
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mailKey, signToken } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'
import { openRedis } from '@hotlead/redis'
import { DEMO_SECRET } from '@hotlead/service'
import { change, digestOf, lastUse, redisStore, type Settings, withKey, withoutKey } from '@hotlead/sources'
import { until } from '@hotlead/testkit'
import { post, Stage } from '../test/stage.ts'

/** Who may send, and how much: at the running edge, with its real Redis. */
let stage: Stage
const redis = openRedis(process.env.HOTLEAD_TEST_REDIS as string)
beforeAll(async () => {
  stage = await Stage.open()
}, 240_000)
afterAll(async () => {
  redis.disconnect()
  await stage.close()
})

const key = (text: string, more: object = {}) => ({
  kind: text.startsWith('sk_') ? ('secret' as const) : ('write' as const),
  digest: digestOf(text),
  ...more,
})
const acme = (...sources: Settings['workspaces'][number]['sources']): Settings => ({
  workspaces: [{ name: 'acme', sources }],
})

function fileOf(settings: Settings): { path: string; write(next: Settings): void } {
  const path = join(mkdtempSync(join(tmpdir(), 'hotlead-')), 'sources.json')
  const write = (next: Settings) => {
    writeFileSync(`${path}.new`, JSON.stringify(next))
    renameSync(`${path}.new`, path)
  }
  write(settings)
  return { path, write }
}

const page = (anonymousId: string = randomUUID()) => ({ type: 'page', anonymousId, messageId: randomUUID() })
const batch = (size: number) => ({ batch: Array.from({ length: size }, () => page()) })
const by = (writeKey: string) => ({ 'x-write-key': writeKey })
const status = async (url: string, writeKey: string) =>
  (await post(`${url}/v1/page`, page(), by(writeKey))).status

test('names are mapped by the source that sends them', async () => {
  const { path } = fileOf(
    acme(
      { name: 'forms', names: { hs_form_submit: 'Form Submitted' }, keys: [key('wk_forms')] },
      { name: 'other', keys: [key('wk_other')] },
    ),
  )
  const { url } = await stage.start({ HOTLEAD_SOURCES: path })
  const [own, others] = [randomUUID(), randomUUID()]
  const form = (messageId: string) => ({ messageId, anonymousId: 'a', event: 'hs_form_submit' })
  await post(`${url}/v1/track`, form(own), by('wk_forms'))
  await post(`${url}/v1/track`, form(others), by('wk_other'))
  const events = await stage.events(own, others)
  expect(events.map(r => [r.key, r.activity.event?.source, r.activity.event?.name])).toEqual([
    ['acme/v:a', 'forms', 'Form Submitted'],
    ['acme/v:a', 'other', 'hs_form_submit'],
  ])
})

test.each(['file', 'redis'])(
  'keys in %s: created and revoked at a running edge, their use noted',
  async kind => {
    const before = acme({ name: 'site', keys: [key('wk_old')] })
    const prefix = `t${randomUUID().slice(0, 8)}:`
    const file = fileOf(before)
    const store = redisStore(redis, prefix, 'Redis')
    await store.write(before, undefined)
    const edit = (next: (s: Settings) => Settings) =>
      kind === 'redis'
        ? change(store, s => ({ settings: next(s), result: undefined }))
        : file.write(next(JSON.parse(JSON.stringify(before))))
    const { url } = await stage.start({
      HOTLEAD_SOURCES: kind === 'redis' ? 'redis' : file.path,
      HOTLEAD_REDIS_PREFIX: prefix,
    })
    expect([await status(url, 'wk_old'), await status(url, 'wk_new')]).toEqual([200, 401])
    const withNew = (s: Settings) => withKey(s, { workspace: 'acme', source: 'site', key: key('wk_new') })
    await edit(withNew)
    await until(
      () => status(url, 'wk_new'),
      s => s === 200,
    )
    expect(await status(url, 'wk_old')).toBe(200)
    await edit(s => withoutKey(kind === 'redis' ? s : withNew(s), digestOf('wk_old')))
    await until(
      () => status(url, 'wk_old'),
      s => s === 401,
    )
    expect(await status(url, 'wk_new')).toBe(200)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toMatch(/^hotlead_ingest_keys\{service="ingestor"\} 1$/m)
    const id = digestOf('wk_new').slice(7, 19)
    const used = await until(
      () => lastUse(redis, prefix),
      all => all.has(id),
    )
    expect(Math.abs((used.get(id) ?? 0) - Date.now())).toBeLessThan(120_000)
  },
)

test('a file that becomes nonsense: its keys go on, and the metrics show it', async () => {
  const { path } = fileOf(acme({ name: 'site', keys: [key('wk_1')] }))
  const { url } = await stage.start({ HOTLEAD_SOURCES: path })
  writeFileSync(path, '{"workspaces": [{"name": "acme", "sources": [{"name": "site", "keys": [')
  const behind = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^hotlead_ingest_sources_behind_seconds\{.*\} (.*)$/m.exec(text)?.[1])
  }
  await until(behind, seconds => seconds > 2)
  expect(await status(url, 'wk_1')).toBe(200)
})

describe('quotas', () => {
  // So slow that no time of a test gives an event back.
  const still = { eventsPerSecond: 0.001 }

  test('a write key over its rate: 429 with whole seconds to wait; its secret key is not held back', async () => {
    const { path } = fileOf(
      acme({ name: 'slow', ...still, burst: 10, keys: [key('wk_slow'), key('wk_slow_too'), key('sk_slow')] }),
    )
    const { url } = await stage.start({ HOTLEAD_SOURCES: path })
    expect((await post(`${url}/v1/batch`, batch(15), by('wk_slow'))).status).toBe(200)
    const over = await post(`${url}/v1/batch`, batch(1), by('wk_slow'))
    expect([over.status, over.json.error]).toEqual([429, 'rate_limited'])
    // Five in debt, and one more to take, at one in 1,000 s.
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(5_000)
    expect(over.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await post(`${url}/v1/batch`, batch(1), by('wk_slow_too'))).status).toBe(200)
    expect((await post(`${url}/v1/batch`, batch(50), by('sk_slow'))).status).toBe(200)
  })

  test('two edges share a key’s and a workspace’s quota', async () => {
    const settings: Settings = {
      workspaces: [
        {
          name: 'w1',
          ...still,
          burst: 100,
          sources: [{ name: 's', keys: [key('sk_a'), key('sk_b'), key('wk_c', { ...still, burst: 10 })] }],
        },
        { name: 'w2', sources: [{ name: 's', keys: [key('sk_other')] }] },
      ],
    }
    const env = {
      HOTLEAD_SOURCES: fileOf(settings).path,
      HOTLEAD_REDIS_PREFIX: `t${randomUUID().slice(0, 8)}:`,
    }
    const [one, two] = [(await stage.start(env)).url, (await stage.start(env)).url]
    const send = async (url: string, size: number, writeKey: string) =>
      (await post(`${url}/v1/batch`, batch(size), by(writeKey))).status
    // What one edge has let through is known to Redis a moment later, and to the other with its own next question.
    const known = (name: string, left: number) =>
      until(
        async () => Number(await redis.hget(`${env.HOTLEAD_REDIS_PREFIX}quota:${name}`, 'left')),
        now => now <= left,
        5,
      )
    expect(await send(one, 12, 'wk_c')).toBe(200)
    await known(`key:${digestOf('wk_c').slice(7, 19)}`, -1)
    await until(
      () => send(two, 1, 'wk_c'),
      s => s === 429,
    )
    expect(await send(one, 150, 'sk_a')).toBe(200)
    await known('workspace:w1', -50)
    await until(
      () => send(two, 1, 'sk_b'),
      s => s === 429,
    )
    expect(await send(two, 10, 'sk_other')).toBe(200)
  })

  test('what mails bring is taken from their workspace’s: over it a link leads on, and nothing is written', async () => {
    const secret = { id: 'a', secret: 'a-secret-of-at-least-16' }
    const settings: Settings = {
      workspaces: [{ name: 'news', ...still, burst: 2, sources: [{ name: 's', keys: [key('wk_news')] }] }],
    }
    const { url } = await stage.start({
      HOTLEAD_SOURCES: fileOf(settings).path,
      HOTLEAD_REDIS_PREFIX: `t${randomUUID().slice(0, 8)}:`,
      HOTLEAD_MAIL_KEYS: `${secret.id}:${secret.secret}`,
    })
    const lead = leadSubject(DEMO_SECRET, { email: 'ann@example.com' })
    const click = async (message: string) => {
      const target = 'https://www.example.com/'
      const mail = { workspace: 'news', lead, message, click: { link: 'l', target } }
      const answer = await fetch(`${url}/e/c/${signToken(mail, mailKey(secret, 'news'))}`, {
        redirect: 'manual',
      })
      return answer.status
    }
    const fates = (acknowledged: number, unacknowledged: number) =>
      until(
        async () => {
          const text = await (await fetch(`${url}/metrics`)).text()
          const of = (fate: string) =>
            Number(
              new RegExp(`^hotlead_ingest_mail_loads_total\\{.*"${fate}".*\\} (.*)$`, 'm').exec(text)?.[1] ??
                0,
            )
          return [of('acknowledged'), of('unacknowledged')]
        },
        now => now[0] === acknowledged && now[1] === unacknowledged,
      )
    expect([await click('m-1'), await click('m-2')]).toEqual([302, 302])
    await fates(2, 0)
    expect(await click('m-3')).toBe(302)
    await fates(2, 1)
    expect(await status(url, 'wk_news')).toBe(429)
    const written = (await stage.activity()).filter(r => r.key === `news/${lead}`)
    expect(written.map(r => r.activity.event?.properties.email_id)).toEqual(['m-1', 'm-2'])
  })

  test('Redis that is not there: each edge keeps its quotas by itself, and the metrics show it', async () => {
    const { path } = fileOf(acme({ name: 's', ...still, burst: 3, keys: [key('wk_1')] }))
    const { url } = await stage.start({ HOTLEAD_SOURCES: path, HOTLEAD_REDIS: 'redis://127.0.0.1:1' })
    const told = []
    for (let i = 0; i < 5; i++) told.push(await status(url, 'wk_1'))
    expect(told).toEqual([200, 200, 200, 429, 429])
    await until(
      async () => (await fetch(`${url}/metrics`)).text(),
      text => /^hotlead_ingest_quotas_local\{.*\} 1$/m.test(text),
    )
  })
})

test('a visitor over its rate is kept, flagged and counted; the same by a secret key is not', async () => {
  const env = { HOTLEAD_HOT_KEY_RATE: '1', HOTLEAD_HOT_KEY_BURST: '20', HOTLEAD_PAGES_RATE: '0' }
  const { url } = await stage.start(env)
  const [flood, calm, server] = [randomUUID(), randomUUID(), randomUUID()]
  const send = (visitor: string, size: number, writeKey: string) =>
    post(`${url}/v1/batch`, { batch: Array.from({ length: size }, () => page(visitor)) }, by(writeKey))
  for (const [visitor, size, writeKey] of [
    [flood, 100, 'wk_demo'],
    [calm, 20, 'wk_demo'],
    [server, 100, 'sk_demo'],
  ] as const)
    expect((await send(visitor, size, writeKey)).status).toBe(200)
  const all = await stage.activity()
  const flagsOf = (visitor: string) =>
    all.filter(r => r.key === `demo/v:${visitor}`).map(r => (r.activity.event?.flags ?? []).join())
  expect(flagsOf(flood)).toHaveLength(100)
  expect(flagsOf(flood).slice(0, 20).join('')).toBe('')
  // One may have flowed back while the batch was worked on.
  expect(flagsOf(flood).filter(f => f === 'hot_key').length).toBeGreaterThan(75)
  expect(flagsOf(calm).join('')).toBe('')
  expect(flagsOf(server).join('')).toBe('')
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(Number(/^hotlead_ingest_events_hot_key_total\{.*\} (.*)$/m.exec(metrics)?.[1])).toBeGreaterThan(75)
})
