import { calibrate, termsOf, valueFor } from '@hotlead/calibrate'
import { type Lead, type Score, splitKey } from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import { parseModel, whole } from '@hotlead/model'
import { foldLog } from '@hotlead/whatif'
import fc from 'fast-check'
import { gather } from '../packages/cli/src/calibrate/evidence.ts'
import { DAY, form, InMemory, page, shipped } from './test/inMemory.ts'
import { ANN, BOB, HOUR, logOf, play, step } from './test/play.ts'

/** What calibration learns from is what was known before each outcome, in a log that ingestor and scorer wrote. */

const GOOD = new Set(['opportunity', 'won'])
const terms = termsOf(contentOf(shipped('default')))

function contentOf(source: string): unknown {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.content
}

function evidenceOf(
  all: InMemory,
  more: { others?: boolean; from?: number; good?: ReadonlySet<string> } = {},
) {
  return gather(() => logOf(all), {
    model: terms.model,
    told: undefined,
    good: GOOD,
    others: false,
    from: undefined,
    ...more,
  })
}

/** A lead's facts by a fold of its own that ends before the time; through all records, one by one, to the end. */
async function cutFold(all: InMemory, model: Model, subject: string, at: number): Promise<Lead | undefined> {
  let found: Lead | undefined
  await foldLog({
    ...logOf(all),
    models: [model],
    to: at - 1,
    onRun([run]) {
      for (const { key, value } of run?.snapshots ?? [])
        if (splitKey(key).subject === subject) found = (value.score as Score).lead ?? undefined
    },
  })
  return found
}

/** Outcomes now and then among whatever else happens. */
const ending = fc.oneof(
  { weight: 8, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      tell: fc.constantFrom(ANN, BOB, 'v:a', 'v:b', 'v:c'),
      as: fc.constantFrom('won', 'lost'),
    }),
  },
)

test.each([1, 3])(
  'cut at each outcome, a fold of its own gives the same facts (%i partitions)',
  async partitions => {
    let [seen, merged] = [0, 0]
    await fc.assert(
      fc.asyncProperty(fc.array(ending, { minLength: 25, maxLength: 40 }), async steps => {
        const all = await play(steps, partitions, 'default')
        const { cases, ends } = await evidenceOf(all)
        const by = new Map(cases.map(c => [c.subject, c.lead]))
        for (const { subject, at } of ends.decided) {
          expect(by.get(subject)).toEqual(await cutFold(all, terms.model, subject, at))
          for (const s of by.get(subject)?.signals ?? []) expect(s.last).toBeLessThan(at)
        }
        seen += cases.length
        merged += cases.filter(c => c.lead.visitors.length > 0).length
      }),
      { numRuns: 8 },
    )
    expect(seen).toBeGreaterThan(5)
    expect(merged).toBeGreaterThan(0)
  },
)

test('facts are those before the outcome: not what came in its very millisecond, nor what a visitor brought later', async () => {
  const all = await InMemory.open('default', 3)
  await all.send('page', page('a', '/pricing'))
  await all.send('track', form('b', ANN))
  await all.driver.advance(HOUR, HOUR)
  await all.tell(ANN, 'won')
  await all.send('track', form('b', ANN))
  await all.driver.advance(HOUR, HOUR)
  await all.send('identify', { anonymousId: 'a', traits: { email: ANN } })
  expect(all.counts(ANN)).toEqual({ 'form-submit': 2, pricing: 1, 'page-view': 1 })
  const { cases } = await evidenceOf(all)
  expect(cases).toHaveLength(1)
  expect(cases[0]).toMatchObject({ subject: all.subject(ANN), good: true })
  const counts = terms.counts.map(t => [t.signal, valueFor(t, cases[0]!.lead, cases[0]!.at)] as const)
  expect(counts.filter(([, v]) => Array.isArray(v) && v.length > 0)).toEqual([
    ['form-submit', [{ count: 1, weight: expect.any(Number) }]],
  ])
})

