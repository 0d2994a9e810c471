import {
  fitOf,
  judge,
  mergeLeads,
  newLead,
  nextChange,
  observe,
  once,
  parseModel,
  Situation,
  scoreBy,
  signalsOf,
  actOf as theirActOf,
  announces as theirAnnounces,
} from '@hotlead/model'
import fc from 'fast-check'
import { add, asRecord, count, fromRecord, nothingKnown } from './lead/facts.mjs'
import { actOf } from './lead/machines.mjs'
import { announces, cellAt, phaseAt, tierAt } from './model/judge.mjs'
import { addsOf } from './model/match.mjs'
import { wrongScore } from './model/points.mjs'
import { readModel } from './model/read.mjs'
import { Recount, fitOf as recountFit } from './model/recount.mjs'
import { wrongTimer } from './model/timers.mjs'
import { later, model, past, standing } from './test/draw.mjs'
import { NOON } from './test/log.mjs'

/**
 * Two implementations of one language, by the same text: what chance says, both understand alike. Where this fails, one of
 * them is wrong, and the specification says which. `RUNS=2000` looks longer: that many models, each with ten pasts.
 */
const RUNS = Number(process.env.RUNS ?? 6)
const PASTS = 10

/** Every property for a drawn model, and for drawn pasts each: most of the time goes into reading the model. */
function check(drawn, property) {
  const pasts = fc.array(fc.tuple(past, ...drawn), { minLength: PASTS, maxLength: PASTS })
  fc.assert(
    fc.property(model, pasts, (source, all) => {
      const text = JSON.stringify(source)
      const parsed = parseModel(text)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems[0]))
      const models = { theirs: parsed.model, ours: readModel(text) }
      for (const [events, ...rest] of all) property(models, events, ...rest)
    }),
    { numRuns: RUNS },
  )
}

/** @param first id of the events, which count up from it */
function fold({ theirs, ours }, events, first = 1) {
  let lead = newLead()
  const facts = nothingKnown()
  for (const [i, e] of events.entries()) {
    const seen = { at: e.at, id: first + i, what: `${i}`, attributes: e.traits }
    const signals = e.followUp ? [once('follow-up')] : signalsOf(theirs, e)
    const adds = e.followUp ? [{ name: 'follow-up', amount: 1 }] : addsOf(ours, e)
    const acts = e.followUp ? [] : [theirActOf(e), actOf(e)]
    lead = observe(theirs, lead, { ...seen, signals, act: acts[0] }, NOON)
    count(facts, { ...seen, adds, act: acts[1] }, ours, NOON)
  }
  return { lead, facts }
}

test('facts: what events add, and what merging them does', () => {
  check([fc.nat(60)], (models, events, cut) => {
    const { lead, facts } = fold(models, events)
    expect(asRecord(facts)).toEqual(lead)
    const [a, b] = [fold(models, events.slice(0, cut)), fold(models, events.slice(cut), cut + 1)]
    add(a.facts, fromRecord(asRecord(b.facts)))
    expect(asRecord(a.facts)).toEqual(mergeLeads(a.lead, b.lead))
  })
})

test('scores, fit, cell, phase, tier and announcement', () => {
  check([standing, later], (models, events, state, t) => {
    const { theirs, ours } = models
    const { lead, facts } = fold(models, events)
    const recount = new Recount(ours, facts)
    for (const [i, score] of theirs.scores.entries())
      expect(
        wrongScore(ours.scores[i], recount.score(score.name, t), scoreBy(score, lead, t)),
      ).toBeUndefined()
    const { millipoints, parts } = recountFit(ours.fit, name => recount.attribute(name))
    expect({ millipoints, contributions: parts }).toEqual(fitOf(theirs.fit, lead))
    const s = new Situation(theirs, lead, t, state)
    const to = judge(theirs, lead, state, t)
    // Undefined is what rounding decides.
    expect(cellAt(recount, state, t) ?? s.cell).toBe(s.cell)
    expect(phaseAt(recount, state, t) ?? s.phase).toBe(s.phase)
    expect(tierAt(recount, state, t) ?? to).toBe(to)
    for (const to of ['COLD', 'WARM', 'HOT']) {
      const move = { from: state.tier, to, at: t, left: state.left }
      expect(announces(ours, move)).toBe(theirAnnounces(theirs, state, to, t))
    }
  })
})

test('when the tier changes in silence', () => {
  check([standing, later], (models, events, state, from) => {
    const { theirs, ours } = models
    const { lead, facts } = fold(models, events)
    const tier = judge(theirs, lead, state, from)
    const left = [...state.left.filter(l => l.tier !== state.tier), { tier: state.tier, at: from }]
    const settled = tier === state.tier ? state : { tier, since: from, left }
    const wakeAt = nextChange(theirs, lead, settled, from) ?? null
    expect(wrongTimer(new Recount(ours, facts), settled, wakeAt, from)).toBeUndefined()
  })
})
