import { add, counter, counterTopology, lamp, lampTopology } from '../test/toys.ts'
import { TestDriver } from './driver.ts'
import type { Identity } from './store.ts'

/** A state and a log that do not belong together: refused, and nothing is changed. */

async function folded() {
  const d = new TestDriver({ partitions: 1, now: 1_700_000_000_400 })
    .add(counter, counterTopology)
    .add(lamp, lampTopology)
  for (const key of ['a', 'b']) await d.pipe('adds', add(key, 10))
  return d
}

async function expectRefused(d: TestDriver, processor: 'counter' | 'lamp', message: RegExp) {
  const before = d.store(processor).dump()
  d.crash(processor)
  await expect(d.run()).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(message) })
  expect({ ...d.store(processor).dump(), stamp: '' }).toEqual({ ...before, stamp: '' })
  return before
}

test('a first owner writes down which log the state is of, and a wipe keeps it', async () => {
  const d = await folded()
  const { position } = d.store('lamp').dump()
  expect(position.log).toEqual({
    cluster: 'memory',
    topics: { counts: 'counts#0', switches: 'switches#0', lit: 'lit#0' },
  })
  const session = await d.store('lamp').claim()
  await session.position()
  await session.wipe(9)
  expect((await d.store('lamp').peek())?.log).toEqual(position.log)
})

test('another cluster is refused before its owner loses the partition', async () => {
  const d = await folded()
  d.cluster.id = 'another'
  const before = await expectRefused(
    d,
    'counter',
    /adds\/0 in Redis was folded from Kafka cluster memory, and HOTLEAD_KAFKA leads to cluster another/,
  )
  expect(d.store('counter').dump().stamp).toBe(before.stamp)
})

test.each(['adds', 'counts'])(
  'topic %s created anew is refused, however far it has come since',
  async topic => {
    const d = await folded()
    d.cluster.recreate(topic)
    for (let i = 0; i < 50; i++) d.cluster.append(topic, 0, add('a', 1))
    await expectRefused(d, 'counter', new RegExp(`topic ${topic} was deleted and created anew`))
  },
)

test('the projection created anew is refused: what it held would be announced again some day', async () => {
  const d = await folded()
  d.cluster.recreate('lit')
  await expectRefused(d, 'lamp', /topic lit was deleted and created anew/)
})

test('the state of other topics is refused: two prefixes are mixed up', async () => {
  const d = await folded()
  const dump = d.store('counter').dump()
  dump.position = { ...dump.position, log: { cluster: 'memory', topics: { 'b-adds': 'x', 'b-counts': 'y' } } }
  d.store('counter').restore(dump)
  await expectRefused(d, 'counter', /folded from the topics b-adds, b-counts.*HOTLEAD_TOPIC_PREFIX/)
})

test('a state from before identities were kept takes them, and is what it was', async () => {
  const d = await folded()
  const dump = d.store('counter').dump()
  dump.position = { ...dump.position, log: undefined }
  d.store('counter').restore(dump)
  d.crash('counter')
  await d.pipe('adds', add('a', 1))
  expect((await d.store('counter').peek())?.log?.cluster).toBe('memory')
  expect(JSON.parse(String(d.read('counts').at(-1)?.value)).sum).toBe(11)
})

const unknown: Identity = { cluster: '', topics: { adds: '', counts: '' } }
test('ids that a broker does not tell refuse nothing, and are taken once they are told', async () => {
  const d = await folded()
  const dump = d.store('counter').dump()
  dump.position = { ...dump.position, log: unknown }
  d.store('counter').restore(dump)
  d.crash('counter')
  await d.run()
  expect((await d.store('counter').peek())?.log?.topics).toEqual({ adds: 'adds#0', counts: 'counts#0' })
})

test('a position beyond the end of its log is refused: Kafka lost records', async () => {
  const d = await folded()
  d.cluster.lose('adds', 0, 1)
  await expectRefused(d, 'counter', /adds\/0 ends at 1, but the state has folded up to 2.*Kafka lost records/)
})

test('an output topic that ends before what the state knows of it is refused', async () => {
  const d = await folded()
  // The marker of the next owner's fence takes one place.
  d.cluster.lose('lit', 0, 0)
  await expectRefused(d, 'lamp', /lit\/0 ends at 0, but the state knows it up to 3/)
})

test('an empty Redis and a changelog that names more than its log has are refused', async () => {
  const d = await folded()
  d.cluster.lose('adds', 0, 1)
  d.store('counter').restore(undefined)
  d.crash('counter')
  await expect(d.run()).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/counts\/0 names adds\/0 up to offset 1, but adds\/0 ends at 1/),
  })
})

test.each([false, true])(
  'a changelog that names more than its log has is refused before the state is touched, retention passed it: %s',
  async isPassed => {
    const d = await folded()
    const dump = d.store('counter').dump()
    await d.pipe('adds', add('b', 10))
    await d.pipe('adds', add('b', 10))
    d.store('counter').restore(dump)
    d.cluster.lose('adds', 0, 3)
    if (isPassed) d.cluster.truncate('adds', 0, 3)
    await expectRefused(d, 'counter', /counts\/0 names adds\/0 up to offset 3, but adds\/0 ends at 3/)
  },
)

test('restarts of a refused owner do not wear the refusal out: a fence writes a marker each time', async () => {
  const d = await folded()
  d.cluster.lose('counts', 0, 1)
  for (let i = 0; i < 5; i++)
    await expectRefused(d, 'counter', /counts\/0 ends at 1, but the state knows it up to/)
})

test.each([
  ['counter', 'adds', 'counts'],
  ['lamp', 'counts', 'switches'],
] as const)(
  'with Redis empty, %s refuses a source that was created anew by what its changelog says',
  async (processor, source, changelog) => {
    const d = await folded()
    // A mark, which names its source as every snapshot need not.
    await d.advance(2_000)
    d.cluster.recreate(source)
    for (let i = 0; i < 50; i++) d.cluster.append(source, 0, add('a', 1))
    d.store(processor).restore(undefined)
    d.crash(processor)
    await expect(d.run()).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        new RegExp(
          `${changelog}/0 was made from the topic ${source} with id ${source}#0, and ${source} has id ${source}#1`,
        ),
      ),
    })
  },
)
