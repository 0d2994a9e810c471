import { type Activity, NO_ACTIVITY, PARTITION_KEY } from '@hotlead/contracts'
import { explain, nextChange } from '@hotlead/model'
import fc from 'fast-check'
import { DAY, form, InMemory, NOON, page, shipped, visit } from './test/inMemory.ts'

/** From the beacon to the HOT event by the real steps, processors, kernel and codecs, in memory and at once. */

const ANN = 'ann@example.com'
const HOUR = 3_600_000

test('ten pages, the price page twice, and a form: transition 1 is HOT, announced once, with numbers that add up', async () => {
  const all = await InMemory.open()
  expect(await all.send('batch', { batch: [...visit('a'), form('a')] })).toBe('ok')
  const [transition, ...more] = all.transitions('v:a')
  expect(more).toEqual([])
  expect(transition).toMatchObject({
    number: 1,
    from: 'COLD',
    to: 'HOT',
    at: NOON,
    cause: 'activity',
    announce: true,
  })
  const [hot, ...others] = all.hot()
  expect(others).toEqual([])
  expect(hot).toMatchObject({ lead: 'v:a', number: 1, millipoints: 56_000, since: NOON, id: 'demo/v:a#1' })
  expect(hot?.contributions).toEqual([
    { rule: 'page-view', millipoints: 10_000 },
    { rule: 'pricing', millipoints: 16_000 },
    { rule: 'form-submit', millipoints: 30_000 },
  ])
  expect(hot?.conditions.find(c => c.text === 'score ≥ 40')).toEqual({
    text: 'score ≥ 40',
    value: '56.000',
    holds: true,
  })
  expect(hot?.recent).toHaveLength(10)
})

test('ten blog pages alone make nobody HOT, and a lead that never moved is not kept by tiering', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('batch', { batch: Array.from({ length: 10 }, (_, i) => page('b', `/blog/${i}`)) })
  expect([all.moves('v:b'), all.hot()]).toEqual([[], []])
  expect(all.driver.store('tiering').dump().states.has('demo/v:b')).toBe(false)
})

test('a silent lead cools HOT → WARM → COLD, each at the very second that the model says', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('batch', { batch: [...visit('a'), form('a')] })
  const { model } = all
  const { lead } = all.score('v:a')
  const warm = nextChange(model, lead, { tier: 'HOT', since: NOON, left: [] }, NOON) as number
  const cold = nextChange(model, lead, { tier: 'WARM', since: warm, left: [] }, warm) as number
  expect([warm, cold].map(t => Math.round((t - NOON) / DAY))).toEqual([17, 49])

  await all.driver.advance(warm - 1 - NOON, 6 * HOUR)
  expect(all.moves('v:a')).toEqual(['COLD→HOT'])
  await all.driver.advance(1000)
  expect(all.moves('v:a')).toEqual(['COLD→HOT', 'HOT→WARM'])
  await all.driver.advance(cold - 1 - all.clock, 6 * HOUR)
  expect(all.moves('v:a')).toHaveLength(2)
  await all.driver.advance(1000)
  const [, second, third] = all.transitions('v:a')
  expect(second).toMatchObject({ number: 2, to: 'WARM', at: warm, cause: 'time', announce: false })
  expect(second?.conditions[0]).toMatchObject({ text: 'score < 25', holds: true })
  expect(third).toMatchObject({ number: 3, from: 'WARM', to: 'COLD', at: cold, cause: 'time' })
  expect(second?.contributions.reduce((sum, c) => sum + c.millipoints, 0)).toBe(second?.millipoints)
  expect(all.hot()).toHaveLength(1)
  // Nothing is left to wait for: the standing stays, its facts do not.
  const standing = all.driver.store('tiering').dump().states.get('demo/v:a') as Buffer
  expect(all.codecs.standing.decode(standing)).toMatchObject({
    tier: 'COLD',
    number: 3,
    wakeAt: null,
    snapshot: null,
  })
})

