import { add, BURNS, counter, counterTopology, lamp, lampTopology } from '../test/toys.ts'
import { TestDriver } from './driver.ts'

const START = 1_700_000_000_400

function driver() {
  return new TestDriver({ partitions: 1, now: START }).add(counter, counterTopology).add(lamp, lampTopology)
}

function values(d: TestDriver, topic: string): Record<string, unknown>[] {
  return d.read(topic).map(r => ({ key: r.key, ...JSON.parse((r.value as Buffer).toString()) }))
}

test('a record is folded, published, judged, and announced once', async () => {
  const d = driver()
  await d.pipe('adds', add('a', 4))
  expect(values(d, 'switches')).toEqual([])
  await d.pipe('adds', add('a', 6))
  expect(values(d, 'switches')).toMatchObject([{ key: 'a', number: 1, on: true, at: START }])
  expect(values(d, 'lit')).toMatchObject([{ key: 'a', number: 1 }])
  expect([...d.store('lamp').index('on')]).toEqual([['a', START]])
})

test('a silent key goes dark on time, by the log’s clock alone', async () => {
  const d = driver()
  await d.pipe('adds', add('a', 10))
  await d.advance(BURNS - 400)
  expect(values(d, 'switches')).toHaveLength(1)
  await d.advance(1_000)
  const due = Math.ceil((START + BURNS) / 1000) * 1000
  expect(values(d, 'switches').at(-1)).toMatchObject({ number: 2, on: false, at: due })
  expect([...d.store('lamp').index('on')]).toEqual([])
})

test('one snapshot per key and second, marks between seconds, never across', async () => {
  const d = driver()
  for (const key of ['a', 'b', 'a']) d.cluster.append('adds', 0, add(key, 1))
  d.cluster.clock += 1_000
  d.cluster.append('adds', 0, add('a', 1))
  await d.run()
  expect(values(d, 'counts').map(v => `${v.key}${v.sum}`)).toEqual(['#0', 'b1', 'a2', '#0', 'a3'])
})

test('a crash before the commit publishes nothing twice', async () => {
  const d = driver()
  await d.pipe('adds', add('a', 10))
  const before = d.store('counter').dump()
  await d.pipe('adds', add('b', 10))
  // The state falls back to what it was before the second record; both outputs are in the logs.
  d.store('counter').restore(before)
  d.crash('counter')
  d.crash('lamp')
  await d.pipe('adds', add('c', 1))
  expect(
    values(d, 'counts')
      .filter(v => v.key !== '#')
      .map(v => `${v.key}${v.sum}`),
  ).toEqual(['a10', 'b10', 'c1'])
  expect(values(d, 'switches').map(v => `${v.key}${v.number}`)).toEqual(['a1', 'b1'])
  expect(values(d, 'lit')).toHaveLength(2)
})

test('a wiped store is rebuilt to the same state, and nobody hears of it', async () => {
  const d = driver()
  for (const key of ['a', 'b', 'c']) await d.pipe('adds', add(key, 10))
  await d.advance(10_000)
  await d.pipe('adds', add('b', 1))
  const [counts, lamps] = [d.store('counter').dump(), d.store('lamp').dump()]
  const heard = [values(d, 'switches'), values(d, 'lit'), d.read('counts').length]
  d.store('counter').restore(undefined)
  d.store('lamp').restore(undefined)
  d.crash('counter')
  d.crash('lamp')
  await d.run()
  expect([values(d, 'switches'), values(d, 'lit'), d.read('counts').length]).toEqual(heard)
  expect(d.store('counter').dump().states).toEqual(counts.states)
  const standing = (c: typeof lamps) => [...c.states].map(([k, v]) => [k, JSON.parse(v.toString())]).sort()
  // A lamp that went dark and was forgotten by its facts comes back with the same tier, number and time.
  expect(standing(d.store('lamp').dump()).map(([k, s]) => [k, s.on, s.number, s.since])).toEqual(
    standing(lamps).map(([k, s]) => [k, s.on, s.number, s.since]),
  )
})

