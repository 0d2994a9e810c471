import { FAULTS } from './faults/index.ts'
import { lines, type Schedule, schedule } from './schedule.ts'

const options = { seed: 7, window: 25_000, count: 44, faults: FAULTS, shape: { instances: 2 } }
const rounds = (seed: number) =>
  Array.from({ length: 80 }, (_, i) => schedule({ ...options, seed, round: i + 1 }))

test('the same seed draws the same, another seed or round something else', () => {
  expect(rounds(7)).toEqual(rounds(7))
  const texts = new Set([...rounds(7), ...rounds(8)].map(s => lines(s).join('\n')))
  expect(texts.size).toBe(160)
})

test('80 rounds have every kind, and over 1,000 faults', () => {
  const planned = rounds(7).flatMap(s => s.planned)
  expect(new Set(planned.map(p => p.kind))).toEqual(new Set(FAULTS.map(f => f.kind)))
  expect(planned.length).toBeGreaterThan(1_000)
})

test('one by one, every kind comes as often as the others', () => {
  const alone = rounds(7).filter(s => s.oneByOne)
  const counts = new Map<string, number>()
  for (const { kind } of alone.flatMap(s => s.planned)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  expect(alone).toHaveLength(20)
  expect(counts.size).toBe(FAULTS.length)
  expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1)
})

test('two faults never have hands on the same thing at one time, unless they come one by one anyway', () => {
  for (const { oneByOne, planned } of rounds(7)) {
    if (oneByOne) continue
    planned.forEach((a, i) => {
      for (const b of planned.slice(i + 1))
        if (a.lanes.some(lane => b.lanes.includes(lane)))
          expect(a.at + a.lasts <= b.at || b.at + b.lasts <= a.at).toBe(true)
    })
  }
})

test('faults begin within the window, in order of time', () => {
  for (const { oneByOne, planned } of rounds(9)) {
    const at = planned.map(p => p.at)
    if (!oneByOne) expect(at).toEqual(at.toSorted((a, b) => a - b))
    expect(at.every(a => a >= 0 && a <= options.window)).toBe(true)
  }
})

test('only the kinds that are asked for', () => {
  const faults = FAULTS.filter(f => f.kind === 'redis-cut')
  const { planned } = schedule({ ...options, faults, count: 4, round: 1 })
  expect(planned.map(p => p.kind)).toEqual(Array(4).fill('redis-cut'))
})

test('a line for people', () => {
  const planned: Schedule['planned'] = [
    { kind: 'redis-cut', at: 1_250, lanes: ['redis-network'], lasts: 50, what: { times: 3, every: 20 } },
  ]
  expect(lines({ oneByOne: false, planned })).toEqual(['  1.3 s  redis-cut              times 3, every 20'])
})