test('what explain foretells is what happens', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('batch', { batch: [...visit('a'), form('a')] })
  const { model } = all
  const { next } = explain(model, all.score('v:a').lead, { tier: 'HOT', since: NOON, left: [] }, NOON)
  await all.driver.advance(30 * DAY, 6 * HOUR)
  const cooled = all.transitions('v:a').at(-1)
  expect({ at: cooled?.at, tier: cooled?.to }).toEqual(next)
})

test.each([1, 3])(
  'a visitor who says who she is: her past is merged, what comes later is sent on, all counted once (%p partitions)',
  async partitions => {
    const all = await InMemory.open('default', partitions)
    await all.send('batch', { batch: visit('a') })
    expect(all.moves('v:a')).toEqual(['COLD→WARM'])
    await all.send('track', form('a', ANN))
    expect(all.counts(ANN)).toEqual({ 'form-submit': 1, 'page-view': 10, pricing: 2 })
    expect(all.moves(ANN).at(-1)).toMatch(/→HOT$/)
    expect(all.hot().map(h => [h.lead, h.visitors])).toEqual([[all.subject(ANN), ['v:a']]])
    // The visitor is an alias from now on and stands for nobody.
    expect(all.score('v:a')).toMatchObject({ millipoints: 0, lead: { alias: all.subject(ANN), signals: [] } })
    expect(all.moves('v:a')).toEqual(['COLD→WARM', 'WARM→COLD'])

    await all.send('page', page('a', '/product/x', { messageId: 'again' }))
    await all.send('page', page('a', '/product/x', { messageId: 'again' }))
    expect(all.counts(ANN)).toEqual({ 'form-submit': 1, 'page-view': 11, pricing: 2, product: 1 })
    expect(all.score('v:a').lead.signals).toEqual([])
    expect(all.hot()).toHaveLength(1)
  },
)

test('a merge and an event that are sent on twice count once', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('batch', { batch: visit('a') })
  const { cluster } = all.driver
  const topics = ['scores', 'tiers', 'hot-leads']
  const before = {
    scorer: all.driver.store('scorer').dump(),
    tiering: all.driver.store('tiering').dump(),
    ends: topics.map(topic => cluster.partition(topic, 0).length),
  }
  await all.send('track', form('a', ANN))
  await all.send('page', page('a', '/product/x'))
  const counts = all.counts(ANN)
  const sentOn = () =>
    all
      .activities()
      .filter(a => a.via)
      .map(a => a.kind)
  expect(sentOn()).toEqual(['merge', 'event'])
  // The scorer dies after it has sent on and before it has published its own: only `activity` has heard of it.
  for (const [i, topic] of topics.entries()) cluster.partition(topic, 0).length = before.ends[i] as number
  for (const name of ['scorer', 'tiering'] as const) {
    all.driver.store(name).restore(before[name])
    all.driver.crash(name)
  }
  await all.driver.run()
  expect(sentOn()).toEqual(['merge', 'event', 'merge', 'event'])
  expect(all.counts(ANN)).toEqual(counts)
  expect(all.moves(ANN).at(-1)).toMatch(/→HOT$/)
  expect(all.hot()).toHaveLength(1)
})

test.each(['before it was known', 'once it was known'])(
  'a visitor that turns out to be somebody else: what it did %s, and comes again, counts once',
  async when => {
    const all = await InMemory.open('default', 1)
    const again = page('a', '/product/x', { messageId: 'again' })
    await all.send('page', page('a', '/'))
    if (when === 'before it was known') await all.send('page', again)
    await all.send('identify', { anonymousId: 'a', traits: { email: ANN } })
    if (when === 'once it was known') await all.send('page', again)
    await all.send('identify', { anonymousId: 'a', traits: { email: 'bob@example.com' } })
    await all.send('page', again)
    expect(all.counts(ANN)).toMatchObject({ product: 1 })
    expect(all.counts('bob@example.com')).not.toHaveProperty('product')
  },
)

