import { descend, type Sign } from './coordinateDescent.ts'

// Looked up once: where each file has globals of its own, as in tests, that is half of a fit's time.
const { abs, exp, log, log1p, max } = Math

/** Columns are standardised, all of one length; outcomes are 0 or 1, and both occur. */
export interface Data {
  columns: readonly Float64Array[]
  outcomes: Float64Array
}

/** Log-odds = intercept + Σ coefficient × column. */
export interface Fit {
  intercept: number
  coefficients: Float64Array
}

/** Weights of rows that are all but certain, so that none is divided by 0. */
const CERTAIN = 1e-5

/** Nats a row that a round must gain to be followed by another: coefficients are then right to some three figures. */
const TOLERANCE = 1e-8

/**
 * L1-penalised logistic regression: the least of (−log-likelihood)/n + penalty × Σ|coefficient|, the intercept free.
 * Iteratively reweighted least squares, each solved by coordinate descent over the columns in use; a column comes in
 * where its gradient is above the penalty (Friedman, Hastie & Tibshirani 2010, section 3). A step that makes the
 * whole worse is halved. `start` is a fit at a penalty nearby, for speed.
 */
export function fitLogistic(data: Data, penalty: number, signs: readonly Sign[], start: Fit): Fit {
  const used = new Set<number>()
  // A start beyond what the signs allow has a loss that nothing allowed can better: it would stay.
  const coefficients = start.coefficients.map((c, j) => (c * (signs[j] as Sign) < 0 ? 0 : c))
  for (const [j, c] of coefficients.entries()) if (c !== 0) used.add(j)
  let fit: Fit = { intercept: start.intercept, coefficients }
  for (;;) {
    fit = reweigh(data, penalty, signs, fit, [...used])
    const missing = violators(data, penalty, signs, fit).filter(j => !used.has(j))
    if (missing.length === 0) return fit
    for (const j of missing) used.add(j)
  }
}

/** The fit without any column: the log-odds of the share of outcomes. */
export function emptyFit({ columns, outcomes }: Data): Fit {
  let ones = 0
  for (const y of outcomes) ones += y
  return {
    intercept: log(ones / (outcomes.length - ones)),
    coefficients: new Float64Array(columns.length),
  }
}

/** Log-odds of every row. */
export function logOdds(columns: readonly Float64Array[], rows: number, fit: Fit): Float64Array {
  const odds = new Float64Array(rows).fill(fit.intercept)
  for (const [j, c] of fit.coefficients.entries()) {
    if (c === 0) continue
    const column = columns[j] as Float64Array
    for (let i = 0; i < rows; i++) odds[i] = (odds[i] as number) + c * (column[i] as number)
  }
  return odds
}

export function probability(logOdds: number): number {
  return 1 / (1 + exp(-logOdds))
}

/** Mean of −log-likelihood, in nats a row: ln(1 + e^η) − y·η, written so that it cannot overflow. */
export function logLoss(odds: Float64Array, outcomes: Float64Array): number {
  let sum = 0
  for (let i = 0; i < odds.length; i++) {
    const eta = odds[i] as number
    sum += max(eta, 0) + log1p(exp(-abs(eta))) - (outcomes[i] as number) * eta
  }
  return sum / odds.length
}

/** Slope of the mean log-likelihood in each coefficient. */
export function gradientOf({ columns, outcomes }: Data, fit: Fit): Float64Array {
  const rest = logOdds(columns, outcomes.length, fit).map(
    (eta, i) => (outcomes[i] as number) - probability(eta),
  )
  return Float64Array.from(columns, column => dot(column, rest) / outcomes.length)
}

function violators(data: Data, penalty: number, signs: readonly Sign[], fit: Fit): number[] {
  const slack = penalty * (1 + 1e-6)
  return [...gradientOf(data, fit).entries()]
    .filter(([j, g]) => (signs[j] === 0 ? abs(g) : g * (signs[j] as Sign)) > slack)
    .map(([j]) => j)
}

function reweigh(data: Data, penalty: number, signs: readonly Sign[], start: Fit, used: number[]): Fit {
  const n = data.outcomes.length
  const lossOf = (fit: Fit) => {
    let size = 0
    for (const c of fit.coefficients) size += abs(c)
    return logLoss(logOdds(data.columns, n, fit), data.outcomes) + penalty * size
  }
  let fit = start
  let loss = lossOf(fit)
  for (let round = 0; round < 100; round++) {
    const aim = newtonAim(data, penalty, signs, fit, used)
    let next = aim
    let nextLoss = lossOf(next)
    for (let share = 0.5; nextLoss > loss + 1e-12 && share > 1e-3; share /= 2) {
      next = between(fit, aim, share)
      nextLoss = lossOf(next)
    }
    const gain = loss - nextLoss
    if (gain > 0) [fit, loss] = [next, nextLoss]
    if (gain < TOLERANCE) return fit
  }
  return fit
}

/** Where the loss would be least if it were the parabola that touches it here. */
function newtonAim(
  { columns, outcomes }: Data,
  penalty: number,
  signs: readonly Sign[],
  fit: Fit,
  used: number[],
): Fit {
  const n = outcomes.length
  const odds = logOdds(columns, n, fit)
  const weights = new Float64Array(n)
  const targets = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const p = probability(odds[i] as number)
    const weight = max(p * (1 - p), CERTAIN)
    weights[i] = weight / n
    targets[i] = (odds[i] as number) + ((outcomes[i] as number) - p) / weight
  }
  const inUse = [new Float64Array(n).fill(1), ...used.map(j => columns[j] as Float64Array)]
  const gram = inUse.map(() => new Float64Array(inUse.length))
  const linear = new Float64Array(inUse.length)
  // One array for the weighted columns, each in its turn: a new one for each costs more than the sums.
  const weighted = new Float64Array(n)
  for (const [j, column] of inUse.entries()) {
    for (let i = 0; i < n; i++) weighted[i] = (column[i] as number) * (weights[i] as number)
    linear[j] = dot(weighted, targets)
    for (let k = 0; k <= j; k++) {
      const value = dot(weighted, inUse[k] as Float64Array)
      ;(gram[j] as Float64Array)[k] = value
      ;(gram[k] as Float64Array)[j] = value
    }
  }
  const b = Float64Array.from([fit.intercept, ...used.map(j => fit.coefficients[j] as number)])
  descend(
    {
      gram,
      linear,
      penalties: [0, ...used.map(() => penalty)],
      signs: [0, ...used.map(j => signs[j] as Sign)],
    },
    b,
  )
  const coefficients = new Float64Array(columns.length)
  for (const [k, j] of used.entries()) coefficients[j] = b[k + 1] as number
  return { intercept: b[0] as number, coefficients }
}

function between(a: Fit, b: Fit, share: number): Fit {
  return {
    intercept: a.intercept + share * (b.intercept - a.intercept),
    coefficients: a.coefficients.map((x, j) => x + share * ((b.coefficients[j] as number) - x)),
  }
}

/** Four sums side by side: one alone waits for each addition to end before the next begins. Half a calibration’s time. */
function dot(a: Float64Array, b: Float64Array): number {
  const { length } = a
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let i = 0
  for (; i + 3 < length; i += 4) {
    s0 += (a[i] as number) * (b[i] as number)
    s1 += (a[i + 1] as number) * (b[i + 1] as number)
    s2 += (a[i + 2] as number) * (b[i + 2] as number)
    s3 += (a[i + 3] as number) * (b[i + 3] as number)
  }
  for (; i < length; i++) s0 += (a[i] as number) * (b[i] as number)
  return s0 + s1 + (s2 + s3)
}
