import type { Millis } from '@hotlead/model'
import { aucOf, aucWithInterval } from './auc.ts'
import { type Bin, brierOf, calibrationTable } from './calibrationTable.ts'
import { faultOf, type Refusal, tooFew } from './check.ts'
import { chooseRules } from './chooseRules.ts'
import { columnsOf, type Part as RulePart, type Shape } from './columns.ts'
import type { Sample, Term } from './design.ts'
import { fitStepsOf, judgedTotal } from './fitSteps.ts'
import { type Fold, latestQuarter } from './fold.ts'
import type { Interval } from './interval.ts'
import { type Lift, liftOf } from './lift.ts'
import { type Link, linkOf, probabilityOf } from './link.ts'
import { type Rule, totalOf } from './rules.ts'
import { splitByTime, timeOfLast } from './splitByTime.ts'
import { strictest, type Threshold, thresholdAt, thresholdFor, type Wanted } from './thresholds.ts'
import { exactRules, wholePoints } from './wholePoints.ts'

export interface Options extends Shape {
  /** Outcomes from this time on are held out; else the latest quarter or so. */
  heldOutFrom?: Millis
  /** Rules at most: as many as two people can talk through. */
  rules?: number
  /** From the lowest to the highest; without them HOT, right every other time. */
  tiers?: readonly { name: string; wanted: Wanted }[]
}

const TIERS: NonNullable<Options['tiers']> = [{ name: 'HOT', wanted: { precision: 0.5 } }]

export interface Part {
  leads: number
  won: number
  from: Millis
  to: Millis
}

export interface SuggestedRule extends Rule {
  /** One for each part of the rule, on the training samples. */
  lifts: readonly (Lift | undefined)[]
}

export interface SuggestedTier {
  name: string
  wanted: Wanted
  /** Chosen on the training samples; undefined where none does what is wanted. */
  threshold: Threshold | undefined
  /** False of a threshold that does not do what is wanted: the strictest there is, since a model has two tiers. */
  isMet: boolean
  /** The same threshold on the held-out ones: what to expect of it. */
  heldOut: Threshold | undefined
}

export interface Calibration {
  training: Part
  heldOut: Part
  rules: readonly SuggestedRule[]
  /** What the largest rule is worth. */
  largest: number
  auc: {
    training: number
    heldOut: Interval
    /** Held out, by the weights before they were rounded to whole points. */
    beforeRounding: number
  }
  link: Link
  /** Of the held-out samples. */
  bins: readonly Bin[]
  brier: number
  fitSteps: readonly number[]
  tiers: readonly SuggestedTier[]
  /** Of every step and value that was looked at, rule or not, on the training samples; the most telling first. */
  lifts: readonly { term: Term; part: RulePart; lift: Lift }[]
}

/**
 * Rules, whole points and thresholds from outcomes. All of it is learned from the samples before `heldOutFrom`; the
 * later ones are only asked how well it does.
 */
export function calibrate(
  terms: readonly Term[],
  samples: readonly Sample[],
  options: Options = {},
): { ok: true; calibration: Calibration } | { ok: false; refusal: Refusal } {
  const fault = faultOf(terms, samples)
  if (fault) return { ok: false, refusal: fault }
  const from = options.heldOutFrom ?? timeOfLast(samples, 1 / 4)
  if (from === undefined)
    return {
      ok: false,
      refusal: {
        code: 'one-time',
        sentence: 'there are no outcomes of several days, so none can be held out to check with',
      },
    }
  const { before, after } = splitByTime(samples, from)
  const few = tooFew('before the held-out time', before) ?? tooFew('held out', after)
  if (few) return { ok: false, refusal: few }
  const calibration = learn(terms, before, after, options)
  if (calibration.rules.length === 0)
    return {
      ok: false,
      refusal: {
        code: 'nothing-tells',
        sentence: 'no signal and no attribute tells the outcomes apart; offer others, or more outcomes',
      },
    }
  return { ok: true, calibration }
}

/** The two parts as they are given, for a caller that divides them otherwise than by time (a repeated random split). */
export function learn(
  terms: readonly Term[],
  training: readonly Sample[],
  heldOut: readonly Sample[],
  { rules: most = 12, tiers = TIERS, ...shape }: Options = {},
  fold: Fold = latestQuarter(training),
): Calibration {
  const choice = chooseRules(terms, training, most, fold, shape)
  const { rules, largest } = wholePoints(choice, training)
  const exact = exactRules(choice)
  const [learned, later] = [training.map(s => s.outcome), heldOut.map(s => s.outcome)]
  const totals = training.map(s => totalOf(rules, s))
  const laterTotals = heldOut.map(s => totalOf(rules, s))
  const link = linkOf(totals, learned)
  const predicted = laterTotals.map(total => probabilityOf(link, total))
  const fitSteps = fitStepsOf(rules, training)
  const judged = (of: readonly Sample[]) => of.map(s => judgedTotal(rules, fitSteps, s))
  return {
    training: partOf(training),
    heldOut: partOf(heldOut),
    rules: rules.map(rule => ({
      ...rule,
      lifts: rule.parts.map(({ part }) => liftOf(rule.term, part, rule.place, training)),
    })),
    largest,
    auc: {
      training: aucOf(totals, learned),
      heldOut: aucWithInterval(laterTotals, later),
      beforeRounding: aucOf(
        heldOut.map(s => totalOf(exact, s)),
        later,
      ),
    },
    link,
    bins: calibrationTable(predicted, later),
    brier: brierOf(predicted, later),
    fitSteps,
    tiers: tiersOf(
      tiers,
      { totals: judged(training), outcomes: learned, span: spanOf(training) },
      { totals: judged(heldOut), outcomes: later, span: spanOf(heldOut) },
    ),
    lifts: liftsOf(terms, training, shape),
  }
}

interface Judged {
  totals: readonly number[]
  outcomes: readonly boolean[]
  span: Millis
}

function tiersOf(tiers: NonNullable<Options['tiers']>, training: Judged, heldOut: Judged): SuggestedTier[] {
  const { totals, outcomes, span } = training
  const found = tiers.map(({ wanted }) => thresholdFor(wanted, totals, outcomes, span))
  const none = found.every(t => t === undefined)
  return tiers.map(({ name, wanted }, i) => {
    const threshold =
      found[i] ?? (none && i === tiers.length - 1 ? strictest(totals, outcomes, span) : undefined)
    return {
      name,
      wanted,
      threshold,
      isMet: found[i] !== undefined,
      heldOut: threshold && thresholdAt(threshold.atLeast, heldOut.totals, heldOut.outcomes, heldOut.span),
    }
  })
}

/** Told by the least lift that its interval allows: what few leads say stands below what many do. */
function liftsOf(terms: readonly Term[], training: readonly Sample[], shape: Shape): Calibration['lifts'] {
  return columnsOf(terms, training, shape)
    .flatMap(({ term: place, part }) => {
      const term = terms[place] as Term
      const lift = liftOf(term, part, place, training)
      return lift ? [{ term, part, lift }] : []
    })
    .sort((a, b) => b.lift.share.low - a.lift.share.low)
}

function partOf(samples: readonly Sample[]): Part {
  const times = samples.map(s => s.at)
  const [from, to] = times.reduce(([a, b], t) => [Math.min(a, t), Math.max(b, t)] as const, [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const)
  return { leads: samples.length, won: samples.filter(s => s.outcome).length, from, to }
}

function spanOf(samples: readonly Sample[]): Millis {
  const { from, to } = partOf(samples)
  return to - from
}