test('a cap holds over the union of two browsers', async () => {
  const all = await InMemory.open()
  for (const browser of ['home', 'work'])
    await all.send('batch', { batch: Array.from({ length: 8 }, (_, i) => page(browser, `/blog/${i}`)) })
  await all.send('track', form('home', ANN))
  await all.send('track', form('work', ANN))
  expect(all.counts(ANN)).toEqual({ 'form-submit': 2, 'page-view': 16 })
  // At most ten pages and one form a day.
  expect(all.score(ANN).millipoints).toBe(10_000 + 30_000)
})

test('a browser that someone else uses later: the past stays where it went', async () => {
  const all = await InMemory.open()
  const BOB = 'bob@example.com'
  await all.send('batch', { batch: visit('shared') })
  await all.send('track', form('shared', ANN))
  const ann = all.counts(ANN)
  await all.send('track', form('shared', BOB))
  await all.send('page', page('shared', '/product/x'))
  expect(all.counts(ANN)).toEqual(ann)
  expect(all.counts(BOB)).toEqual({ 'form-submit': 1, 'page-view': 1, product: 1 })
})

test('a browser that is Ann’s, then Bob’s, then Ann’s again sends what it does without a name to Ann', async () => {
  const all = await InMemory.open('default', 1)
  const BOB = 'bob@example.com'
  for (const who of [ANN, BOB, ANN]) await all.send('track', form('shared', who))
  await all.send('page', page('shared', '/product/x'))
  expect(all.score('v:shared').lead.alias).toBe(all.subject(ANN))
  expect(all.counts(ANN)).toMatchObject({ product: 1 })
  // The same within one request, where nothing is acknowledged before the next event is read.
  await all.send('batch', { batch: [form('shared', BOB), form('shared', ANN)] })
  expect(all.score('v:shared').lead.alias).toBe(all.subject(ANN))
})

test('an identify writes its link also where the last link is known: another ingestor may have written one since', async () => {
  const all = await InMemory.open('default', 1)
  const links = () => all.activities().filter(a => a.link).length
  await all.send('track', form('a', ANN))
  await all.send('track', form('a', ANN))
  expect(links()).toBe(1)
  await all.send('identify', { anonymousId: 'a', traits: { email: ANN } })
  expect(links()).toBe(2)
})

test('two known leads are never merged by a beacon that names both', async () => {
  const all = await InMemory.open()
  const BOB = 'bob@example.com'
  await all.send('track', form('a', ANN))
  await all.send('track', form('b', BOB))
  await all.send('identify', { anonymousId: 'a', userId: BOB, traits: { email: ANN } })
  expect([all.counts(ANN), all.counts(BOB)]).toEqual([{ 'form-submit': 1 }, { 'form-submit': 1 }])
})

test('an event id counts once, also in another second, another batch and after a crash', async () => {
  const all = await InMemory.open('default', 1)
  const once = { ...form('a'), messageId: 'm-1' }
  await all.send('batch', { batch: [once, once] })
  await all.send('track', once)
  await all.driver.advance(5_000)
  all.driver.crash('scorer')
  await all.send('track', once)
  expect(all.counts('v:a')).toEqual({ 'form-submit': 1 })
  expect(all.score('v:a').lead.recent).toHaveLength(1)
})

test('a recorded call takes a lead off HOT at once, the same call twice counts once, and nobody hears of it', async () => {
  const all = await InMemory.open()
  await all.send('batch', { batch: [...visit('a'), form('a', ANN)] })
  expect(all.moves(ANN).at(-1)).toMatch(/→HOT$/)
  await all.driver.advance(60_000)
  await all.call(ANN, 'call-1')
  await all.call(ANN, 'call-1')
  const last = all.transitions(ANN).at(-1)
  expect(last).toMatchObject({ from: 'HOT', to: 'WARM', cause: 'activity', announce: false })
  expect(last?.conditions.find(c => c.text.startsWith('count of follow-up'))).toMatchObject({
    value: '1',
    holds: true,
  })
  expect(all.counts(ANN)['follow-up']).toBe(1)
  await all.send('batch', { batch: visit('a') })
  expect(all.moves(ANN).at(-1)).toBe('HOT→WARM')
  expect(all.hot()).toHaveLength(1)
})

