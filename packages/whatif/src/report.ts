import { splitKey } from '@hotlead/contracts'
import { type Explanation, explain, type Millis, type Model } from '@hotlead/model'
import type { Alert, CourseEnd } from './course.ts'
import { mostDifferent } from './courses.ts'

/** What one or two models would have told sales of one log. Lists by model are in the order of the models. */
export interface Report {
  models: { name: string; version: string }[]
  from: Millis
  to: Millis
  /** By model: leads that sales is told of, and how often. */
  leads: number[]
  alerts: number[]
  /** Of two models. */
  overlap: Overlap | undefined
  /** Every UTC day from the first to the last, or of more than ten years those that have any; how many alerts, by model. */
  days: { day: string; alerts: number[] }[]
  /** Those that differ most, the most different first; of one model those that were in an announced tier longest. */
  most: Different[]
  /** Everyone of whom sales is told, the first first. */
  told: Told[]
}

export interface Overlap {
  /** Leads that only the first model tells of, only the second, and both. */
  onlyFirst: number
  onlySecond: number
  both: number
  /** Of the leads of both, by their first alert: at the same second, earlier by the first model, later by it. */
  sameTime: number
  earlier: number
  later: number
  /** ms between the two first alerts, of those that differ; 0 where none does. */
  median: Millis
  longest: Millis
}

export interface Told {
  subject: string
  email: string | undefined
  /** By model. */
  alerts: Alert[][]
}

export interface Different extends Told {
  /** ms in an announced tier, by model; and in which only one of them had it there. */
  inside: Millis[]
  apart: Millis
  /** When the models came apart, and how each explains the lead there. */
  at: Millis
  tiers: string[]
  explanations: Explanation[]
}

const DAY: Millis = 86_400_000
const MOST_DAYS = 3_660
/** @param to where the log ends, or what was asked for */
export function report(
  models: readonly Model[],
  courses: readonly CourseEnd[],
  from: Millis,
  to: Millis,
): Report {
  const told = courses
    .filter(c => c.alerts.some(a => a.length > 0))
    .sort((a, b) => firstOf(a) - firstOf(b) || (a.key < b.key ? -1 : 1))
  return {
    models: models.map(({ name, version }) => ({ name, version })),
    from,
    to,
    leads: models.map((_, m) => told.filter(c => alertsOf(c, m).length > 0).length),
    alerts: models.map((_, m) => told.reduce((sum, c) => sum + alertsOf(c, m).length, 0)),
    overlap: models.length === 2 ? overlapOf(told) : undefined,
    days: daysOf(models, told, from, to),
    most: mostOf(models, courses),
    told: told.map(toldOf),
  }
}

function alertsOf(course: CourseEnd, model: number): readonly Alert[] {
  return course.alerts[model] ?? []
}

function firstOf(course: CourseEnd): Millis {
  return Math.min(...course.alerts.flatMap(a => a[0]?.at ?? []))
}

function toldOf({ key, email, alerts }: CourseEnd): Told {
  return { subject: splitKey(key).subject, email, alerts }
}

function overlapOf(told: readonly CourseEnd[]): Overlap {
  const pairs = told.map(c => [alertsOf(c, 0)[0]?.at, alertsOf(c, 1)[0]?.at] as const)
  const both = pairs.filter(([a, b]) => a !== undefined && b !== undefined) as [Millis, Millis][]
  const gaps = both.map(([a, b]) => Math.abs(Math.floor(a / 1000) - Math.floor(b / 1000)) * 1000)
  const wide = gaps.filter(g => g > 0).sort((a, b) => a - b)
  return {
    onlyFirst: pairs.filter(([, b]) => b === undefined).length,
    onlySecond: pairs.filter(([a]) => a === undefined).length,
    both: both.length,
    sameTime: gaps.length - wide.length,
    earlier: both.filter(([a, b], i) => gaps[i] !== 0 && a < b).length,
    later: both.filter(([a, b], i) => gaps[i] !== 0 && a > b).length,
    median: wide[Math.floor((wide.length - 1) / 2)] ?? 0,
    longest: wide.at(-1) ?? 0,
  }
}

function daysOf(
  models: readonly Model[],
  told: readonly CourseEnd[],
  from: Millis,
  to: Millis,
): Report['days'] {
  const day = (t: Millis) => Math.floor(t / DAY)
  const counts = new Map<number, number[]>()
  const none = () => models.map(() => 0)
  if (day(to) - day(from) > MOST_DAYS) {
    // One event with a wild time must not make millions of empty days.
    const some = told.flatMap(c => c.alerts.flatMap(of => of.map(a => day(a.at))))
    for (const d of some.sort((a, b) => a - b)) counts.set(d, none())
  } else if (from <= to) for (let d = day(from); d <= day(to); d++) counts.set(d, none())
  for (const course of told)
    for (const [m, alerts] of course.alerts.entries())
      for (const { at } of alerts) {
        const of = counts.get(day(at))
        if (of) of[m] = (of[m] as number) + 1
      }
  return Array.from(counts, ([d, alerts]) => ({
    day: new Date(d * DAY).toISOString().slice(0, 10),
    alerts,
  }))
}

function mostOf(models: readonly Model[], courses: readonly CourseEnd[]): Different[] {
  return mostDifferent(courses).map(course => {
    const { at, facts } = course.parted as NonNullable<CourseEnd['parted']>
    return {
      ...toldOf(course),
      inside: course.inside,
      apart: course.apart,
      at,
      tiers: facts.map(f => f.state.tier),
      explanations: facts.map(({ lead, state }, m) => explain(models[m] as Model, lead, state, at)),
    }
  })
}
