import { Installation, until } from '@hotlead/testkit'

/** A lead is forgotten on real servers, and stays so through whatever is folded again. */

const ANN = 'ann@example.com'
const DAY = 86_400_000
let hot: Installation
beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(() => hot?.close())

const page = (anonymousId: string, path: string, more: object = {}) => ({
  type: 'page',
  anonymousId,
  properties: { url: `https://www.example.com${path}` },
  ...more,
})
const form = (anonymousId: string, email: string) => ({
  type: 'track',
  event: 'Form Submitted',
  anonymousId,
  properties: { email },
})
async function send(...batch: object[]): Promise<void> {
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
  await hot.folded()
}
async function asked(...args: string[]) {
  const done = await hot.hotlead(...args, '--json')
  return { ...done, value: done.out === '' ? undefined : JSON.parse(done.out) }
}
const tierOf = async (id: string) => (await asked('lead', id)).value?.tier
/** Every key of Redis and its latest records, with whatever could be read of Ann there. */
async function traces(...of: string[]): Promise<string[]> {
  const found: string[] = []
  for (const topic of ['scores', 'tiers'] as const) {
    const latest = new Map((await hot.read(topic)).map(r => [r.key, JSON.stringify(r.decoded)]))
    for (const [key, text] of latest) if (of.some(word => text.includes(word))) found.push(`${topic} ${key}`)
  }
  for (const key of await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*:state`))
    for (const [field, bytes] of Object.entries(await hot.redis.hgetallBuffer(key)))
      if (of.some(word => bytes.includes(word))) found.push(`Redis ${field}`)
  return found
}

test('who is forgotten is gone from Redis, scores, tiers and dead letters; others stay', async () => {
  await send(
    ...['/', '/pricing', '/pricing', '/product/a', '/product/b'].map(path => page('a', path)),
    form('a', ANN),
    page('bob', '/pricing'),
    form('bob', 'bob@example.com'),
  )
  const old = { timestamp: new Date(Date.now() - 3 * DAY).toISOString() }
  // Too old for a write key: dead letters, of the browser and of the address, and of somebody else.
  const buried = [page('a', '/x', old), { ...form('other', ANN), ...old }, page('bob', '/x', old)]
  expect(await hot.post('/v1/batch', { batch: buried }, 'wk_demo')).toBe(200)
  expect(await tierOf(ANN)).toBe('HOT')
  expect((await traces(ANN)).length).toBeGreaterThan(2)

  const { code, value, err } = await asked('forget', ANN, '--yes')
  expect([code, err]).toEqual([0, ''])
  expect(value).toMatchObject({ visitors: ['v:a'], letters: { purged: 2 } })
  await hot.folded()
  expect(await traces(ANN, '/product/a')).toEqual([])
  expect((await asked('lead', ANN)).code).toBe(3)
  expect((await asked('lead', 'v:a')).code).toBe(3)
  expect((await asked('leads')).out).not.toContain(value.lead)
  expect((await asked('dlq', 'list')).value.letters.map((l: { subject: string }) => l.subject)).toEqual([
    'v:bob',
  ])
  expect(await tierOf('bob@example.com')).toBe('WARM')
})

test('nothing brings it back: Redis emptied, a spool that comes late, a letter that is retried', async () => {
  const keys = await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*`)
  await hot.redis.unlink(...keys)
  await until(
    async () => (await asked('lead', 'bob@example.com')).code,
    code => code === 0,
  )
  await hot.folded()
  expect(await traces(ANN, '/product/a')).toEqual([])
  expect((await asked('lead', ANN)).code).toBe(3)
})

test('the lead comes back, and counts anew', async () => {
  await send({ type: 'identify', anonymousId: 'a', traits: { email: ANN } }, page('a', '/pricing'))
  const { value } = await asked('lead', ANN)
  expect(value.contributions.map((c: { rule: string; count: number }) => [c.rule, c.count])).toEqual([
    ['page-view', 1],
    ['pricing', 1],
  ])
  expect(value.transition).toBe(0 + (await numbers(ANN)))
})
/** Of the latest transition of whoever has the address: they go on from before. */
async function numbers(address: string): Promise<number> {
  const { value } = await asked('lead', address)
  const all = (await hot.read('tiers')).filter(r => r.key.endsWith(value.subject))
  return all.at(-1)?.decoded.number ?? 0
}

test('a lead that nobody knows, a write key, and nobody there to be asked', async () => {
  expect((await asked('forget', 'nobody@example.com', '--yes')).code).toBe(3)
  expect((await asked('forget', ANN)).err).toContain('--yes')
  hot.env.HOTLEAD_KEY = 'wk_demo'
  const refused = await asked('forget', ANN, '--yes')
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('secret key')])
  expect((await asked('lead', ANN)).code).toBe(0)
})
