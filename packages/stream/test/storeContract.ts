import type { Commit, Entry, Store } from '../src/store.ts'

/** One store under test, and what a fault does to it. */
export interface Trial {
  store: Store
  /** Takes a copy of everything; the returned call puts it back. */
  dump(): Promise<() => Promise<void>>
  wipeAll(): Promise<void>
  /** A copy of a claim that arrives late. */
  claimAgain(token: string): Promise<void>
  index(name: string): Promise<[key: string, value: number][]>
}

const LOST = { code: 'ownership_lost' }

export function entry(key: string, state: string | undefined, more: Partial<Entry> = {}): Entry {
  const bytes = state === undefined ? undefined : Buffer.from(state)
  return { key, state: bytes, wakeAt: undefined, index: undefined, indexBefore: undefined, ...more }
}

export function commitOf(next: number, entries: Entry[] = [], more: Partial<Commit> = {}): Commit {
  return { next, clock: 1_000 * next, outputs: { out: next + 100 }, announced: -1, entries, ...more }
}

/** What every store must do: the same statements hold for Redis and for the one in memory. */
export function storeContract(open: () => Promise<Trial>): void {
  test('a commit is read back: states, timers, indexes, position', async () => {
    const { store, index } = await open()
    const first = await store.claim()
    expect(await first.position()).toMatchObject({ next: undefined, announced: -1, rebuildUntil: 0 })
    await first.commit(
      commitOf(7, [
        entry('a', 'A', { wakeAt: 5_000, index: { name: 'HOT', value: 1.5 } }),
        entry('b', 'B', { wakeAt: 6_000 }),
      ]),
    )
    await first.commit(
      commitOf(
        8,
        [
          entry('a', 'A2', { index: { name: 'WARM', value: 2 }, indexBefore: 'HOT' }),
          entry('b', undefined, { wakeAt: null }),
        ],
        { announced: 9 },
      ),
    )
    const second = await store.claim()
    expect(await second.position()).toMatchObject({
      next: 8,
      clock: 8_000,
      announced: 9,
      outputs: { out: 108 },
    })
    expect((await second.read(['a', 'b', 'c'])).map(v => v?.toString())).toEqual(['A2', undefined, undefined])
    const timers = []
    for await (const chunk of second.timers()) timers.push(...chunk)
    expect(timers).toEqual([{ key: 'a', due: 5_000 }])
    expect([await index('HOT'), await index('WARM')]).toEqual([[], [['a', 2]]])
  })

  test('an owner that was overtaken can neither write nor read', async () => {
    const { store } = await open()
    const old = await store.claim()
    await old.position()
    await old.commit(commitOf(1, [entry('a', 'old')]))
    const young = await store.claim()
    await young.position()
    await expect(old.commit(commitOf(2, [entry('a', 'zombie')]))).rejects.toMatchObject(LOST)
    await expect(old.write([entry('a', 'zombie')])).rejects.toMatchObject(LOST)
    await expect(old.wipe(0)).rejects.toMatchObject(LOST)
    await expect(old.read(['a'])).rejects.toMatchObject(LOST)
    await expect(old.entries()[Symbol.asyncIterator]().next()).rejects.toMatchObject(LOST)
    expect(String((await young.read(['a']))[0])).toBe('old')
  })

  test('a state that fell back by one write is not this owner’s any more (findings 18, 19)', async () => {
    const { store, dump } = await open()
    const owner = await store.claim()
    await owner.position()
    const fallBack = await dump()
    await owner.write([entry('a', 'A')])
    await fallBack()
    await expect(owner.read(['a'])).rejects.toMatchObject(LOST)
    await expect(owner.commit(commitOf(1))).rejects.toMatchObject(LOST)
  })

  test('a claim that arrives again in an emptied store gives nobody the partition (finding 21)', async () => {
    const { store, wipeAll, claimAgain } = await open()
    const owner = await store.claim()
    await owner.position()
    await wipeAll()
    await claimAgain(owner.token)
    await expect(owner.read(['a'])).rejects.toMatchObject(LOST)
    await expect(owner.commit(commitOf(1))).rejects.toMatchObject(LOST)
  })

  test('a wipe empties everything but says how far a rebuild has to go', async () => {
    const { store, index } = await open()
    const owner = await store.claim()
    await owner.position()
    await owner.commit(commitOf(5, [entry('a', 'A', { wakeAt: 1, index: { name: 'HOT', value: 1 } })]))
    await owner.wipe(42)
    expect(await owner.read(['a'])).toEqual([undefined])
    expect(await index('HOT')).toEqual([])
    expect(await (await store.claim()).position()).toMatchObject({ next: undefined, rebuildUntil: 42 })
  })

  test('a wipe keeps up to where the state was folded, however often, until a position is there again', async () => {
    const { store } = await open()
    const owner = await store.claim()
    expect(await owner.position()).toMatchObject({ next: undefined, folded: undefined })
    await owner.wipe(42)
    expect(await store.peek()).toMatchObject({ next: undefined, folded: undefined })
    await owner.commit(commitOf(5))
    expect(await store.peek()).toMatchObject({ next: 5, folded: undefined })
    await owner.wipe(42)
    await owner.wipe(43)
    expect(await store.peek()).toMatchObject({ next: undefined, folded: 5, rebuildUntil: 43 })
    await owner.commit(commitOf(3))
    expect(await store.peek()).toMatchObject({ next: 3, folded: undefined })
    await owner.wipe(44)
    expect(await store.peek()).toMatchObject({ next: undefined, folded: 3 })
  })

  test('which log the state is of is read back, without owning it too, and stays through a wipe', async () => {
    const { store } = await open()
    expect(await store.peek()).toBeUndefined()
    const owner = await store.claim()
    expect((await owner.position()).log).toBeUndefined()
    const log = { cluster: 'c', topics: { in: 'i', out: '' } }
    await owner.identify(log)
    await owner.commit(commitOf(5, [entry('a', 'A')]))
    await owner.wipe(42)
    expect(await store.peek()).toEqual({
      next: undefined,
      folded: 5,
      clock: 0,
      outputs: {},
      announced: -1,
      rebuildUntil: 42,
      log,
      losses: [],
    })
    await owner.commit(commitOf(6))
    expect((await (await store.claim()).position()).log).toEqual(log)
    await expect(owner.identify(log)).rejects.toMatchObject(LOST)
  })

  test('more keys than Lua’s stack holds go in and come out', async () => {
    const { store } = await open()
    const owner = await store.claim()
    await owner.position()
    const keys = Array.from({ length: 12_000 }, (_, i) => `k${i}`)
    await owner.commit(
      commitOf(
        1,
        keys.map(k => entry(k, k)),
      ),
    )
    expect((await owner.read(keys)).map(String)).toEqual(keys)
    let listed = 0
    for await (const chunk of owner.entries()) listed += chunk.length
    expect(listed).toBe(12_000)
  })
}
