/** What is drawn of a model: each changes what leads are worth, what is counted of them, or when they move. */
export type Drawn = {
  /** Of a page view. */
  points: number
  /** Score that HOT needs. */
  hot: number
  /** Seconds that a lead stays HOT at least. Who is called stays for them, so falls come by time. */
  dwell: number
  /** Seconds after which a lead may be HOT again, and is announced again: the later the seldomer. */
  coolDown: number
  again: number
  /** Minutes of silence that end a visit: a longer one joins visits that are known. */
  gap: number
  /** A plan that a row of the table is for: another one is counted from then on only. */
  plan: 'team' | 'business'
}

/** The model that the load begins with. */
export const FIRST: Drawn = { points: 1, hot: 40, dwell: 6, coolDown: 4, again: 12, gap: 10, plan: 'team' }

/**
 * A model that says all that the language has, for the load's traffic. Decay counts by the hour, too slow for a round:
 * what comes by time are dwells, cool-downs and follow-ups that are dated ahead.
 */
export function loadModel(d: Drawn): string {
  return `name: chaos
decay: { halfLife: 7d }
signals:
  page-view: { type: page }
  pricing: { type: page, path: [/pricing, "/pricing/**"] }
  products: { type: page, path: "/products/**", count: { distinct: path } }
  visits: { type: page, count: { visits: { gap: ${d.gap}m } } }
  revenue: { name: Order Completed, count: { sum: property.total } }
  order: { name: Order Completed, property: { total: { above: 0 } } }
  careers: { type: page, path: "/careers/**" }
  form: { name: Form Submitted }
  demo: { name: { startsWith: demo } }
  mail: { anyOf: [{ name: Email Opened }, { name: Email Link Clicked }] }
  unsubscribe: { name: Unsubscribed }
  mac: { type: page, device: desktop, context: { locale: { startsWith: ja } } }
rules:
  - { signal: page-view, points: ${d.points}, cap: { perDay: 12 points, perWeek: 40 }, group: interest }
  - { signal: products, brackets: [{ from: 1, points: 1 }, { from: 5, points: 6 }, { from: 64, points: 18 }], group: interest }
  - { signal: visits, points: 1.5, cap: { perPeriod: { length: 6h, most: 3 }, total: 20 points }, decay: { linear: 10d }, group: interest }
  - { signal: pricing, points: 8, cap: { perDay: 2 } }
  - { signal: revenue, points: 0.03, cap: { perDay: 400 }, limit: 20, decay: { halfLife: 30d } }
  - { signal: revenue, name: big spender, brackets: [{ from: 99.5, points: 3 }, { from: 500, points: 9 }], decay: none }
  - { signal: order, table: { of: property.plan, points: { enterprise: 9, ${d.plan}: 4 }, otherwise: 0.5 }, cap: { total: 4 } }
  - { signal: form, points: 30, cap: { perDay: 1 }, decay: { halfLife: 30d } }
  - { signal: demo, points: 40, cap: once, decay: { steps: [{ within: 1d, weight: 1 }, { within: 30d, weight: 0.5 }] } }
  - { signal: mail, points: 2, cap: { perDay: 5 points } }
  - { signal: careers, points: -5, cap: { perDay: 2 }, decay: none }
  - { signal: unsubscribe, points: -30, cap: once, decay: { window: 90d } }
groups: { interest: { limit: 14 } }
limit: { atLeast: -20, atMost: 80 }
scores:
  product:
    rules:
      - { signal: products, points: 2, cap: { perDay: 20 } }
      - { signal: order, table: { of: property.plan, points: { enterprise: 20, ${d.plan}: 8 }, otherwise: 1 }, limit: 45 }
    limit: 60
fit:
  rules:
    - { attribute: industry, in: [software, finance], points: 20, otherwise: 0, unknown: 5 }
    - { attribute: country, table: { JP: 10, DE: 4 }, otherwise: -5, unknown: 1 }
    - { attribute: employees, brackets: [{ from: 1, points: 0 }, { from: 50, points: 12 }], unknown: 2 }
  limit: { atLeast: 0, atMost: 40 }
grid:
  fit: [{ name: A, atLeast: 25 }, { name: B, atLeast: 8 }, { name: C }]
  score: [{ name: 1, atLeast: 30 }, { name: 2, atLeast: 8 }, { name: 3 }]
  of: product
phases:
  - { name: aware }
  - { name: evaluating, when: { any: [{ count: { signal: products, within: 2d, atLeast: 3 } }, { score: { of: product, atLeast: 20 } }] } }
  - { name: buying, when: { all: [{ count: { signal: revenue, atLeast: 50.25 } }, { segment: engaged }] } }
segments:
  engaged: { any: [{ count: { signal: visits, atLeast: 2 } }, { recency: { signal: mail, within: 1d } }, { consent: mail }] }
  rich: { count: { signal: revenue, within: 7d, above: 300 } }
suppress:
  - { name: rivals, when: { attribute: { name: email, domain: [rival.example] } } }
tiers:
  - name: COLD
  - name: WARM
    enter: { score: { atLeast: 15 } }
    exit: { score: { below: 10 } }
  - name: HOT
    announce: { again: ${d.again}s }
    dwell: ${d.dwell}s
    coolDown: ${d.coolDown}s
    enter:
      all:
        - score: { atLeast: ${d.hot} }
        - atLeast: 2
          of:
            - count: { signal: form, within: 30d, atLeast: 1 }
            - count: { signal: demo, atLeast: 1 }
            - grid: [A1, A2, B1]
            - fit: { atLeast: 30 }
            - phase: { atLeast: evaluating }
            - all: [{ phase: buying }, { segment: rich }]
    exit:
      any:
        - score: { below: 25 }
        - followUps: { since: tier, atLeast: 1 }
`
}
