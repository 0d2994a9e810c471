import type { LogRecord } from '@hotlead/kafka'
import { foldLog } from '@hotlead/whatif'
import fc from 'fast-check'
import { DAY, form, InMemory, page, shipped, visit } from './test/inMemory.ts'

/**
 * The log that ingestor and scorer wrote, folded again in virtual time by the model that was active: the very moves that
 * tiering wrote to `tiers`, for whatever happened.
 */

const ANN = 'ann@example.com'
const BOB = 'bob@example.com'
const HOUR = 3_600_000

type Row = { key: string; number: number; from: string; to: string; at: number; millipoints: number }

function sorted(rows: Row[]): Row[] {
  return rows.sort((a, b) => (a.key === b.key ? a.number - b.number : a.key < b.key ? -1 : 1))
}

/** What tiering wrote. */
function written(all: InMemory): Row[] {
  return sorted(
    all.driver.read('tiers').map(({ key, value }) => {
      const { number, from, to, at, millipoints } = all.codecs.tiers.decode(value as Buffer)
      return { key, number, from, to, at, millipoints }
    }),
  )
}

async function folded(all: InMemory, models = [all.model], chunk = 7) {
  const { cluster } = all.driver
  const rows: Row[][] = models.map(() => [])
  const chunks = async function* (partition: number) {
    const records = cluster.partition('activity', partition)
    for (let i = 0; i < records.length; i += chunk) yield records.slice(i, i + chunk)
  }
  const result = await foldLog<LogRecord>({
    models,
    workspace: 'demo',
    partitions: Array.from({ length: cluster.partitions }, (_, p) => chunks(p)),
    partitionOf: key => cluster.partitionOf(key),
    decode: r => all.codecs.activity.decode(r.value as Buffer),
    onRun(runs) {
      for (const [m, { moves }] of runs.entries())
        for (const { key, transition: t } of moves)
          rows[m]?.push({
            key,
            number: t.number,
            from: t.from,
            to: t.to,
            at: t.at,
            millipoints: t.millipoints,
          })
    },
  })
  return { ...result, rows: rows.map(sorted) }
}

const who = fc.constantFrom('a', 'b', 'c')
const path = fc.constantFrom('/', '/pricing', '/product/x', '/careers', '/download/y')
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ pages: fc.array(path, { minLength: 1, maxLength: 4 }), by: who }) },
  { weight: 2, arbitrary: fc.record({ form: fc.constantFrom(ANN, BOB, undefined), by: who }) },
  { weight: 1, arbitrary: fc.record({ identify: fc.constantFrom(ANN, BOB), by: who }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constantFrom(ANN, BOB) }) },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(700, 5_000, HOUR, 3 * DAY, 40 * DAY) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function play(steps: readonly Step[], partitions: number, model: string): Promise<InMemory> {
  const all = await InMemory.open(model, partitions)
  for (const [i, s] of steps.entries()) {
    // What is produced apart has a stamp apart.
    all.driver.cluster.clock += 1 + ((i * 37) % 400)
    if ('pages' in s) await all.send('batch', { batch: s.pages.map(p => page(s.by, p)) })
    else if ('form' in s) await all.send('track', form(s.by, s.form))
    else if ('identify' in s) await all.send('identify', { anonymousId: s.by, traits: { email: s.identify } })
    else if ('call' in s) await all.call(s.call)
    else await all.driver.advance(s.wait, Math.min(s.wait, 6 * HOUR))
  }
  return all
}

const RISING = `
name: rising
signals: { page-view: { type: page }, form: { type: track, name: Form Submitted }, careers: { type: page, path: /careers } }
rules:
  - { signal: page-view, points: 5, decay: { linear: 5d } }
  - { signal: form, points: 20, decay: { window: 2d } }
  - { signal: careers, points: -20, decay: { halfLife: 2h } }
tiers:
  - name: COLD
  - name: WARM
    enter: { score: { atLeast: 10 } }
    dwell: 1d
  - name: HOT
    announce: { again: 10d }
    coolDown: 12h
    enter: { all: [{ score: { atLeast: 20 } }, { not: { followUps: { within: 7d, atLeast: 1 } } }] }
    exit: { any: [{ score: { below: 15 } }, { followUps: { since: tier, atLeast: 1 } }] }
`
const SINCE = `
name: since
signals: { page-view: { type: page }, form: { type: track, name: Form Submitted } }
rules: [{ signal: page-view, points: 5, decay: { halfLife: 3d } }]
tiers:
  - name: COLD
  - name: WARM
    enter: { any: [{ score: { atLeast: 12 } }, { recency: { signal: form, since: tier } }] }
    exit: { score: { below: 3 } }
  - name: HOT
    announce: true
    enter: { all: [{ score: { atLeast: 8 } }, { recency: { signal: form, since: tier } }] }
    exit: { not: { recency: { signal: form, within: 2d } } }
`

test.each([
  [1, 'default'],
  [1, RISING],
  [1, SINCE],
  [3, 'default'],
  [3, RISING],
])('by the model that was active, %i partitions: exactly what is in tiers', async (partitions, model) => {
  let moves = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const all = await play(steps, partitions, model)
      const expected = written(all)
      const found = await folded(all)
      expect(found.rows[0]).toEqual(expected)
      expect(found.foreignMerges).toBe(0)
      moves += expected.length
    }),
    { numRuns: 40 },
  )
  expect(moves).toBeGreaterThan(20)
})
void visit
void shipped
