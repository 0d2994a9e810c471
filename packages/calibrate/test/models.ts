import type { Lead } from '@hotlead/contracts'
import { type Model, newLead, observe, parseModel } from '@hotlead/model'
import { DAY, numbersFrom, START } from './leads.ts'

/** A base of everything that a draft must not count beside its own, and of every way to count. */
export const BASE = `
name: base
description: what was thought before
decay: { halfLife: 7d }
signals:
  page-view: { type: page }
  pricing: { type: page, path: /pricing }
  product: { type: page, path: /products/**, count: { distinct: path } }
  visit: { type: page, count: { visits: { gap: 30m } } }
  order: { type: track, name: Order, count: { sum: property.total } }
  form: { type: track, name: Form }
  limit: { type: track, name: Limit }
rules:
  - { signal: page-view, points: 1, cap: { perDay: 3 } }
  - { signal: page-view, name: long ago, points: 2, cap: { perWeek: 5, total: 8 }, decay: { linear: 90d } }
  - { signal: pricing, points: 8, cap: { perDay: 20 points }, group: web }
  - { signal: product, brackets: [{ from: 1, points: 5 }, { from: 3, points: 20 }], limit: 8 }
  - { signal: order, points: 0.1, decay: { steps: [{ within: 10d, weight: 1 }, { within: 60d, weight: 0.3 }] } }
  - { signal: form, points: 30, cap: once, decay: none }
groups: { web: { limit: 10 } }
limit: { atLeast: 0, atMost: 50 }
scores:
  support: { rules: [{ signal: visit, points: 1, decay: { window: 5d } }] }
fit:
  rules: [{ attribute: industry, table: { software: 20 }, unknown: 5 }]
grid:
  fit: [{ name: A, atLeast: 10 }, { name: B }]
  score: [{ name: 1, atLeast: 10 }, { name: 2 }]
phases:
  - name: aware
  - { name: asking, when: { count: { signal: form, atLeast: 1 } } }
segments:
  wanted: { grid: [A1] }
suppress:
  - { name: rivals, when: { attribute: { name: email, domain: rival.com } } }
tiers:
  - name: COLD
  - { name: TEPID, enter: { phase: asking } }
  - { name: HOT, enter: { segment: wanted } }
`

export function parsedModel(source: string, files: Record<string, string> = {}) {
  const parsed = parseModel(source, {
    file: 'draft',
    files: name => (files[name] === undefined ? undefined : { file: name, source: files[name] }),
  })
  if (!parsed.ok)
    throw new Error(
      parsed.problems.map(p => `${p.line}:${p.column} ${p.path}: ${p.message}`).join('\n') + source,
    )
  return parsed
}

/** What leads have in their facts: as many hours as there were visits, over 100 days, and what is known of them. */
export function leadsOf(model: Model, count: number, seed: number): Lead[] {
  const next = numbersFrom(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T
  return Array.from({ length: count }, () => {
    let lead = newLead()
    const eager = next()
    for (let n = Math.floor(eager * 12); n >= 0; n--) {
      const at = START + Math.floor(next() * 100 * DAY)
      const signals = [
        { name: 'page-view', amount: 1 + Math.floor(next() * 3) },
        ...(next() < eager ? [{ name: 'pricing', amount: 1 + Math.floor(next() * 4) }] : []),
        ...(next() < 0.3 ? [{ name: 'product', amount: 1, value: Math.floor(next() * 5) }] : []),
        ...(next() < 0.3 ? [{ name: 'visit', amount: 1, gap: 1_800_000 }] : []),
        ...(next() < 0.3 ? [{ name: 'order', amount: Math.floor(next() * 3_000) }] : []),
        ...(next() < 0.2 ? [{ name: 'form', amount: 1 }] : []),
        ...(next() < 0.2 ? [{ name: 'limit', amount: 1 }] : []),
      ]
      const attributes = {
        ...(next() < 0.3
          ? { industry: pick(['Software', 'software', 'farming', 'true', '5', '# x: y\n- z', '…']) }
          : {}),
        ...(next() < 0.3 ? { employees: pick([5, '80', 600, 1e21, -3]) } : {}),
        ...(next() < 0.3 ? { limit: pick([true, false, '']) } : {}),
        ...(next() < 0.2 ? { mixed: pick([1, 'many', '0x1f', ' ']) } : {}),
      }
      lead = observe(model, lead, { at, signals, id: n, what: 'x', attributes }, START + 100 * DAY)
    }
    return lead
  })
}