const EASY = `
name: easy
signals: { page-view: { type: page } }
rules: [{ signal: page-view, points: 10 }]
tiers: [{ name: COLD }, { name: HOT, announce: true, enter: { score: { atLeast: 30 } } }]
`

test.each([false, true])('a new model judges every lead again at once; announced: %p', async announce => {
  const all = await InMemory.open()
  for (const who of ['a', 'b', 'c'])
    await all.send('batch', { batch: Array.from({ length: 5 }, () => page(who, '/x')) })
  await all.send('page', page('d', '/x'))
  expect(['a', 'b', 'c', 'd'].flatMap(who => all.moves(`v:${who}`))).toEqual([])
  const model = await all.publish(EASY, { announce })
  for (const who of ['a', 'b', 'c']) {
    const [t, ...more] = all.transitions(`v:${who}`)
    expect(more).toEqual([])
    expect(t).toMatchObject({ number: 1, to: 'HOT', model: model.version, millipoints: 50_000, announce })
    expect(t?.cause).toBe(announce ? 'announcedModel' : 'model')
  }
  expect(all.moves('v:d')).toEqual([])
  expect(
    all
      .hot()
      .map(h => h.lead)
      .sort(),
  ).toEqual(announce ? ['v:a', 'v:b', 'v:c'] : [])
  // By the new model from now on: two pages more are enough for d.
  await all.send('batch', { batch: [page('d', '/y'), page('d', '/z')] })
  expect(all.moves('v:d')).toEqual(['COLD→HOT'])
})

test('a tier that a new model no longer has is the lowest', async () => {
  const all = await InMemory.open()
  await all.send('batch', { batch: visit('a') })
  expect(all.moves('v:a')).toEqual(['COLD→WARM'])
  await all.publish(EASY.replace('atLeast: 30', 'atLeast: 3000'))
  expect(all.moves('v:a')).toEqual(['COLD→WARM', 'WARM→COLD'])
})

test('records of somebody else: under `#` only a control counts, and a control counts nowhere else', async () => {
  const all = await InMemory.open(EASY, 1)
  const { version: other } = all.model
  await all.publish(shipped('default'))
  await all.send('page', page('a', '/pricing'))
  const [event] = all.activities().filter(a => a.event)
  const { lead } = all.score('v:a')
  const rogue: [string, object][] = [
    [PARTITION_KEY, event as Activity],
    [PARTITION_KEY, { kind: 'link', link: { lead: 'l:nobody', at: NOON } }],
    [PARTITION_KEY, { kind: 'merge', via: { visitor: 'v:b', offset: 0 }, merge: { lead } }],
    [
      PARTITION_KEY,
      {
        kind: 'followUp',
        followUp: { id: 'x', at: NOON, channel: 'mail', who: '', result: 'archive', note: '' },
      },
    ],
    [all.key('v:a'), { kind: 'control', control: { workspace: 'demo', model: other, announce: true } }],
  ]
  for (const [key, value] of rogue)
    all.driver.cluster.append('activity', 0, {
      key,
      value: all.codecs.activity.encode({ ...NO_ACTIVITY, ...value } as Activity),
    })
  await all.driver.run()
  await all.driver.advance(2000)
  await all.send('batch', { batch: [page('a', '/pricing'), form('a')] })
  expect(all.counts('v:a')).toEqual({ 'form-submit': 1, 'page-view': 2, pricing: 2 })
  expect(all.score('v:a').model).toBe(all.model.version)
  expect(all.hot().map(h => h.lead)).toEqual(['v:a'])
})

test('a crawler is kept in the timeline and scores nothing', async () => {
  const all = await InMemory.open()
  const bot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
  await all.send('batch', { batch: [...visit('bot'), form('bot')] }, bot)
  expect(all.score('v:bot')).toMatchObject({ millipoints: 0, lead: { signals: [] } })
  const lines = all.score('v:bot').lead.recent.flatMap(r => r.what || [])
  expect(lines).toHaveLength(10)
  for (const line of lines) expect(line).toMatch(/ \(bot\)$/)
  expect(all.moves('v:bot')).toEqual([])
})

