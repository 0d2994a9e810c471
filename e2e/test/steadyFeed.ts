import { type Installation, until } from '@hotlead/testkit'

/** A load whose right answer is known: whatever dies meanwhile, each lead must end with VIEWS page views and be HOT once. */

const LEADS = 25
export const ROUNDS = 60
/** In this round every lead sends a form, in all others it views a page. */
const FORM = 40
const VIEWS = ROUNDS - 1

export async function feed(
  hot: Installation,
  onRound: (round: number) => Promise<void> | void,
): Promise<void> {
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

/** Resolves once every view is counted; more than that fails in `expectExact`. */
export async function counted(hot: Installation): Promise<Map<string, number>> {
  return until(
    () => viewsPerLead(hot),
    views => views.size === LEADS && [...views.values()].every(v => v >= VIEWS),
  )
}

/** Views per lead, by the latest snapshots in `scores`. */
async function viewsPerLead(hot: Installation): Promise<Map<string, number>> {
  const views = new Map<string, number>()
  for (const { key, decoded } of await hot.read('scores')) {
    const facts = decoded.lead?.signals.find(s => s.name === 'page-view')
    if (facts) views.set(key, facts.older + facts.buckets.reduce((sum, b) => sum + b.count, 0))
  }
  return views
}

/** Every event once; moves numbered 1, 2, 3 …, each from where the last led; one announcement per move that has one. */
export async function expectExact(hot: Installation): Promise<void> {
  await counted(hot)
  await hot.folded()
  expect(new Set((await viewsPerLead(hot)).values())).toEqual(new Set([VIEWS]))
  const moves = await hot.read('tiers')
  const perLead = Map.groupBy(moves, r => r.key)
  expect(perLead.size).toBe(LEADS)
  for (const list of perLead.values()) {
    expect(list.map(r => r.decoded.number)).toEqual(list.map((_, i) => i + 1))
    list.forEach((r, i) => {
      expect(r.decoded.from).toBe(i === 0 ? 'COLD' : list[i - 1]?.decoded.to)
    })
    expect(list.at(-1)?.decoded.to).toBe('HOT')
  }
  expect((await hot.read('hot-leads')).map(r => String(r.headers?.ce_id)).sort()).toEqual(
    moves
      .filter(r => r.decoded.announce)
      .map(r => `${r.key}#${r.decoded.number}`)
      .sort(),
  )
}
