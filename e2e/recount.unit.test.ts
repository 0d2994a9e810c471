import { type Control, MAIL_EVENTS, NO_ACTIVITY, PARTITION_KEY, type Recount } from '@hotlead/contracts'
import { type Model, parseModel, recounted, taken, whole } from '@hotlead/model'
import { recount } from '@hotlead/whatif'
import fc from 'fast-check'
import { DAY, InMemory, page } from './test/inMemory.ts'

/**
 * A model that counts otherwise is published with a recount of the log, while events, links and merges go on and
 * partitions are at different places: in the end every lead's facts are those of an installation that had the model from
 * its first day.
 */

const HOUR = 3_600_000
const EMAILS = ['ann@example.com', 'bob@example.com']
const VISITORS = ['a', 'b', 'c', 'd']
const USERS = ['u-1', 'u-2']

const TIERS = 'tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 40 } } }]'
const BEFORE = `
name: before
signals:
  page-view: { type: page }
  pricing: { type: page, path: /pricing }
  docs: { type: page, path: /docs/**, count: { distinct: path } }
  gone: { type: page, path: /gone }
  click: { type: track, name: Email Link Clicked }
rules:
  - { signal: page-view, points: 1, decay: { halfLife: 3d } }
  - { signal: pricing, points: 10 }
  - { signal: docs, points: 2 }
${TIERS}
`
const AFTER = `
name: after
signals:
  page-view: { type: page }
  pricing: { type: page, path: [/pricing, /offer] }
  docs: { type: page, path: /docs/**, count: { visits: { gap: 1h } } }
  spent: { type: track, name: Bought, count: { sum: property.total } }
  click: { type: track, name: Email Link Clicked, count: { distinct: property.link_url } }
rules:
  - { signal: page-view, points: 1, decay: { halfLife: 3d } }
  - { signal: page-view, table: { of: path, points: { /offer: 3 }, otherwise: 1 }, decay: { window: 2d }, name: pages }
  - { signal: pricing, points: 10, decay: { linear: 5d } }
  - { signal: docs, points: 2 }
  - { signal: spent, points: 1 }
${TIERS}
`

function read(source: string) {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed
}
const [before, after] = [read(BEFORE), read(AFTER)]
const FACTS = recounted(before, after)

type Step = { do: string; by: number; n: number }
const parts = { by: fc.nat(VISITORS.length - 1), n: fc.nat(50) }
const step: fc.Arbitrary<Step> = fc.record({
  ...parts,
  do: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('/pricing', '/offer', '/docs/a', '/docs/b', '/gone') },
    { weight: 2, arbitrary: fc.constantFrom('buy', 'again', 'link', 'user', 'told', 'mail', 'mail') },
    { weight: 3, arbitrary: fc.constantFrom('run', 'wait') },
  ),
})

/** One installation, in which records are written now and folded when the steps say so. */
class Played {
  readonly all: InMemory
  #written = 0
  #last: object = page('a', '/offer', { messageId: 'first' })

  constructor(all: InMemory) {
    this.all = all
  }

