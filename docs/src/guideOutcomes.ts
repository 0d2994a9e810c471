import {
  attributeTermsOf,
  calibrate,
  draftOf,
  replacedOf,
  type Sample,
  termsOf,
  valueFor,
} from '@hotlead/calibrate'
import type { Lead } from '@hotlead/contracts'
import { type Model, newLead, observe } from '@hotlead/model'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 5, 12)
const LEADS = 1200

/** Row of numbers in [0, 1) that begins the same each time. */
function numbers(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Leads that the guide made up: whose price pages, forms and industry say whether they are won, and nothing else does. */
function madeUp(counting: Model): { lead: Lead; at: number; outcome: boolean }[] {
  const next = numbers()
  const whole = (most: number) => Math.floor(next() ** 2 * (most + 1))
  return Array.from({ length: LEADS }, (_, i) => {
    const cameAt = START + Math.floor((i * 240) / LEADS) * DAY
    const [pages, pricing, products] = [1 + whole(7), whole(3), whole(4)]
    const isAsking = next() < 0.15
    const industry = next() < 0.35 ? 'software' : next() < 0.5 ? 'mining' : undefined
    const of = (name: string, amount: number) => (amount === 0 ? [] : [{ name, amount }])
    const signals = [
      ...of('page-view', pages + pricing + products),
      ...of('pricing', pricing),
      ...Array.from({ length: products }, (_, value) => ({ name: 'product', amount: 1, value })),
      { name: 'visit', amount: 1, gap: 1_800_000 },
      ...of('form', isAsking ? 1 : 0),
    ]
    const attributes = industry === undefined ? {} : { industry }
    const lead = observe(counting, newLead(), { at: cameAt, signals, id: i, what: '', attributes }, cameAt)
    const odds = -3 + 1.3 * Math.min(2, pricing) + (isAsking ? 2 : 0) + (industry === 'software' ? 1 : 0)
    return { lead, at: cameAt + 30 * 60_000, outcome: next() < 1 / (1 + Math.exp(-odds)) }
  })
}

/** The draft of the guide's last section: what `hotlead calibrate` makes of these leads. */
export function guideDraft(base: { content: unknown; model: Model }, name: string): string {
  const { model, counts } = termsOf(base.content)
  const leads = madeUp(model)
  const terms = [
    ...counts,
    ...attributeTermsOf(
      base.model,
      leads.map(l => l.lead),
    ),
  ]
  const samples = leads.map(
    ({ lead, at, outcome }): Sample => ({
      outcome,
      at,
      factsUntil: at,
      values: terms.map(term => valueFor(term, lead, at)),
    }),
  )
  const done = calibrate(terms, samples, {
    rules: 4,
    tiers: [
      { name: 'WARM', wanted: { precision: 0.4 } },
      { name: 'HOT', wanted: { precision: 0.6 } },
    ],
  })
  if (!done.ok) throw new Error(done.refusal.sentence)
  return draftOf(done.calibration, {
    name,
    became: 'were won',
    base: { file: 'guide-4', replaces: replacedOf(base.content) },
  })
}
