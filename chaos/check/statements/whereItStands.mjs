import { announces, cellAt, phaseAt, tierAt } from '../model/judge.mjs'
import { sumOf, wrongScore } from '../model/points.mjs'
import { MAIN } from '../model/read.mjs'
import { cellOf, fitOf, Recount } from '../model/recount.mjs'

/**
 * What a move says of a lead's other scores, who it is, and how far it has come: what is wrong with it by itself, as a
 * list of [statement, words].
 * @param t the transition; @param model that it names; @param left when each tier was last left, before it
 */
export function wrongByItself(t, model, left) {
  const wrong = wrongSums(t)
  const say = (statement, words) => wrong.push([statement, words])
  const should = t.cause !== 'model' && announces(model, { ...t, left })
  if (t.announce !== should) say('hot', `announce is ${t.announce}, expected ${should} (cause ${t.cause})`)
  const others = model.scores.slice(1).map(s => s.name)
  const found = t.scores.map(s => s.name)
  if (`${found}` !== `${others}`) say('sums', `its scores are ${found}, those of the model ${others}`)
  const attributes = new Map(t.attributes.map(a => [a.name, a.value]))
  const fit = model.fit ? fitOf(model.fit, name => attributes.get(name)).millipoints : null
  if (t.fit !== fit) say('sums', `its fit is ${t.fit} thousandths, by its attributes ${fit}`)
  const of = t.scores.find(s => s.name === model.grid?.of) ?? t
  const cell = model.grid ? cellOf(model.grid, fit / 1000, of.millipoints / 1000) : null
  if (t.grid !== cell) say('sums', `its cell is ${t.grid}, by its fit and score ${cell}`)
  const phases = model.phases.length > 0 ? model.phases.map(p => p.name) : [null]
  if (!phases.includes(t.phase)) say('sums', `its phase is ${t.phase}, of ${phases}`)
  return wrong
}

/** The sums of all scores that a transition or a HOT event tells. */
export function wrongSums(t) {
  return [{ name: MAIN, ...t }, ...t.scores].flatMap(score => {
    const sum = sumOf(score)
    return sum ? [['sums', score.name === MAIN ? sum : `${score.name}: ${sum}`]] : []
  })
}

/**
 * What is wrong with a move by the very facts that it was decided by.
 * @param t { from, to, at, since, left, millipoints, contributions, scores, phase } with the standing before it; since is
 *   undefined of a first move
 */
export function wrongByFacts(t, model, facts) {
  const recount = new Recount(model, facts)
  const standing = { tier: t.from, since: t.since, left: t.left }
  const wrong = []
  const to = tierAt(recount, standing, t.at)
  if (to !== undefined && to !== t.to)
    wrong.push(['G5', `at ${t.at} its facts make it ${to}, from ${t.from}`])
  for (const score of model.scores) {
    const published = score.name === MAIN ? t : t.scores.find(s => s.name === score.name)
    const words = published && wrongScore(score, recount.score(score.name, t.at), published)
    if (words) wrong.push(['sums', `${score.name}: ${words}`])
  }
  return [...wrong, ...wrongPlace(recount, standing, t.at, t)]
}

/** What is wrong with a cell and a phase that are told (null or undefined: there is none). */
export function wrongPlace(recount, standing, at, told) {
  const wrong = []
  const cell = cellAt(recount, standing, at)
  if (cell !== undefined && (told.grid ?? null) !== cell)
    wrong.push(['sums', `its cell is ${told.grid}, by the recount ${cell}`])
  const phase = phaseAt(recount, standing, at)
  if (phase !== undefined && (told.phase ?? null) !== phase)
    wrong.push(['sums', `its phase is ${told.phase}, by the recount ${phase}`])
  return wrong
}
