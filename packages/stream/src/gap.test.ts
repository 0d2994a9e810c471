import { add, counter, counterTopology, lamp, lampTopology } from '../test/toys.ts'
import { TestDriver } from './driver.ts'

/** The log lost records at its start before they were folded. */

async function behind() {
  const d = new TestDriver({ partitions: 1, now: 1_700_000_000_400 })
    .add(counter, counterTopology)
    .add(lamp, lampTopology)
  for (const key of ['a', 'b', 'a']) await d.pipe('adds', add(key, 1))
  d.crash('counter')
  // While nobody folds, three come and retention takes all but the last.
  for (const key of ['a', 'b', 'a']) d.cluster.append('adds', 0, add(key, 1))
  d.cluster.truncate('adds', 0, 5)
  return d
}
const refused = (from: number) => ({
  code: 'refused',
  message: expect.stringMatching(
    new RegExp(
      `adds/0 begins at offset 5, but .* before ${from}: ${5 - from} records are gone unscored.*` +
        `hotlead loss accept --partition 0 --from ${from} --to 5 `,
    ),
  ),
})
const sums = (d: TestDriver) =>
  Object.fromEntries(d.read('counts').map(r => [r.key, JSON.parse(String(r.value)).sum]))

test('is refused, and the state that is there is not touched', async () => {
  const d = await behind()
  const { stamp: _, ...before } = d.store('counter').dump()
  await expect(d.run()).rejects.toMatchObject(refused(3))
  const { stamp: __, ...after } = d.store('counter').dump()
  expect(after).toEqual(before)
})

test('goes on without them once a person has accepted that very loss', async () => {
  const d = await behind()
  await expect(d.run()).rejects.toMatchObject(refused(3))
  d.store('counter').accept({ from: 3, to: 5, at: 1 })
  await d.run()
  expect(sums(d)).toMatchObject({ a: 3, b: 1 })
  expect((await d.store('counter').peek())?.losses).toEqual([{ from: 3, to: 5, at: 1 }])
})

test('what was accepted stands when the rebuild that uses it is cut short: offsets that published nothing count', async () => {
  const d = await behind()
  // Records 3 and 4 were folded and published nothing: only the position knows it.
  const dump = d.store('counter').dump()
  dump.position = { ...dump.position, next: 4 }
  d.store('counter').restore(dump)
  await expect(d.run()).rejects.toMatchObject(refused(4))
  d.store('counter').accept({ from: 4, to: 5, at: 1 })
  for (let death = 0; death < 2; death++) {
    const session = await d.store('counter').claim()
    await session.position()
    await session.wipe(6)
  }
  await d.run()
  expect(sums(d)).toMatchObject({ a: 3, b: 1 })
})

test('a rebuild that was cut short names the loss that its state knew of', async () => {
  const d = await behind()
  const dump = d.store('counter').dump()
  dump.position = { ...dump.position, next: 4 }
  d.store('counter').restore(dump)
  const session = await d.store('counter').claim()
  await session.position()
  await session.wipe(6)
  await expect(d.run()).rejects.toMatchObject(refused(4))
})

test('what was accepted stands for no larger loss', async () => {
  const d = await behind()
  d.store('counter').accept({ from: 4, to: 5, at: 1 })
  await expect(d.run()).rejects.toMatchObject(refused(3))
  d.store('counter').accept({ from: 3, to: 4, at: 1 })
  await expect(d.run()).rejects.toMatchObject(refused(3))
})

test('with Redis lost too, snapshots say up to where everything is known', async () => {
  const d = await behind()
  d.store('counter').restore(undefined)
  await expect(d.run()).rejects.toMatchObject(refused(3))
  d.store('counter').accept({ from: 3, to: 5, at: 1 })
  await d.run()
  expect(sums(d)).toMatchObject({ a: 3, b: 1 })
})

test('a log that begins after the position is no loss where snapshots reach it', async () => {
  const d = await behind()
  const behindAgain = d.store('counter').dump()
  d.store('counter').accept({ from: 3, to: 5, at: 1 })
  await d.run()
  d.store('counter').restore(behindAgain)
  d.crash('counter')
  await d.run()
  expect(sums(d)).toMatchObject({ a: 3, b: 1 })
})
