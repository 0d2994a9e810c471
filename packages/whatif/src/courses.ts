import type { Transition } from '@hotlead/contracts'
import { type Millis, type Model, newLead } from '@hotlead/model'
import { Course, type CourseEnd, type Facts } from './course.ts'
import type { PartitionFold, Run } from './partitionFold.ts'

/** One lead's moves that became known by one run, in order of time. */
interface Moved {
  model: number
  transition: Transition
}

/** The leads that came into a tier that is announced, by whichever model. */
export class Courses {
  readonly #announced: ReadonlySet<string>[]
  readonly #from: Millis
  readonly #by = new Map<string, Course>()

  /** @param from moves before it are history */
  constructor(models: readonly Model[], from: Millis) {
    this.#announced = models.map(
      model => new Set(model.tiers.filter(t => t.announce !== 'never').map(t => t.name)),
    )
    this.#from = from
  }

  /** What one run of a partition gave. A lead's moves by all models are known together, whenever it has a record. */
  add(runs: readonly Run[], folds: readonly PartitionFold[]): void {
    for (const [key, moved] of byKey(runs)) this.#move(key, moved, runs, folds)
  }

  /** Every lead's course up to the end, as data. Of those that are not among the most different, what the models knew is left out. */
  finish(end: Millis): CourseEnd[] {
    const all = [...this.#by.values()]
    for (const course of all) course.passes(end)
    const most = new Set(mostDifferent(all))
    return all.map(course => {
      const { key, email, alerts, inside, apart, parted } = course
      return { key, email, alerts, inside, apart, parted: most.has(course) ? parted : undefined }
    })
  }

  #move(key: string, moved: readonly Moved[], runs: readonly Run[], folds: readonly PartitionFold[]): void {
    let course = this.#by.get(key)
    for (const [at, together] of byTime(moved)) {
      const isInside: (boolean | undefined)[] = runs.map(() => undefined)
      for (const { model, transition } of together)
        isInside[model] = this.#announced[model]?.has(transition.to) === true
      // It may be in and out again at one time: sales is told of it all the same.
      if (!course && !together.some(({ model, transition }) => this.#announced[model]?.has(transition.to)))
        continue
      course ??= new Course(key, runs.length, this.#from)
      this.#by.set(key, course)
      course.move(at, isInside, () => factsAt(at, key, moved, runs, folds))
      for (const { model, transition } of together) this.#alert(course, model, transition)
    }
  }

  #alert(course: Course, model: number, t: Transition): void {
    if (!t.announce || t.at < this.#from) return
    const { at, to, cause, millipoints, contributions, conditions } = t
    course.alerts[model]?.push({ at, tier: to, cause, millipoints, contributions, conditions })
    const email = t.attributes.find(a => a.name === 'email')?.value
    if (email !== undefined) course.email = String(email)
  }
}

/** More than anyone reads. */
const MOST = 10

/** The most different first; of one model those that were in an announced tier longest. */
export function mostDifferent<C extends CourseEnd>(courses: readonly C[]): C[] {
  return courses
    .filter(c => c.parted && c.apart > 0)
    .sort((a, b) => b.apart - a.apart || (a.key < b.key ? -1 : 1))
    .slice(0, MOST)
}

/** What each model knew at a time in a run, and where it had the lead. */
function factsAt(
  at: Millis,
  key: string,
  moved: readonly Moved[],
  runs: readonly Run[],
  folds: readonly PartitionFold[],
): Facts[] {
  return folds.map((fold, m) => {
    const own = moved.filter(x => x.model === m).map(x => x.transition)
    const last = own.findLast(t => t.at <= at)
    // A later record of the run, by which a move of time may have become known, was not there then.
    const seen = runs[m]?.snapshots.findLast(s => s.key === key && s.value.score.clock <= at)
    const lead = seen?.value.score.lead ?? runs[m]?.before.get(key)?.lead ?? fold.lead(key)
    const state = last
      ? { tier: last.to, since: last.at, left: last.left }
      : own[0]
        ? { tier: own[0].from, since: 0, left: own[0].left.filter(l => l.tier !== own[0]?.from) }
        : fold.standing(key)
    return { lead: lead ?? newLead(), state }
  })
}

function byKey(runs: readonly Run[]): Map<string, Moved[]> {
  const moved = new Map<string, Moved[]>()
  for (const [model, { moves }] of runs.entries())
    for (const { key, transition } of moves) {
      const of = moved.get(key)
      if (of) of.push({ model, transition })
      else moved.set(key, [{ model, transition }])
    }
  return moved
}

function byTime(moved: readonly Moved[]): Map<Millis, Moved[]> {
  const sorted = moved.toSorted((a, b) => a.transition.at - b.transition.at)
  return Map.groupBy(sorted, m => m.transition.at)
}