test('an outcome that is told later counts from when it came out; of a visitor, as the lead that it was then', async () => {
  const all = await InMemory.open('default', 3)
  await all.send('page', page('a', '/pricing'))
  await all.send('page', page('c', '/pricing'))
  await all.driver.advance(DAY, DAY)
  const then = all.clock
  await all.driver.advance(DAY, DAY)
  await all.send('track', form('a', ANN))
  await all.send('track', form('b'))
  // Bob is nobody yet when his outcome comes out.
  await all.send('track', form('c', BOB))
  await all.driver.advance(DAY, DAY)
  await all.tell('v:a', 'opportunity')
  await all.tell(ANN, 'lost')
  await all.tell('v:c', 'lost', then)
  await all.tell('v:nobody', 'won')
  await all.tell('v:b', 'won', then)
  const { cases, ends, unknown, nothingBefore } = await evidenceOf(all)
  expect(cases.map(c => [c.subject, c.good, whole(c.lead).signals.map(s => s.name)])).toEqual([
    ['v:c', false, ['page-view', 'pricing']],
    [all.subject(ANN), true, ['form-submit', 'page-view', 'pricing']],
  ])
  expect({ unknown, nothingBefore, again: ends.again }).toEqual({
    unknown: ['v:nobody'],
    nothingBefore: 1,
    again: 1,
  })
  // Where opportunities are not asked for, what came of it counts.
  const won = await evidenceOf(all, { good: new Set(['won']) })
  expect(won.ends).toMatchObject({ open: 1, again: 0 })
  expect(won.cases.map(c => c.good)).toEqual([false, false])
})

test('with others: every lead without an outcome, as it was in the end; no visitors, and none that ended before', async () => {
  const all = await InMemory.open('default', 3)
  for (const [i, who] of ['x', 'y', 'z'].entries()) {
    await all.driver.advance(HOUR, HOUR)
    await all.send('track', form(who, `${who}@example.com`))
    if (i === 0) await all.tell('x@example.com', 'lost')
  }
  await all.send('page', page('nobody', '/'))
  const { cases, others } = await evidenceOf(all, { others: true, from: all.clock - 1 })
  expect(others).toBe(1)
  expect(cases).toMatchObject([{ subject: all.subject('z@example.com'), good: false, at: all.clock }])
})

/** A hundred leads over a hundred days: half are won, by chance as far as anyone can see. Those that are thank us. */
async function thankful(when: 'before' | 'after'): Promise<InMemory> {
  const all = await InMemory.open('default', 1)
  for (let i = 0; i < 100; i++) {
    const who = `${i}@example.com`
    await all.driver.advance(DAY, DAY)
    const isWon = (i * 37) % 100 < 50
    const thank = async () => {
      if (isWon) await all.write('page', page(`v${i}`, '/docs/welcome', { userId: who }))
    }
    await all.write('track', form(`v${i}`, who))
    if (when === 'before') await thank()
    await all.driver.run()
    all.driver.cluster.clock += 1_000
    await all.tell(who, isWon ? 'won' : 'lost')
    if (when === 'after') await thank()
  }
  await all.driver.run()
  return all
}

test('an event that only happens after the outcome predicts it perfectly, and gets no rule', async () => {
  const rulesOf = async (when: 'before' | 'after') => {
    const { cases } = await evidenceOf(await thankful(when))
    const samples = cases.map(c => ({
      outcome: c.good,
      at: c.at,
      factsUntil: c.at,
      values: terms.counts.map(t => valueFor(t, c.lead, c.at)),
    }))
    expect(samples).toHaveLength(100)
    // The split leaves ten and more of a kind on each side.
    const done = calibrate(terms.counts, samples, { least: 5, heldOutFrom: samples[50]!.at })
    return done.ok
      ? done.calibration.rules.map(r => ('signal' in r.term ? r.term.signal : ''))
      : [done.refusal.code]
  }
  expect(await rulesOf('after')).toEqual(['nothing-tells'])
  // The same event before it, as a page that no other lead has: the line above can fail.
  expect(await rulesOf('before')).toEqual(['page-view'])
})

test('an outcome moves nobody and changes no byte of a state', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('track', form('a', ANN))
  const before = JSON.stringify([all.score(ANN), all.transitions(ANN), all.driver.read('scores').length])
  await all.tell(ANN, 'won')
  await all.tell('v:a', 'lost')
  await all.tell('v:stranger', 'archive')
  expect(JSON.stringify([all.score(ANN), all.transitions(ANN), all.driver.read('scores').length])).toBe(
    before,
  )
  expect(all.knows('v:stranger')).toBe(false)
  expect(
    all
      .activities()
      .filter(a => a.outcome)
      .map(a => a.outcome?.outcome),
  ).toEqual(['won', 'lost', 'archive'])
})
