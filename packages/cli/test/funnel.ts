/**
 * Leads of so many days, two a day, whose end is known: of those who came for the price twice or more 85 of a hundred are
 * won, of the others 15. Each ends ten days after it came, and those that are won say thanks afterwards.
 */
export interface FunnelLead {
  email: string
  pricing: number
  /** Pages of any other kind, which say nothing. */
  others: number
  outcome: 'won' | 'lost'
  cameAt: number
  endedAt: number
}

const DAY = 86_400_000
export const START = Date.UTC(2026, 0, 5, 12)

export function funnel(count: number): FunnelLead[] {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, i) => {
    const [pricing, others] = [Math.floor(next() * 4), 1 + Math.floor(next() * 5)]
    const cameAt = START + Math.floor(i / 2) * DAY + (i % 2) * 3_600_000
    const isWon = next() < (pricing >= 2 ? 0.85 : 0.15)
    return {
      email: `lead-${i}@example.com`,
      pricing,
      others,
      outcome: isWon ? 'won' : 'lost',
      cameAt,
      endedAt: cameAt + 10 * DAY,
    }
  })
}

/** What a lead sends before its end, and after it. */
export function eventsOf({ email, pricing, others, outcome }: FunnelLead): {
  before: object[]
  after: object[]
} {
  const page = (path: string) => ({
    type: 'page',
    userId: email,
    properties: { url: `https://www.example.com${path}` },
  })
  return {
    before: [
      { type: 'identify', userId: email, traits: { email, size: others > 2 ? 'large' : 'small' } },
      ...Array.from({ length: others }, () => page('/')),
      ...Array.from({ length: pricing }, () => page('/pricing')),
    ],
    after: outcome === 'won' ? [page('/thanks')] : [],
  }
}

export const SITE = `
name: site
decay: { halfLife: 30d }
signals:
  page-view: { type: page }
  pricing: { type: page, path: /pricing }
  thanks: { type: page, path: /thanks }
rules:
  - { signal: page-view, points: 1 }
  - { signal: pricing, points: 1, cap: { perDay: 5 } }
tiers:
  - name: COLD
  - { name: HOT, announce: true, enter: { score: { atLeast: 100 } } }
`
