import { Installation, type RunningService, until } from '@hotlead/testkit'

/** Services that are killed in the middle of the work, and the sums that must come out all the same. */

let hot: Installation
afterEach(() => hot.close())

const LEADS = 25
const ROUNDS = 60
/** In this round every lead sends a form, in all others it views a page: so each must end with VIEWS, whatever dies. */
const FORM = 40
const VIEWS = ROUNDS - 1

async function feed(onRound: (round: number) => Promise<void> | void): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const batch = Array.from({ length: LEADS }, (_, lead) => {
      const path = round % 6 === 3 ? '/pricing' : `/blog/${round}`
      const who = { anonymousId: `lead-${lead}`, messageId: `${lead}-${round}` }
      if (round === FORM) return { ...who, type: 'track', event: 'Form Submitted' }
      return { ...who, type: 'page', properties: { path, url: `https://www.example.com${path}` } }
    })
    expect(await hot.post('/v1/batch', { batch })).toBe(200)
    await onRound(round)
  }
}

/** Views counted per lead, by the latest snapshots in `scores`. */
async function viewsPerLead(): Promise<Map<string, number>> {
  const views = new Map<string, number>()
  for (const { key, decoded } of await hot.read('scores')) {
    const facts = decoded.lead?.signals.find(s => s.name === 'page-view')
    if (facts) views.set(key, facts.older + facts.buckets.reduce((sum, b) => sum + b.count, 0))
  }
  return views
}

async function expectExact(): Promise<void> {
  await until(viewsPerLead, views => views.size === LEADS && [...views.values()].every(v => v >= VIEWS))
  expect(new Set((await viewsPerLead()).values())).toEqual(new Set([VIEWS]))
  const moves = await until(
    () => hot.read('tiers'),
    list => new Set(list.filter(r => r.decoded.to === 'HOT').map(r => r.key)).size === LEADS,
  )
  const perLead = Map.groupBy(moves, r => r.key)
  for (const list of perLead.values()) {
    expect(list.map(r => r.decoded.number)).toEqual(list.map((_, i) => i + 1))
    list.forEach((r, i) => {
      expect(r.decoded.from).toBe(i === 0 ? 'COLD' : list[i - 1]?.decoded.to)
    })
  }
  const announced = await until(
    () => hot.read('hot-leads'),
    list => list.length >= LEADS,
  )
  expect(announced.map(r => String(r.headers?.ce_id)).sort()).toEqual(
    moves
      .filter(r => r.decoded.announce)
      .map(r => `${r.key}#${r.decoded.number}`)
      .sort(),
  )
}

test('scorer and tiering killed under load: every event counts once, every lead is told once', async () => {
  hot = await Installation.open()
  await hot.start('ingestor')
  let [scorer, tiering] = await Promise.all([hot.start('scorer'), hot.start('tiering')])
  let returned: Promise<unknown> = Promise.resolve()
  await feed(async round => {
    if (round % 20 === 7) {
      await scorer.kill()
      returned = hot.start('scorer').then(s => (scorer = s))
    }
    if (round % 20 === 17) {
      await tiering.kill()
      returned = Promise.all([returned, hot.start('tiering').then(s => (tiering = s))])
    }
    if (round % 20 === 19) await returned
  })
  await expectExact()
}, 120_000)

test('a scorer that slept through its session, while another took over, changes nothing when it wakes', async () => {
  hot = await Installation.open()
  await hot.start('ingestor')
  const [sleeper] = (await Promise.all([hot.start('scorer'), hot.start('tiering')])) as [
    RunningService,
    RunningService,
  ]
  await feed(async round => {
    if (round !== 20) return
    sleeper.signal('SIGSTOP')
    await hot.start('scorer')
  })
  // The other has everything only once the sleeper's session is over.
  await until(viewsPerLead, views => views.size === LEADS && [...views.values()].every(v => v >= VIEWS))
  sleeper.signal('SIGCONT')
  await expectExact()
  expect(await sleeper.stop()).toBe(0)
}, 120_000)
