import { type Model, parseModel, printModel } from '@hotlead/model'

/** Rules of one score at most, as the language has it. */
const MOST_RULES = 200

type Group = Record<string, unknown>

/** A rule as a draft may write it, points aside. */
export interface CountedSignal {
  name: string
  signal: string
  /** Cap and decay, in the words of the model file. */
  settings: Readonly<Record<string, unknown>>
}

/**
 * What calibration counts: each signal as the model's own rule counts it, with that rule's cap and decay; one that the
 * main score has no rule for as another score's rule does, else with the model's decay. A follow-up is nothing that a
 * lead does, and is not among them. A table's rows are counted together.
 * @param content of a sound model, as `parseModel` gives it
 */
export function countedBy(content: unknown): CountedSignal[] {
  const { signals = {}, rules = [], scores = {}, decay = 'none' } = content as Group
  const own = (rules as Group[]).map(rule => countedAs(rule, decay))
  const others = Object.values(scores as Record<string, Group>).flatMap(score =>
    ((score.rules ?? []) as Group[]).map(rule => countedAs(rule, score.decay ?? decay)),
  )
  const found: CountedSignal[] = []
  const known = new Set<string>()
  const add = (counted: CountedSignal) => {
    const id = JSON.stringify([counted.signal, counted.settings])
    if (!known.has(id)) found.push(counted)
    known.add(id)
  }
  for (const signal of Object.keys(signals as Group)) {
    const main = own.filter(c => c.signal === signal)
    const first = others.find(c => c.signal === signal)
    for (const c of main.length > 0 ? main : [first ?? { name: signal, signal, settings: { decay } }]) add(c)
  }
  return found
}

function countedAs({ signal, name, points, cap, decay }: Group, standard: unknown): CountedSignal {
  const matches = inMatches(cap, typeof points === 'number' ? Math.abs(points) : 0)
  return {
    name: String(name ?? signal),
    signal: String(signal),
    settings: { ...(matches === undefined ? {} : { cap: matches }), decay: decay ?? standard },
  }
}

/** Points are what is looked for, so a cap of points becomes one of the matches that they paid for, or of none. */
function inMatches(cap: unknown, points: number): unknown {
  if (typeof cap !== 'object' || cap === null) return cap
  const amount = (most: unknown) =>
    typeof most === 'number'
      ? most
      : points > 0
        ? Math.max(1, Math.floor(Number.parseFloat(String(most)) / points))
        : undefined
  const entries = Object.entries(cap).flatMap(([period, most]): [string, unknown][] => {
    if (period !== 'perPeriod') return amount(most) === undefined ? [] : [[period, amount(most)]]
    const { most: of, ...length } = most as Group
    return amount(of) === undefined ? [] : [[period, { ...length, most: amount(of) }]]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/**
 * A model of which each rule counts what `countedBy` says, a point each: folded with it, a lead's facts are kept by the
 * hour for as long as any of them looks back. Its rules stand in the order of `countedBy`, 200 a score.
 */
export function countingModel(content: unknown): Model {
  const { name, signals } = content as Group
  const counted = countedBy(content)
  const rules = counted.map((c, i) => ({ name: `c${i}`, signal: c.signal, points: 1, ...c.settings }))
  const scores: Group = {}
  for (let i = MOST_RULES; i < rules.length; i += MOST_RULES)
    scores[`from ${i}`] = { rules: rules.slice(i, i + MOST_RULES) }
  const parsed = parseModel(
    printModel({
      name,
      signals,
      rules: rules.slice(0, MOST_RULES),
      scores,
      tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 1 } } }],
    }),
  )
  if (!parsed.ok) throw new Error(`a counting model that is none: ${JSON.stringify(parsed.problems)}`)
  return parsed.model
}
