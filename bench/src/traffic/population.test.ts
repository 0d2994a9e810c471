import { population, visitsOfAll } from './population.ts'

const options = { events: 10_000, leads: 500, end: Date.UTC(2026, 0, 15), secret: 'a secret of sixteen' }

test('the same in every run, in order of time, over two weeks', () => {
  const [one, two] = [[...population(options)], [...population(options)]]
  // As text: a difference between 10,000 objects takes minutes to print.
  expect(JSON.stringify(one) === JSON.stringify(two)).toBe(true)
  const times = one.map(r => r.value.event?.at as number)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThan(13.9 * 86_400_000)
  expect(times.at(-1)).toBe(options.end)
})

test('few leads come often, most seldom; a fifth is known by its address', () => {
  const counts = new Map<string, number>()
  for (const { key } of population(options)) counts.set(key, (counts.get(key) ?? 0) + 1)
  const sorted = [...counts.values()].sort((a, b) => a - b)
  expect(sorted.length).toBeGreaterThan(450)
  expect(sorted[sorted.length >> 1]).toBeLessThan(20)
  expect(sorted.at(-1)).toBeGreaterThan(60)
  const known = [...counts.keys()].filter(key => key.startsWith('demo/l:')).length
  expect(known / counts.size).toBeCloseTo(0.2, 1)
})

test('visits of all: every lead comes, two or three events each', () => {
  const counts = new Map<string, number>()
  for (const { key } of visitsOfAll({ ...options, leads: 2_000 })) counts.set(key, (counts.get(key) ?? 0) + 1)
  expect(counts.size).toBe(2_000)
  expect(new Set(counts.values())).toEqual(new Set([2, 3]))
  const events = [...counts.values()].reduce((a, b) => a + b, 0)
  expect(events / counts.size).toBeCloseTo(2.5, 1)
})