  async step({ do: what, by, n }: Step): Promise<void> {
    const { driver } = this.all
    const anonymousId = VISITORS[by] as string
    driver.cluster.clock += 1 + n
    if (what === 'wait') driver.cluster.clock += [700, HOUR, DAY, 6 * DAY][n % 4] as number
    else if (what === 'run') await driver.run(1 + (n % 3), 1 + (n % 2))
    else if (what === 'link') {
      const traits = { email: EMAILS[n % EMAILS.length] }
      await this.all.write('identify', { anonymousId, traits, messageId: `link-${this.#written++}` })
    } else if (what === 'user') {
      const named = { messageId: `user-${this.#written++}`, userId: USERS[n % 2] }
      await this.all.write('page', page(anonymousId, '/offer', named))
    } else if (what === 'told') {
      // Always the same address: after a change, what is on its way to the user id goes to whoever it is by then.
      const who = { userId: USERS[n % 2], traits: { email: EMAILS[n % 2] } }
      await this.all.write('identify', { ...who, messageId: `told-${this.#written++}` })
    } else if (what === 'look') {
      await this.all.write('track', { event: 'Looked', anonymousId, messageId: `look-${this.#written++}` })
    } else if (what === 'mail') {
      // Whether a machine did it is found out by what comes before and after, whatever happens between.
      const done = n % 6 === 0 ? 'delivered' : 'clicked'
      const link_url = `https://www.example.com/${n % 3}${n % 11 === 0 ? '?hotlead=honeypot' : ''}`
      const to = { context: { traits: { email: EMAILS[by % 2] } }, properties: { link_url, email_id: 'm' } }
      await this.all.writeSigned('track', {
        event: MAIL_EVENTS[done],
        messageId: `mail-${this.#written++}`,
        ...to,
      })
    } else if (what === 'buy') {
      const bought = { event: 'Bought', anonymousId, properties: { total: n + 0.5 } }
      await this.all.write('track', { ...bought, messageId: `buy-${this.#written++}` })
    } else {
      // The last page comes again: within the window in which a repeat is known, whenever its visitor was linked.
      if (what !== 'again') this.#last = page(anonymousId, what, { messageId: `page-${this.#written++}` })
      await this.all.write('page', this.#last)
    }
  }

  control(partition: number, control: Pick<Control, 'recount' | 'model'>): number {
    const { cluster } = this.all.driver
    const value = this.all.codecs.activity.encode({
      ...NO_ACTIVITY,
      kind: 'control',
      control: { workspace: 'demo', announce: false, ...control },
    })
    return cluster.append('activity', partition, { key: PARTITION_KEY, value })
  }

  recount(key: string, id: string, counts: Partial<Recount>): void {
    const { cluster } = this.all.driver
    const value = this.all.codecs.activity.encode({
      ...NO_ACTIVITY,
      kind: 'recount',
      recount: { id, signals: [], unsettled: [], ...counts },
    })
    cluster.append('activity', cluster.partitionOf(key), { key, value })
  }

  /** Facts of every subject that has any, once all is folded. */
  async facts(model: Model): Promise<Record<string, unknown>> {
    await this.all.driver.run()
    const found: Record<string, unknown> = {}
    for (const { key, value } of this.all.driver.read('scores')) {
      const { lead } = this.all.codecs.scores.decode(value as Buffer)
      if (!lead) continue
      // Hours out of reach are one number in either, whenever they were last looked at.
      const { signals } = taken(whole(lead), { id: '', facts: [] }, model, this.all.clock)
      found[key] = {
        alias: lead.alias,
        signals: signals.filter(s => model.signals.some(known => s.name.startsWith(known.name))),
      }
    }
    return found
  }
}

interface Plan {
  /** What the log has lost: nothing of it is counted, but who is whom. */
  lost?: Step[]
  /** Before the recount, and between its steps. */
  stretches: Step[][]
  partitions: number
}
const plan: fc.Arbitrary<Plan> = fc.record({
  stretches: fc.array(fc.array(step, { maxLength: 12 }), { minLength: 9, maxLength: 9 }),
  partitions: fc.constantFrom(1, 2, 3),
})

/** The stretches in the order in which they are played. */
function played({ lost = [], stretches, partitions }: Plan): Step[] {
  const after = (n: number) => Array.from({ length: partitions }, (_, p) => n + p)
  return [...lost, ...[0, ...after(1), 4, 5, ...after(6)].flatMap(n => stretches[n] as Step[])]
}

/** With the model published by a recount somewhere on the way. @param id of the recount */
async function byRecount({ lost, stretches, partitions }: Plan, id = 'r1'): Promise<Played> {
  const played = new Played(await InMemory.open(BEFORE, partitions))
  const { cluster } = played.all.driver
  const { version } = played.all.add(AFTER)
  const all = Array.from({ length: partitions }, (_, p) => p)
  const stretch = async (n: number) => {
    for (const s of stretches[n] as Step[]) await played.step(s)
  }
  for (const s of lost ?? []) await played.step(s)
  if (lost) await played.all.driver.run()
  const starts = all.map(p => (lost ? cluster.end('activity', p) : 0))
  await stretch(0)
  const cuts: number[] = []
  for (const p of all) {
    cuts.push(played.control(p, { model: version, recount: { id, step: 'prepare', facts: FACTS } }))
    await stretch(1 + p)
  }
  const { counts, sentOn } = await recount({
    model: after.model,
    facts: FACTS,
    workspace: 'demo',
    partitions: all.map(async function* (p) {
      yield cluster.partition('activity', p).slice(starts[p], cuts[p])
    }),
    partitionOf: key => cluster.partitionOf(key),
    decode: r => played.all.codecs.activity.decode(r.value as Buffer),
  })
  await stretch(4)
  if (lost) {
    await played.all.driver.run()
    for (const p of all)
      for (const { value } of cluster.partition('activity', p).slice(cuts[p]))
        sentOn.note(played.all.codecs.activity.decode(value as Buffer))
  }
  const counted = [...counts()]
  const half = Math.floor(counted.length / 2)
  for (const { key, ...counts } of counted.slice(0, half)) played.recount(key, id, counts)
  await stretch(5)
  for (const { key, ...counts } of counted.slice(half)) played.recount(key, id, counts)
  // The scorers have folded all of that before a partition takes it.
  await played.all.driver.run()
  for (const p of all) {
    await stretch(6 + p)
    played.control(p, { model: version, recount: { id, step: 'take', facts: FACTS } })
  }
  return played
}

async function fromTheStart(plan: Plan): Promise<Played> {
  const reference = new Played(await InMemory.open(AFTER, plan.partitions))
  for (const s of played(plan)) {
    await reference.step(s)
    await reference.all.driver.run()
  }
  return reference
}

test('facts that a model counts otherwise: of signals that match something else, and of rows that are new', () => {
  expect(FACTS).toEqual([
    'click',
    'docs',
    'page-view path=/offer',
    expect.stringMatching(/^page-view path≠/),
    'pricing',
    'spent',
  ])
  expect(recounted(after, after)).toEqual([])
})

test('after a recount every lead has the facts of an installation that had the model from the start', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async plan => {
      const [found, right] = [await byRecount(plan), await fromTheStart(plan)]
      expect(await found.facts(after.model)).toEqual(await right.facts(after.model))
    }),
    { numRuns: Number(process.env.RUNS ?? 60) },
  )
})