test('an announcement that the crash swallowed is made by the next owner', async () => {
  const d = driver()
  await d.pipe('adds', add('a', 1))
  const before = d.store('lamp').dump()
  await d.pipe('adds', add('a', 9))
  d.read('lit')
  d.cluster.partition('lit', 0).length = 0
  d.store('lamp').restore(before)
  d.crash('lamp')
  await d.pipe('adds', add('b', 1))
  expect(values(d, 'lit')).toMatchObject([{ key: 'a', number: 1 }])
})

test('a renewal publishes every key once more at its offset, and a crash within it repeats none', async () => {
  const d = driver()
  for (const key of ['a', 'b', 'c']) await d.pipe('adds', add(key, 2))
  const before = d.store('counter').dump()
  await d.pipe('adds', { key: '#', value: Buffer.from('{"double":true}') }, 0)
  const renewed = values(d, 'counts')
    .filter(v => v.key !== '#')
    .slice(3)
  expect(renewed.map(v => `${v.key}${v.sum}`)).toEqual(['a4', 'b4', 'c4'])
  d.store('counter').restore(before)
  d.crash('counter')
  await d.pipe('adds', add('a', 1))
  expect(
    values(d, 'counts')
      .filter(v => v.key !== '#')
      .slice(6)
      .map(v => `${v.key}${v.sum}`),
  ).toEqual(['a5'])
})

test('batches may be cut anywhere: the transitions are the same', async () => {
  const outcomes = new Set<string>()
  for (const batch of [1, 2, 3, Number.POSITIVE_INFINITY]) {
    const d = driver()
    for (const [key, ms] of [
      ['a', 0],
      ['b', 700],
      ['#', 900],
      ['a', 2_000],
      ['#', 3_300],
      ['b', 1_100],
      ['#', 6_000],
    ] as const) {
      d.cluster.clock += ms
      d.cluster.append('adds', 0, key === '#' ? { key, value: Buffer.from('{"tick":true}') } : add(key, 10))
    }
    await d.run(batch)
    outcomes.add(
      JSON.stringify(
        values(d, 'switches')
          .map(({ offset, ...v }) => v)
          .sort((x, y) => (`${x.key}${x.number}` < `${y.key}${y.number}` ? -1 : 1)),
      ),
    )
  }
  expect(outcomes.size).toBe(1)
})

test('transitions of sources that the state has folded without them mean a rebuild (finding 23)', async () => {
  const d = driver()
  const empty = d.store('lamp').dump()
  await d.pipe('adds', add('a', 10))
  await d.pipe('adds', add('b', 1))
  const whole = d.store('lamp').dump()
  // Redis falls back to an owner that came as far and saw nothing of a.
  const { next, clock } = whole.position
  d.store('lamp').restore({ ...empty, position: { ...empty.position, next, clock } })
  d.crash('lamp')
  await d.advance(10_000)
  expect(values(d, 'switches').map(v => [v.key, v.number, v.on])).toEqual([
    ['a', 1, true],
    ['a', 2, false],
  ])
})

test('at the last announced source nothing is published again; what is missing comes with the next record (finding 22)', async () => {
  const d = driver()
  await d.pipe('adds', add('a', 10))
  await d.pipe('adds', add('b', 10))
  const before = d.store('lamp').dump()
  await d.advance(10_000)
  const all = values(d, 'switches').map(({ offset, ...v }) => v)
  expect(all.slice(2).map(v => [v.key, v.on])).toEqual([
    ['a', false],
    ['b', false],
  ])
  // The owner died after the first of two transitions that one mark caused.
  d.cluster.partition('switches', 0).length = 3
  d.store('lamp').restore(before)
  d.crash('lamp')
  await d.run()
  expect(values(d, 'switches').map(({ offset, ...v }) => v)).toEqual(all)
})

test('what is announced stays known to the next owner while the position lies before it', async () => {
  const d = driver()
  await d.pipe('adds', add('a', 10))
  const before = d.store('lamp').dump()
  await d.advance(10_000)
  await d.pipe('adds', add('a', 1))
  const all = values(d, 'switches')
  expect(all.map(v => v.number)).toEqual([1, 2, 3])
  d.store('lamp').restore(before)
  d.crash('lamp')
  // The first owner after the fall back commits one record of many, and dies.
  await d.run(1, 1)
  d.crash('lamp')
  await d.run()
  expect(values(d, 'switches')).toEqual(all)
})
