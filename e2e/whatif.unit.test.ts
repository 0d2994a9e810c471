import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Model, parseModel } from '@hotlead/model'
import { foldLog, simulate } from '@hotlead/whatif'
import fc from 'fast-check'
import { openEvents } from '../packages/cli/src/simulate/eventsFile.ts'
import { DAY, form, InMemory, page, SECRET, shipped, visit } from './test/inMemory.ts'
import { ANN, BOB, HOUR, logOf, path, play, RISING, step, who } from './test/play.ts'

/**
 * The log that ingestor and scorer wrote, folded again in virtual time by the model that was active: the very moves that
 * tiering wrote to `tiers`, for whatever happened.
 */

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

function simulated(all: InMemory, models: Model[], from?: number, to?: number) {
  return simulate({
    ...logOf(all),
    models,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
}

function modelOf(source: string): Model {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.model
}

async function folded(all: InMemory, models = [all.model]) {
  const rows: Row[][] = models.map(() => [])
  const result = await foldLog({
    ...logOf(all),
    models,
    isTiered: true,
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
    { numRuns: 25 },
  )
  expect(moves).toBeGreaterThan(20)
})

test.each([1, 3])(
  'a draft over the log of another model, %i partitions: what it would have written itself',
  async partitions => {
    let merges = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
        const [real, own] = [await play(steps, partitions, 'default'), await play(steps, partitions, RISING)]
        const { rows } = await folded(real, [own.model, real.model])
        expect(rows).toEqual([written(own), written(real)])
        merges += real.activities().filter(a => a.merge).length
      }),
      { numRuns: 25 },
    )
    expect(merges).toBeGreaterThan(5)
  },
)

test('two models over one log: who becomes HOT by which, when, how often, and why they differ', async () => {
  const all = await InMemory.open('default', 3)
  const noon = all.clock
  // Both, at once.
  await all.send('batch', { batch: [...visit('a'), form('a', ANN)] })
  await all.driver.advance(DAY, 6 * HOUR)
  // By the easier model a day before the other: a form lifts b over its 40 points.
  await all.send('batch', { batch: visit('b') })
  await all.driver.advance(DAY, 6 * HOUR)
  await all.send('track', form('b'))
  // Never by the one that is active.
  await all.send('batch', { batch: visit('c') })
  await all.driver.advance(30 * DAY, 6 * HOUR)
  const easy = modelOf(
    shipped('default')
      .replaceAll('score: { atLeast: 40 }', 'score: { atLeast: 25 }')
      .replaceAll('score: { below: 25 }', 'score: { below: 20 }'),
  )
  const { report } = await simulated(all, [easy, all.model])
  expect(report).toMatchObject({
    leads: [3, 2],
    alerts: [3, 2],
    overlap: {
      onlyFirst: 1,
      onlySecond: 0,
      both: 2,
      sameTime: 1,
      earlier: 1,
      later: 0,
      median: DAY,
      longest: DAY,
    },
    from: noon,
    to: all.clock,
  })
  expect(report.days.filter(d => d.alerts.some(n => n > 0))).toEqual([
    { day: '2026-01-05', alerts: [1, 1] },
    { day: '2026-01-06', alerts: [1, 0] },
    { day: '2026-01-07', alerts: [1, 1] },
  ])
  expect(report.days).toHaveLength(33)
  const [first] = report.told
  expect(first).toMatchObject({ email: ANN, subject: all.subject(ANN) })
  expect(first?.alerts[1]?.[0]).toMatchObject({ tier: 'HOT', at: noon, millipoints: 56_000, cause: 'merge' })

  // c stays HOT by the easier one until 26 points have faded below 20, b until its form comes.
  const c = report.most.find(d => d.subject === 'v:c')
  const hot = (model: number) => c?.explanations[model]?.tiers.find(t => t.tier === 'HOT')?.enterHolds
  expect([hot(0), hot(1), c?.tiers]).toEqual([true, false, ['HOT', 'WARM']])
  expect(c?.explanations.map(e => e.scores[0].millipoints)).toEqual([26_000, 26_000])
  expect(c?.inside[1]).toBe(0)
  expect(c?.apart).toBe(c?.inside[0])
  expect(report.most.map(d => d.subject)).toEqual(['v:b', all.subject(ANN), 'v:c'])

  // A day later, what came before is history: b is HOT by the easier model at the start, and becomes so by the other.
  const later = (await simulated(all, [easy, all.model], noon + 1.5 * DAY, noon + 2.5 * DAY)).report
  expect(later).toMatchObject({ leads: [1, 1], from: noon + 1.5 * DAY, to: noon + 2.5 * DAY })
  expect(later.days.map(d => d.day)).toEqual(['2026-01-07', '2026-01-08'])
  expect(later.most.find(d => d.subject === 'v:b')).toMatchObject({
    at: noon + DAY,
    apart: DAY / 2,
    tiers: ['HOT', 'WARM'],
  })
})

test('one model: who becomes HOT, and who is so longest', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('batch', { batch: [...visit('a'), form('a')] })
  await all.driver.advance(30 * DAY, 6 * HOUR)
  const { report } = await simulated(all, [all.model])
  const [, cooled] = all.transitions('v:a')
  expect(report).toMatchObject({ leads: [1], alerts: [1], overlap: undefined })
  expect(report.most).toMatchObject([
    {
      subject: 'v:a',
      inside: [(cooled?.at as number) - (report.told[0]?.alerts[0]?.[0]?.at as number)],
      tiers: ['HOT'],
    },
  ])
})

test('the same beacons as a file of events: the leads that were announced, at the same time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-whatif-'))
  const beacon = fc.oneof(
    { weight: 4, arbitrary: fc.record({ path, by: who }) },
    { weight: 2, arbitrary: fc.record({ form: fc.constantFrom(ANN, BOB, undefined), by: who }) },
    { weight: 1, arbitrary: fc.record({ identify: fc.constantFrom(ANN, BOB), by: who }) },
  )
  let announced = 0
  await fc.assert(
    fc.asyncProperty(fc.array(beacon, { minLength: 10, maxLength: 60 }), async beacons => {
      const all = await InMemory.open('default', 1)
      const lines: object[] = []
      for (const b of beacons) {
        all.driver.cluster.clock += 137_000
        const body =
          'path' in b
            ? page(b.by, b.path)
            : 'form' in b
              ? form(b.by, b.form)
              : { type: 'identify' as const, anonymousId: b.by, traits: { email: b.identify } }
        lines.push({ ...body, timestamp: all.clock })
        await all.send('batch', { batch: [body] })
      }
      const file = join(folder, 'events.ndjson')
      writeFileSync(file, lines.map(l => JSON.stringify(l)).join('\n'))
      const { report } = await simulate({
        models: [all.model],
        ...openEvents(file, { secret: SECRET }).log({ workspace: 'demo', to: undefined, onProgress() {} }),
      })
      const told = report.told.flatMap(t =>
        (t.alerts[0] ?? []).map(a => `${t.subject} ${a.at} ${a.millipoints}`),
      )
      expect(told.sort()).toEqual(
        all
          .hot()
          .map(h => `${h.lead} ${h.since} ${h.millipoints}`)
          .sort(),
      )
      announced += told.length
    }),
    { numRuns: 20 },
  )
  rmSync(folder, { recursive: true })
  expect(announced).toBeGreaterThan(5)
})
