import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { digestOf } from '@hotlead/sources'
import { jitsuAnalytics } from '@jitsu/js'
import { Analytics } from '@segment/analytics-node'
import { counts, keyOfUser } from '../counts.ts'
import { type Fate, faultyProxy } from '../faultyProxy.ts'
import { staged } from '../stage.ts'

/** Jitsu's client in Node, unmodified: all that differs is `host`. It sends each call at once and by itself. */

const edge = staged()

type Options = Parameters<typeof jitsuAnalytics>[0]

/** A client, and what it complains of. Ours keys have no colon, and it takes none without: what follows is ignored. */
function client(options: Options) {
  const errors: string[] = []
  const errorPolicy = (message: string) => void errors.push(message)
  return { errors, jitsu: jitsuAnalytics({ writeKey: 'wk_demo:x', errorPolicy, ...options }) }
}

test('every call arrives, once and in order, with what it says', async () => {
  const { jitsu, errors } = client({ host: edge.url })
  jitsu.setAnonymousId('jit-visitor')
  await jitsu.identify('jit-1', { seats: 5, company: { name: 'Acme' } })
  await jitsu.track('Signed Up', { plan: 'pro' })
  await jitsu.page('Docs', { url: 'https://x.io/docs?a=1', title: 'All docs' })
  await jitsu.group('acme', { size: 7 })
  expect(errors).toEqual([])

  const log = await edge.stage.activity()
  const events = log.filter(r => r.key === keyOfUser('jit-1')).map(r => r.activity.event)
  expect(events.map(e => [e?.type, e?.name])).toEqual([
    ['identify', ''],
    ['track', 'Signed Up'],
    ['page', 'Docs'],
    ['group', ''],
  ])
  expect(new Set(events.map(e => e?.id)).size).toBe(4)
  for (const event of events)
    expect(event).toMatchObject({ userId: 'jit-1', anonymousId: 'jit-visitor', flags: [] })
  expect(events[0]?.traits).toEqual({ seats: 5, 'company.name': 'Acme' })
  expect(events[1]?.properties).toEqual({ plan: 'pro' })
  expect(events[2]?.page).toMatchObject({ host: 'x.io', path: '/docs', search: '?a=1', title: 'All docs' })
  expect(events[3]?.traits).toEqual({ 'company.id': 'acme', 'company.size': 7 })
  expect((await counts(log))[keyOfUser('jit-1')]).toEqual({ group: 1, identify: 1, page: 1, track: 1 })
})

test('from server to server, with a secret key: it may say the visitor’s address', async () => {
  const context = { ip: '203.0.113.9' }
  const server = { host: edge.url, s2s: true, writeKey: 'sk_demo:x', defaultPayloadContext: context }
  const { jitsu, errors } = client(server)
  await jitsu.identify('jit-s2s', {})
  expect(errors).toEqual([])
  const found = (await edge.stage.activity()).filter(r => r.key === keyOfUser('jit-s2s'))
  expect(found.map(r => r.activity.event?.ip)).toEqual(['203.0.113.0'])
})

test('a key that Jitsu made goes on being one, by whatever client', async () => {
  const writeKey = 'tN3uq0c8Bf5LyzZK:Yk2sV7hQ1mXw'
  const path = join(mkdtempSync(join(tmpdir(), 'hotlead-')), 'sources.json')
  writeFileSync(
    path,
    JSON.stringify({
      workspaces: [
        { name: 'demo', sources: [{ name: 'moved', keys: [{ kind: 'write', digest: digestOf(writeKey) }] }] },
      ],
    }),
  )
  const { url: host } = await edge.stage.start({ HOTLEAD_SOURCES: path })
  const { jitsu, errors } = client({ host, writeKey })
  await jitsu.identify('jit-moved', {})
  const segment = new Analytics({ host, writeKey })
  segment.on('error', error => errors.push(error.code))
  segment.track({ userId: 'jit-moved', event: 'X' })
  await segment.closeAndFlush()
  expect(errors).toEqual([])
  const half = client({ host, writeKey: 'tN3uq0c8Bf5LyzZK:guessed' })
  await half.jitsu.track('Y')
  expect(half.errors).toEqual([expect.stringMatching(/failed with error: 401/)])
  const found = (await edge.stage.activity()).filter(r => r.key === keyOfUser('jit-moved'))
  expect(found.map(r => [r.activity.event?.type, r.activity.event?.source])).toEqual([
    ['identify', 'moved'],
    ['track', 'moved'],
  ])
})

/** A call of a user of this name through a proxy, and what came of it. */
async function through(userId: string, fates: Fate[], options: Partial<Options> = {}) {
  const proxy = await faultyProxy(edge.url, fates)
  const { jitsu, errors } = client({ host: proxy.url, ...options })
  await jitsu.identify(userId, {})
  proxy.close()
  const log = (await edge.stage.activity()).filter(r => r.key === keyOfUser(userId))
  return { ...proxy, errors, records: log.length, counted: (await counts(log))[keyOfUser(userId)] }
}

const FATES: [string, Fate, number][] = [
  ['503', { refused: 503, retryAfter: 2 }, 0],
  ['429', { refused: 429, retryAfter: 2 }, 0],
  ['a connection cut before', 'lost', 0],
  ['a connection cut after', 'cut', 1],
  ['no answer in time', 'unanswered', 1],
]

describe('it never comes again: what did not arrive is gone, and the app is told', () => {
  test.concurrent.each(FATES)('%s', async (name, fate, records) => {
    const found = await through(`once ${name}`, [fate], { fetchTimeoutMs: 2_000 })
    expect(found.attempts).toHaveLength(1)
    expect(found.errors).toEqual([expect.stringMatching(/^Call to .* failed with error/)])
    expect(found.records).toBe(records)
  })
})

/** A `fetch` for Jitsu's client: up to ten tries, as far apart as the answer says, else twice as far each time. */
const again: typeof fetch = async (input, init) => {
  for (let tries = 1, wait = 500; ; tries++, wait *= 2) {
    const answer = await fetch(input, { ...init, signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    const failed = answer === undefined || answer.status === 429 || answer.status >= 500
    if (answer !== undefined && (!failed || tries === 10)) return answer
    if (tries === 10) throw new Error('no answer')
    await delay(Number(answer?.headers.get('retry-after') ?? 0) * 1_000 || wait)
  }
}

describe('with a `fetch` that comes again nothing is lost, and what it sent is counted once', () => {
  test.concurrent.each(FATES)('%s', async (name, fate, records) => {
    const found = await through(`again ${name}`, [fate], { fetch: again })
    expect(found.errors).toEqual([])
    expect(found.attempts).toHaveLength(2)
    expect(found.records).toBe(records + 1)
    expect(found.counted).toEqual({ identify: 1 })
  })
})
