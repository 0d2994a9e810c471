import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Installation, until } from '@hotlead/testkit'
import { form, page, tooOld } from '../test/beacons.ts'

/** A lead is forgotten while some of what it did waits on a disk for a Kafka that is away. */

const ANN = 'ann@example.com'
const BOB = 'bob@example.com'
const root = mkdtempSync(join(tmpdir(), 'hotlead-forget-spool-'))
let hot: Installation
beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(async () => {
  await hot?.close()
  rmSync(root, { recursive: true, force: true })
})

/** Some in each partition. */
const crowd = Array.from({ length: 20 }, (_, i) => `other-${i}`)
const send = async (...batch: object[]) => expect(await hot.post('/v1/batch', { batch })).toBe(200)
/** Makes dead letters. */
const bury = async (...batch: object[]) =>
  expect(await hot.post('/v1/batch', { batch: tooOld(batch) }, 'wk_demo')).toBe(200)
/** An ingestor that Kafka is out of reach for, until it is killed. */
async function cutOff(work: () => Promise<void>): Promise<void> {
  const ingestor = await hot.launch('ingestor', {
    HOTLEAD_KAFKA: '127.0.0.1:1',
    HOTLEAD_SPOOL: root,
    HOTLEAD_INGEST_ACK_TIMEOUT: '200',
  })
  await ingestor.ready()
  await work()
  await ingestor.kill()
}
const forget = () => hot.hotlead('forget', ANN, '--yes', '--json')
/** Pages and forms in the log, as the edge has written them: without those that a visitor's partition sent on. */
async function came(): Promise<unknown[]> {
  const own = (await hot.read('activity')).filter(r => r.decoded.via === null)
  return own
    .flatMap(({ decoded: { event } }) => (event ? [event.page?.path ?? event.properties.email] : []))
    .sort()
}
const metric = async (name: string) => {
  const text = await (await fetch(`${hot.env.HOTLEAD_URL}/metrics`)).text()
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1])
}

test('it never reaches the log, and neither do letters; what others did, and what it does later, does', async () => {
  await send(page('a', '/first'), form('a', ANN), page('bob', '/first'), form('bob', BOB))
  await send(...crowd.map(id => page(id, '/first')))
  await bury(page('a', '/early'))
  await hot.folded()
  await cutOff(async () => {
    await send(...crowd.map(id => page(id, '/of-others')))
    await send(page('a', '/of-ann'), form('a', ANN), page('bob', '/of-bob'), form('bob', BOB))
    await bury(page('a', '/letter-of-ann'), form('elsewhere', ANN), page('bob', '/letter-of-bob'))
    const torn = `{"type":"page","context":{"traits":{"email":"${ANN}"`
    const answer = await fetch(`${hot.env.HOTLEAD_URL}/v1/page`, {
      method: 'POST',
      headers: { 'x-write-key': 'wk_demo' },
      body: torn,
    })
    expect(answer.status).toBe(400)
    // On this disk a deletion would stand behind what it erases. Whether it was taken the command cannot know.
    expect(await forget()).toMatchObject({ code: 69, err: expect.stringContaining('Kafka') })
    expect((await hot.hotlead('dlq', 'list', '--json')).out).not.toContain('v:a')
  })
  await hot.start('ingestor')
  expect(await forget()).toMatchObject({ code: 0, err: '' })
  await cutOff(() => send(form('a', ANN), page('a', '/again')))

  await (await hot.launch('ingestor', { HOTLEAD_SPOOL: root })).ready()
  await until(
    () => metric('hotlead_ingest_spool_bytes'),
    bytes => bytes === 0,
  )
  // Page and form; letters by browser and by address.
  expect(await metric('hotlead_ingest_erased_records_total')).toBe(4)
  expect(await metric('hotlead_ingest_spool_unreadable_bytes_total')).toBe(0)
  await until(
    () => readdirSync(root).filter(name => !name.startsWith('.')).length,
    folders => folders === 1,
  )
  const others = crowd.flatMap(() => ['/first', '/of-others'])
  expect(await came()).toEqual(
    ['/again', '/first', '/first', '/of-bob', ANN, ANN, BOB, BOB, ...others].sort(),
  )
  // With marks of what was purged.
  const letters = (await hot.readBytes('dead-letter')).map(r => String(r.value)).join('\n')
  expect(letters).toContain('/letter-of-bob')
  expect(letters).not.toContain('/letter-of-ann')
  expect(letters).not.toContain('elsewhere')
  await hot.folded()
  const { out } = await hot.hotlead('lead', ANN, '--json')
  expect(
    JSON.parse(out).contributions.map((c: { rule: string; count: number }) => [c.rule, c.count]),
  ).toContainEqual(['page-view', 1])
})
