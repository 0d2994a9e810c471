import { factsOf } from '@hotlead/model'
import { redisKeys } from '@hotlead/stream'
import { type Decoded, type Installation, until } from '@hotlead/testkit'

/** A load whose right answer is known: whatever dies meanwhile, each lead must end with VIEWS page views and be HOT once. */

export const LEADS = 25
export const ROUNDS = 60
/** In this round every lead sends a form, in all others it views a page. */
const FORM = 40
const VIEWS = ROUNDS - 1
/** Leads that come in some rounds only: what Redis loses of them afterwards no later event brings back. */
const EARLY = 5
const [EARLY_FROM, EARLY_TO] = [10, 24]
const EARLY_ROUNDS = EARLY_TO - EARLY_FROM

export async function feed(
  hot: Installation,
  onRound: (round: number) => Promise<void> | void,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const batch: object[] = Array.from({ length: LEADS }, (_, lead) => {
      const path = round % 6 === 3 ? '/pricing' : `/blog/${round}`
      const who = { anonymousId: `lead-${lead}`, messageId: `${lead}-${round}` }
      if (round === FORM) return { ...who, type: 'track', event: 'Form Submitted' }
      return { ...who, type: 'page', properties: { path, url: `https://www.example.com${path}` } }
    })
    if (round >= EARLY_FROM && round < EARLY_TO)
      for (let lead = 0; lead < EARLY; lead++)
        batch.push({
          anonymousId: `early-${lead}`,
          messageId: `early-${lead}-${round}`,
          type: 'page',
          properties: { path: '/early', url: 'https://www.example.com/early' },
        })
    expect(await hot.post('/v1/batch', { batch })).toBe(200)
    await onRound(round)
  }
}

/** Resolves once every view is counted; more than that fails in `expectExact`. */
export async function counted(hot: Installation): Promise<Map<string, number>> {
  return until(
    () => viewsPerLead(hot),
    views =>
      views.size === LEADS + EARLY &&
      [...views].every(([key, v]) => v >= (key.includes('early') ? EARLY_ROUNDS : VIEWS)),
  )
}

/** Views per lead, by the latest snapshots in `scores`. */
async function viewsPerLead(hot: Installation): Promise<Map<string, number>> {
  const views = new Map<string, number>()
  for (const { key, decoded } of await hot.read('scores')) {
    const facts = decoded.lead && factsOf(decoded.lead, 'page-view')
    if (facts) views.set(key, facts.older + facts.buckets.reduce((sum, b) => sum + b.count, 0))
  }
  return views
}

/** What makes a test's end another than the usual one. */
interface Ending {
  /** Tier in which every lead ends. */
  tier?: string
  /** Moves that were read before compaction took them. */
  earlier?: readonly Decoded<'tiers'>[]
}

/** Every event once; moves numbered 1, 2, 3 …, each from where the last led; one announcement per move that has one. */
export async function expectExact(
  hot: Installation,
  { tier = 'HOT', earlier = [] }: Ending = {},
): Promise<void> {
  await counted(hot)
  await hot.folded()
  const expected = (key: string) => (key.includes('early') ? EARLY_ROUNDS : VIEWS)
  const views = await viewsPerLead(hot)
  expect(views).toEqual(new Map([...views.keys()].map(key => [key, expected(key)])))
  await expectRedisIsTheFold(hot)
  const left = await hot.read('tiers')
  const known = new Set(left.map(r => `${r.partition}/${r.offset}`))
  const moves = [...earlier.filter(r => !known.has(`${r.partition}/${r.offset}`)), ...left]
  const perLead = Map.groupBy(moves, r => r.key)
  expect(perLead.size).toBe(LEADS)
  for (const list of perLead.values()) {
    expect(list.map(r => r.decoded.number)).toEqual(list.map((_, i) => i + 1))
    list.forEach((r, i) => {
      expect(r.decoded.from).toBe(i === 0 ? 'COLD' : list[i - 1]?.decoded.to)
    })
    expect(list.at(-1)?.decoded.to).toBe(tier)
  }
  expect((await hot.read('hot-leads')).map(r => String(r.headers?.ce_id)).sort()).toEqual(
    moves
      .filter(r => r.decoded.announce)
      .map(r => `${r.key}#${r.decoded.number}`)
      .sort(),
  )
}

/** A lead's state in Redis is its latest snapshot, to the byte (G2). */
async function expectRedisIsTheFold(hot: Installation): Promise<void> {
  const latest = new Map((await hot.read('scores')).filter(r => r.decoded.lead).map(r => [r.key, r]))
  const stored = new Map<string, Buffer | null>()
  for (const [key, { partition }] of latest) {
    const { state } = redisKeys(hot.env.HOTLEAD_REDIS_PREFIX as string, 'scorer', partition)
    stored.set(key, await hot.redis.hgetBuffer(state, key))
  }
  expect(stored).toEqual(new Map([...latest].map(([key, { value }]) => [key, value])))
}