test('who sends more than a person does becomes no HOT lead by it, and its story says why, also of a long path', async () => {
  const all = await InMemory.open('default', 3, { hotKey: { rate: 0.000_1, burst: 2 } })
  const flood = ['/', '/', '/pricing', '/pricing', `/${'x'.repeat(200)}`].map(path => page('script', path))
  await all.send('batch', { batch: [...flood, form('script')] })
  // Those before the limit are the flood's too.
  expect(all.counts('v:script')).toEqual({})
  expect(all.moves('v:script')).toEqual([])
  const lines = all.score('v:script').lead.recent.map(r => r.what)
  expect(lines.filter(line => line.endsWith(' (hot_key)'))).toHaveLength(4)
  expect(lines.find(line => line.includes('xxx'))).toMatch(/^page \/x+ \(hot_key\)$/)
  // Of somebody else nothing is held back.
  await all.send('page', page('ann', '/pricing'))
  expect(all.counts('v:ann')).toEqual({ 'page-view': 1, pricing: 1 })
})

test.each(['undefined', 'null', '0', '[object Object]', ' Guest '])('the id %p is nobody’s', async id => {
  const all = await InMemory.open()
  expect(await all.send('page', page(id, '/x'))).toMatch(/^no_identity: anonymousId, userId/)
  // As a user id beside a visitor's it links nobody: strangers would become one lead.
  for (const who of ['a', 'b'])
    await all.send('batch', { batch: visit(who).map(e => ({ ...e, userId: id })) })
  for (const who of ['v:a', 'v:b']) expect(all.counts(who)['page-view']).toBe(10)
})

test('SMP’s definition on the whole path: 15 pages, an application, an address, a target; then a call', async () => {
  const all = await InMemory.open('smp')
  await all.send('batch', { batch: Array.from({ length: 15 }, (_, i) => page('a', `/${i}`)) })
  await all.send('track', form('a', ANN))
  expect(all.hot()).toEqual([])
  await all.send('identify', { anonymousId: 'a', traits: { email: ANN, nurturing: true } })
  expect(all.hot().map(h => h.lead)).toEqual([all.subject(ANN)])
  await all.call(ANN)
  expect(all.moves(ANN)).toEqual(['COLD→HOT', 'HOT→COLD'])
})

test('SMP: the last visit thirty days ago, to the second', async () => {
  const all = await InMemory.open('smp', 1)
  await all.send('batch', { batch: Array.from({ length: 15 }, (_, i) => page('a', `/${i}`)) })
  await all.send('track', form('a', ANN))
  await all.send('identify', { anonymousId: 'a', traits: { email: ANN, nurturing: true } })
  await all.driver.advance(31 * DAY, 6 * HOUR)
  expect(all.transitions(ANN).at(-1)).toMatchObject({ to: 'COLD', cause: 'time', at: NOON + 30 * DAY })
})

