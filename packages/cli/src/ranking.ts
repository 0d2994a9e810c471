import { splitKey } from '@hotlead/contracts'
import { type Millis, type Model, scoreOf } from '@hotlead/model'
import { csvLine } from './csv.ts'
import { stateAt } from './foresight.ts'
import type { Question } from './question.ts'
import { type KeyView, tierStateOf } from './reading.ts'
import { points } from './storyLines.ts'
import { printable, table } from './terminal.ts'
import { distanceText } from './times.ts'

/** One line of the list. */
export interface Ranked {
  subject: string
  /** E-mail address where one is known. */
  email: string | undefined
  tier: string
  since: Millis
  /** Points, now. */
  score: number
  millipoints: number
  /** The rules that add most, at most three. */
  reasons: string[]
  last: Millis
}

export interface Asked {
  now: Millis
  /** Not before now; a later one is answered as if nothing more happens. */
  at: Millis
  question: Question | undefined
}

/** A lead's line at `at`; undefined for a visitor that is another lead by now, and where the question's answer is no. */
export function rank(
  view: KeyView,
  modelOf: (version: string) => Model,
  { now, at, question }: Asked,
): Ranked | undefined {
  const { score } = view
  const lead = score?.lead
  if (!lead || lead.alias !== null) return undefined
  const model = modelOf(score.model)
  const state = stateAt(model, lead, tierStateOf(model, view), now, at)
  if (question && !question.holds(model, lead, state, at)) return undefined
  const { millipoints, contributions } = scoreOf(model, lead, at)
  const { tier, since } = state
  const email = lead.attributes.find(a => a.name === 'email')?.value
  return {
    subject: splitKey(view.key).subject,
    email: email === undefined ? undefined : String(email),
    tier,
    since,
    score: millipoints / 1000,
    millipoints,
    reasons: contributions
      .toSorted((a, b) => b.millipoints - a.millipoints)
      .slice(0, 3)
      .map(c => `${c.rule} ${Math.round(c.millipoints / 1000)}`),
    last: lead.last,
  }
}

/**
 * The best of any number of leads, each once: highest score first, the latest activity first among equals. Holds at
 * most four times `limit` of them at a time.
 */
export class Ranking {
  readonly #limit: number
  #kept = new Map<string, Ranked>()
  readonly #tiers = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  add(lead: Ranked): void {
    this.#tiers.set(lead.tier, (this.#tiers.get(lead.tier) ?? 0) + 1)
    this.#kept.set(lead.subject, lead)
    if (this.#kept.size >= 4 * this.#limit) this.#kept = new Map(this.best().map(l => [l.subject, l]))
  }

  best(): Ranked[] {
    return [...this.#kept.values()]
      .sort((a, b) => b.millipoints - a.millipoints || b.last - a.last || (a.subject < b.subject ? -1 : 1))
      .slice(0, this.#limit)
  }

  /** How many leads were added, by tier. */
  get tiers(): ReadonlyMap<string, number> {
    return this.#tiers
  }
}

/** The list for a spreadsheet, with a head line. */
export function rankingCsv(leads: readonly Ranked[]): string[] {
  return [
    csvLine(['lead', 'email', 'tier', 'since', 'score', 'last', 'reasons']),
    ...leads.map(l =>
      csvLine([
        l.subject,
        l.email,
        l.tier,
        new Date(l.since).toISOString(),
        l.score,
        new Date(l.last).toISOString(),
        l.reasons.join('; '),
      ]),
    ),
  ]
}

export function rankingLines(leads: readonly Ranked[], at: Millis, width: number): string[] {
  return table(
    [
      { title: 'tier' },
      { title: 'score', align: 'right' },
      // An id is pasted into other commands: all else gives way before it.
      { title: 'lead', shrinks: 4 },
      { title: 'since', shrinks: 3 },
      { title: 'last seen', shrinks: 2 },
      { title: 'mostly for', shrinks: 1 },
    ],
    leads.map(l => [
      printable(l.tier),
      points(l.millipoints),
      printable(l.email ?? l.subject),
      distanceText(l.since, at),
      distanceText(l.last, at),
      l.reasons.join(', '),
    ]),
    width,
  )
}
