import fc from 'fast-check'
import { Lanes } from './lanes.ts'

interface Numbered {
  n: number
  about: string[]
}

/** An edge that takes batches in whichever order `pick` says, and what it saw. */
function stage(lanes: number, maxOfOne: number, pick: (waiting: number) => number) {
  const waiting: { events: Numbered[]; tell(isTaken: boolean): void }[] = []
  const arrived: Numbered[] = []
  const taken: number[] = []
  const most = { atOnce: 0, ofOne: 0 }
  const all = new Lanes<Numbered>({
    lanes,
    maxOfOne,
    send: events =>
      new Promise(tell => {
        waiting.push({ events, tell })
        most.atOnce = Math.max(most.atOnce, waiting.length)
        const about = waiting.flatMap(w => w.events.flatMap(e => e.about))
        for (const who of about) most.ofOne = Math.max(most.ofOne, about.filter(w => w === who).length)
      }),
    taken: batch => taken.push(...batch.at),
  })
  /** Answers batches until `done` is: each time the caller waits, one of those under way. */
  async function answering<T>(done: Promise<T>): Promise<T> {
    let isDone = false
    const end = () => {
      isDone = true
    }
    done.then(end, end)
    while (!isDone) {
      await new Promise(setImmediate)
      if (waiting.length === 0) continue
      const [next] = waiting.splice(pick(waiting.length) % waiting.length, 1)
      arrived.push(...(next?.events ?? []))
      next?.tell(true)
    }
    return done
  }
  return { all, answering, arrived, taken, most, waiting }
}

test('whatever the order of the answers, everyone’s events arrive in theirs, none is lost, and few of anyone are under way', async () => {
  const about = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 2 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(about, { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.nat()),
      async (list, lanes, maxOfOne, picks) => {
        const s = stage(lanes, maxOfOne, () => picks.next().value)
        const events = list.map((who, n) => ({ n, about: [...new Set(who)] }))
        const sending = (async () => {
          for (const e of events) await s.all.add(e, e.about, e.n)
          return s.all.drain()
        })()
        expect(await s.answering(sending)).toBe(true)
        expect(s.arrived.map(e => e.n).sort((a, b) => a - b)).toEqual(events.map(e => e.n))
        expect([...s.taken].sort((a, b) => a - b)).toEqual(events.map(e => e.n))
        for (const who of 'abcdef') {
          const own = s.arrived.filter(e => e.about.includes(who)).map(e => e.n)
          expect(own).toEqual([...own].sort((a, b) => a - b))
        }
        expect(s.most.atOnce).toBeLessThanOrEqual(lanes)
        expect(s.most.ofOne).toBeLessThanOrEqual(maxOfOne)
      },
    ),
    { numRuns: 200 },
  )
})

test('strangers go side by side', async () => {
  const s = stage(3, 10, () => 0)
  for (let n = 0; n < 3 * 201; n++) await s.all.add({ n, about: [`v${n}`] }, [`v${n}`], n)
  expect(s.most.atOnce).toBe(3)
  await s.answering(s.all.drain())
  expect(s.arrived).toHaveLength(3 * 201)
})

test('a batch that fails ends it with its error, and nothing behind it goes', async () => {
  const sent: number[][] = []
  const lanes = new Lanes<number>({
    lanes: 2,
    maxOfOne: 1,
    async send(events) {
      sent.push(events)
      throw new Error('away')
    },
    taken: () => {
      throw new Error('none was')
    },
  })
  await lanes.add(1, ['a'], 1)
  await expect(
    (async () => {
      for (let n = 2; n < 10; n++) await lanes.add(n, ['a'], n)
    })(),
  ).rejects.toThrow('away')
  await expect(lanes.drain()).rejects.toThrow('away')
  expect(sent).toEqual([[1]])
})

test('stopped, it says so, and what waited is not sent', async () => {
  const sent: number[][] = []
  const lanes = new Lanes<number>({
    lanes: 1,
    maxOfOne: 1,
    async send(events) {
      sent.push(events)
      return false
    },
    taken() {},
  })
  await lanes.add(1, ['a'], 1)
  await lanes.add(2, ['a'], 2)
  expect(await lanes.drain()).toBe(false)
  expect(sent).toEqual([[1]])
})