test('nor is anything counted twice where the log has lost who a visitor is', async () => {
  const lost = fc.array(fc.record({ ...parts, do: fc.constantFrom('look', 'link', 'wait') }), {
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(plan, lost, async (rest, lost) => {
      const all = { ...rest, lost }
      const [found, right] = [await byRecount(all), await fromTheStart(all)]
      expect(await found.facts(after.model)).toEqual(await right.facts(after.model))
    }),
    { numRuns: Number(process.env.RUNS ?? 60) },
  )
})

test('a scorer that dies within a publish does not take what was before the cut for what came after it', async () => {
  const played = new Played(await InMemory.open(BEFORE, 1))
  const { driver, codecs } = played.all
  const { version } = played.all.add(AFTER)
  const dumps = ['scorer', 'tiering'].map(name => [name, driver.store(name).dump()] as const)
  await played.all.write('page', page('a', '/offer'))
  played.control(0, { model: version, recount: { id: 'r1', step: 'prepare', facts: FACTS } })
  await played.all.write('page', page('a', '/offer'))
  await driver.run()
  const scores = driver.cluster.partition('scores', 0)
  const prepared = scores.findIndex(({ value }) => codecs.scores.decode(value as Buffer).recounts)
  // Its last record that arrived is the partition's own.
  driver.cluster.lose('scores', 0, (scores[prepared]?.offset as number) + 1)
  for (const [name, dump] of dumps) {
    driver.store(name).restore(dump)
    driver.crash(name)
  }
  await driver.run()
  expect(played.all.counts('v:a')).toMatchObject({ '@r1 pricing': 1 })
})

test('a repeat of what a visitor did before the cut, sent on to a lead whose cut is later, counts once', async () => {
  const all = await InMemory.open(BEFORE, 3)
  const at = (who: string) => all.driver.cluster.partitionOf(all.key(who))
  const n = EMAILS.findIndex(email => at(email) > 0)
  const by = VISITORS.findIndex(v => at(`v:${v}`) < at(EMAILS[n] as string))
  expect([by, n]).not.toContain(-1)
  const runs = Array.from({ length: 6 }, () => ({ do: 'run', by: 0, n: 2 }))
  const stretches: Step[][] = Array.from({ length: 9 }, () => [])
  stretches[0] = [{ do: '/offer', by, n: 1 }, ...runs]
  stretches[1 + at(`v:${VISITORS[by]}`)] = [
    { do: 'link', by, n },
    ...runs,
    { do: 'again', by, n: 1 },
    ...runs,
  ]
  const whole = { stretches, partitions: 3 }
  const [found, right] = [await byRecount(whole), await fromTheStart(whole)]
  expect(await found.facts(after.model)).toEqual(await right.facts(after.model))
})

// `take` is written partition by partition, and whoever writes it may die between two, or another may come between.
test('of a recount that only some partitions took, a later merge from another keeps its facts', async () => {
  const played = new Played(await InMemory.open(BEFORE, 2))
  const { cluster } = played.all.driver
  const { version } = played.all.add(AFTER)
  const lead = played.all.key('ann@example.com')
  const here = cluster.partitionOf(lead)
  const visitor = VISITORS.find(v => cluster.partitionOf(played.all.key(`v:${v}`)) !== here) as string
  const step = (step: 'prepare' | 'take') => ({ model: version, recount: { id: 'r1', step, facts: FACTS } })
  for (const p of [0, 1]) played.control(p, step('prepare'))
  played.control(here, step('take'))
  await played.all.driver.run()
  // Weeks later it makes no difference.
  played.control(1 - here, { model: version, recount: null })
  await played.all.send('page', page(visitor, '/pricing'))
  await played.all.send('identify', { anonymousId: visitor, traits: { email: 'ann@example.com' } })
  expect(played.all.counts('ann@example.com')).toMatchObject({ pricing: 1 })
})