/** One of: a page of a visitor, a form with or without an address, a call, time that passes. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      page: fc.constantFrom('/', '/pricing', '/product/x', '/careers'),
      by: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      form: fc.constantFrom(ANN, 'bob@example.com', undefined),
      by: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ call: fc.constantFrom(ANN, 'bob@example.com') }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(700, 5_000, HOUR, 9 * DAY) }) },
)

test('whatever happens, and wherever a crash throws a store back: the same leads, transitions and announcements', async () => {
  const script = fc.array(step, { minLength: 5, maxLength: 40 })
  const crashes = fc.array(
    fc.record({ after: fc.nat(40), of: fc.constantFrom('scorer', 'tiering'), back: fc.nat(3) }),
    { maxLength: 3 },
  )

  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
  type Crash = { after: number; of: string; back: number }
  async function run(steps: Step[], failing: Crash[]) {
    const all = await InMemory.open('default', 1)
    const dumps: Record<string, ReturnType<ReturnType<InMemory['driver']['store']>['dump']>>[] = []
    for (const [i, s] of steps.entries()) {
      dumps.push({ scorer: all.driver.store('scorer').dump(), tiering: all.driver.store('tiering').dump() })
      if ('page' in s) await all.send('page', page(s.by, s.page, { messageId: `m-${i}` }))
      else if ('form' in s) await all.send('track', form(s.by, s.form, { messageId: `m-${i}` }))
      else if ('call' in s) await all.call(s.call, `call-${i}`)
      else await all.driver.advance(s.wait, Math.min(s.wait, 6 * HOUR))
      for (const c of failing.filter(c => c.after === i)) {
        const dump = dumps[Math.max(0, dumps.length - 1 - c.back)]
        all.driver.store(c.of).restore(dump?.[c.of])
        all.driver.crash(c.of)
        await all.driver.run()
      }
    }
    // A restored store is read again at the latest here.
    await all.driver.advance(2_000)
    const who = ['v:a', 'v:b', 'v:c', ANN, 'bob@example.com']
    const moves = who.map(w =>
      all
        .transitions(w)
        .map(({ number, from, to, at, millipoints }) => ({ number, from, to, at, millipoints })),
    )
    const known = who.filter(w => all.knows(w))
    return { known, counts: known.map(w => [w, all.counts(w)]), moves, hot: all.hot().map(h => h.id) }
  }

  await fc.assert(
    fc.asyncProperty(script, crashes, async (steps, failing) => {
      const calm = await run(steps, [])
      for (const moves of calm.moves) {
        expect(moves.map(m => m.number)).toEqual(moves.map((_, i) => i + 1))
        for (const [i, m] of moves.entries()) expect(m.from).toBe(moves[i - 1]?.to ?? 'COLD')
      }
      expect(new Set(calm.hot).size).toBe(calm.hot.length)
      expect(await run(steps, failing)).toEqual(calm)
    }),
    { numRuns: 25 },
  )
})

/** What a batch holds is the fetch's choice: a tier passed through within one is not always a move of its own. */
async function inBatchesOf(batch: number, events: object[]) {
  const all = await InMemory.open('default', 1)
  for (const event of events) await all.write('batch', { batch: [event] })
  await all.driver.run(batch)
  await all.driver.advance(2000)
  const transitions = all.transitions('v:a')
  expect(transitions.map(t => t.number)).toEqual(transitions.map((_, i) => i + 1))
  expect(transitions.map(t => t.from)).toEqual(['COLD', ...transitions.slice(0, -1).map(t => t.to)])
  const { millipoints, lead } = all.score('v:a')
  return { moves: all.moves('v:a'), hot: all.hot(), score: [millipoints, lead.signals] }
}

test('however batches are cut: the same facts and score, numbers without gap; where the score only rose the same tier', async () => {
  const cuts = [1, 2, 3, 5, Number.POSITIVE_INFINITY]
  const ran = await Promise.all(cuts.map(batch => inBatchesOf(batch, [...visit('a'), form('a')])))
  for (const { score, moves, hot } of ran) {
    expect(score).toEqual(ran[0]?.score)
    expect(moves.at(-1)).toMatch(/→HOT$/)
    expect(hot.map(h => h.number)).toEqual([moves.length])
  }
  // Both happen: else this test would say nothing.
  expect(new Set(ran.map(r => r.moves.join(' ')))).toEqual(new Set(['COLD→WARM WARM→HOT', 'COLD→HOT']))
})

test('… and where it fell below enter, but not below exit, within one batch, a lead is HOT only if it was seen at its height', async () => {
  const events = [
    page('a', '/'),
    page('a', '/pricing'),
    form('a'),
    page('a', '/jobs/1'),
    page('a', '/jobs/2'),
  ]
  const [each, once] = [await inBatchesOf(1, events), await inBatchesOf(Number.POSITIVE_INFINITY, events)]
  expect(each.score).toEqual(once.score)
  expect([each.moves, once.moves]).toEqual([['COLD→HOT'], ['COLD→WARM']])
})
