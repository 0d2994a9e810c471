import { kafkaClient } from '@hotlead/kafka'
import { Installation, until } from '@hotlead/testkit'
import { form, page, tooOld } from '../test/beacons.ts'

/** A lead is forgotten on real servers, and stays so through whatever is folded again. */

const ANN = 'ann@example.com'
let hot: Installation
beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(() => hot?.close())

async function send(...batch: object[]): Promise<void> {
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
  await hot.folded()
}
/** Makes dead letters. */
const bury = async (...batch: object[]) =>
  expect(await hot.post('/v1/batch', { batch: tooOld(batch) }, 'wk_demo')).toBe(200)
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
  // Of the browser and of the address, and of somebody else.
  await bury(page('a', '/x'), form('other', ANN), page('bob', '/x'))
  expect(await tierOf(ANN)).toBe('HOT')
  expect((await traces(ANN)).length).toBeGreaterThan(2)

  const { code, value, err } = await asked('forget', ANN, '--yes')
  expect([code, err]).toEqual([0, ''])
  expect(value).toMatchObject({ before: null, visitors: ['v:a'], letters: { purged: 2 } })
  expect(Date.now() - Date.parse(value.forgotten)).toBeLessThan(60_000)
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

test('letters that come later go too, of whoever has no facts; what there was is told', async () => {
  await bury(form('late', ANN), form('zoe', 'zoe@example.com'))
  for (const command of ['lead', 'export'])
    expect(await asked(command, ANN)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/“ann@example.com” was forgotten on \d{4}-.* UTC/),
    })
  expect(await asked('forget', ANN, '--yes')).toMatchObject({
    code: 0,
    value: { known: false, before: expect.stringMatching(/^\d{4}-.*Z$/), letters: { purged: 1 } },
  })
  expect(await asked('forget', 'zoe@example.com', '--yes')).toMatchObject({
    code: 0,
    value: { known: false, before: null, letters: { purged: 1 } },
  })
  expect(await hot.hotlead('forget', 'zoe@example.com', '--yes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/was forgotten on .*No dead letters about it/s),
  })
  expect(await hot.hotlead('forget', 'nobody@example.com', '--yes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Nothing was known of “nobody@example.com”.*\nNo dead letters about it\.\n$/),
  })
  expect((await asked('forget', 'undefined', '--yes')).code).toBe(3)
})

test('visitors that the lead’s list let go are forgotten, one that is somebody else’s is not', async () => {
  const told = (anonymousId: string, email: string) => ({ type: 'identify', anonymousId, traits: { email } })
  await send(page('shared', '/'))
  await send(told('shared', 'eve@example.com'))
  await send(told('shared', 'fay@example.com'), page('shared', '/pricing'))
  // Of visitors that brought nothing a lead lists 32.
  const browsers = Array.from({ length: 40 }, (_, i) => `eve-${i}`)
  await send(...browsers.map(id => told(id, 'eve@example.com')))
  await hot.folded()
  const { subject } = (await asked('lead', 'eve@example.com')).value
  const { lead } = (await hot.read('scores')).findLast(r => r.key.endsWith(subject))?.decoded ?? {}
  const listed = new Set(lead?.visitors.map(v => v.visitor))
  const letGo = browsers.filter(id => !listed.has(`v:${id}`))
  expect(letGo.length).toBeGreaterThan(0)
  await bury(page(letGo[0] as string, '/x'))

  const { code, value } = await asked('forget', 'eve@example.com', '--yes')
  expect([code, value.letters.purged]).toEqual([0, 1])
  expect(value.visitors).toEqual(expect.arrayContaining(browsers.map(id => `v:${id}`)))
  await hot.folded()
  expect((await traces(subject)).filter(t => !t.endsWith('/v:shared'))).toEqual([])
  expect((await asked('lead', 'shared')).value.subject).toBe(
    (await asked('lead', 'fay@example.com')).value.subject,
  )
})

test('a browser that tells the address once, and from then on the user id alone', async () => {
  const who = { anonymousId: 'ola', userId: 'u-ola' }
  await send({ type: 'identify', ...who, traits: { email: 'ola@example.com' } }, page('ola', '/pricing', who))
  const { code, value, err } = await asked('forget', 'ola@example.com', '--yes')
  expect([code, err]).toEqual([0, ''])
  expect(value.visitors).toHaveLength(2)
  await hot.folded()
  for (const id of ['ola@example.com', 'v:ola', 'u-ola']) expect((await asked('lead', id)).code).toBe(3)
  const letters = await asked('forget', 'v:ola', '--yes')
  expect(letters).toMatchObject({ code: 0, value: { known: false, before: expect.any(String) } })
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

test('among more letters than other commands look at', async () => {
  const kafka = kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'hotlead-test' })
  const producer = kafka.producer()
  await producer.connect()
  const messages = Array.from({ length: 20_000 }, () => ({ key: 'demo/v:crowd', value: 'torn {' }))
  for (let i = 0; i < 11; i++)
    await producer.send({ topic: `${hot.env.HOTLEAD_TOPIC_PREFIX}dead-letter`, messages })
  await producer.disconnect()
  await bury(form('gus', 'gus@example.com'))
  await send(form('gus', 'gus@example.com'))
  expect(await asked('forget', 'gus@example.com', '--yes')).toMatchObject({
    code: 0,
    value: { known: true, letters: { purged: 1 } },
  })
})

test('a write key, and nobody there to be asked', async () => {
  expect((await asked('forget', ANN)).err).toContain('--yes')
  hot.env.HOTLEAD_KEY = 'wk_demo'
  const refused = await asked('forget', ANN, '--yes')
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('secret key')])
  expect((await asked('lead', ANN)).code).toBe(0)
})

test('a key of another workspace forgets nobody there', async () => {
  const url = `${hot.env.HOTLEAD_URL}/v1/leads/${encodeURIComponent('bob@example.com')}?workspace=other`
  const answer = await fetch(url, { method: 'DELETE', headers: { 'x-write-key': 'sk_demo' } })
  expect([answer.status, await answer.json()]).toMatchObject([
    401,
    { problems: ['workspace: the key is of another one'] },
  ])
})

test('where letters cannot be looked through, nobody is forgotten', async () => {
  hot.env.HOTLEAD_KEY = 'sk_demo'
  await send(form('ida', 'ida@example.com'))
  const kafka = kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'hotlead-test' })
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [`${hot.env.HOTLEAD_TOPIC_PREFIX}dead-letter`] })
  await admin.disconnect()
  expect((await asked('forget', 'ida@example.com', '--yes')).code).not.toBe(0)
  // Services do not outlive their topic; what Redis holds says whether anybody was told.
  expect((await asked('lead', 'ida@example.com')).code).toBe(0)
})
