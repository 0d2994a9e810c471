import { hasTier, rankOf, tierAt } from '../model/judge.mjs'
import { Recount } from '../model/recount.mjs'
import { wrongTimer } from '../model/timers.mjs'
import { differences } from './difference.mjs'
import { wrongByFacts } from './whereItStands.mjs'

/**
 * What is wrong with tiering's state of one lead: a list of [statement, words].
 *
 * @param o key; standing: as Redis holds it, or undefined; move: its latest transition, or undefined; snapshot: its
 *   latest record in scores, { offset, source, model, clock, digest }, or undefined; facts: as counted from the log at
 *   that snapshot, undefined where the log has gone on; model; changed: whether anything of it is new; timer: of the timers ZSET; indexes: [name, value] of the
 *   indexes it is in; clock: tiering's; next: offset of the next scores record; digestOf(bytes)
 */
export function wrongStanding(o) {
  const { key, standing, move, snapshot, timer } = o
  const wrong = []
  const say = (statement, words) => wrong.push([statement, words])
  const workspace = key.slice(0, key.indexOf('/'))
  if (!standing) {
    if (move)
      say(
        'G2',
        `tiers has it in ${move.to} (#${move.number}, offset ${move.offset}), Redis has nothing of it`,
      )
    if (timer !== undefined) say('G2', `a timer at ${timer} of a lead that has no state`)
    if (o.indexes.length > 0) say('G2', `it is listed under ${o.indexes[0][0]}, and has no state`)
    if (!move) wrong.push(...wrongAtRest(o, lowest(o), null))
    return wrong
  }
  const { tier, number, since, left } = standing
  const expected = move
    ? { tier: move.to, number: move.number, since: move.at, left: move.left }
    : {
        tier: o.model && rankOf(o.model, tier) > 0 ? o.model.tiers[0].name : tier,
        number: 0,
        since,
        left: [],
      }
  for (const words of differences(expected, { tier, number, since, left }))
    say(
      'G2',
      `${words} (${move ? `by its last transition, offset ${move.offset} of tiers` : 'it has no transition'})`,
    )
  if ((timer ?? null) !== standing.wakeAt)
    say('G2', `wakeAt is ${standing.wakeAt}, its timer ${timer ?? 'is missing'}`)
  // One that moved and has left no tier was forgotten, and is in no list.
  const isListed = number > 0 && expected.left.length > 0
  const indexes = isListed ? [[`${workspace}/${tier}`, since]] : []
  for (const words of differences(indexes, o.indexes, 'indexes')) say('G2', words)
  if (snapshot) {
    if (standing.source !== snapshot.source)
      say(
        'G2',
        `source: expected ${snapshot.source} (offset ${snapshot.offset} of scores), found ${standing.source}`,
      )
    if (standing.wakeAt !== null && (!standing.snapshot || o.digestOf(standing.snapshot) !== snapshot.digest))
      say('G2', `the snapshot that it keeps is not its latest, offset ${snapshot.offset} of scores`)
    if (standing.offset >= o.next || standing.offset < snapshot.offset)
      say('G2', `offset: expected ${snapshot.offset} to ${o.next - 1}, found ${standing.offset}`)
  } else if (standing.snapshot) say('G2', 'it keeps a snapshot, and scores has none of it')
  if (standing.wakeAt === null && standing.snapshot) say('G2', 'it keeps a snapshot without a timer')
  if (wrong.length === 0) wrong.push(...wrongAtRest(o, standing, standing.wakeAt), ...wrongLatestMove(o))
  return wrong
}

/** Whether the latest move was decided by the very facts that the lead has: at its snapshot, or in silence after it. */
export function isMovedByTheseFacts({ move, snapshot, facts, model, changed }) {
  if (!changed || !move || !snapshot || !facts || !model || move.t.model !== snapshot.model) return false
  return move.t.cause === 'time' ? move.t.offset > snapshot.offset : move.t.offset === snapshot.offset
}

function wrongLatestMove(o) {
  if (!isMovedByTheseFacts(o)) return []
  return wrongByFacts(o.move.t, o.model, o.facts).map(([statement, words]) => [
    statement,
    `its transition #${o.move.number}, offset ${o.move.offset} of tiers: ${words}`,
  ])
}

function lowest({ model, snapshot }) {
  return { tier: model?.tiers[0].name ?? '', since: snapshot?.clock ?? 0, left: [] }
}

/** G5: nothing due is left, the tier is the one that the facts give at the partition's clock, the timer is in time. */
function wrongAtRest({ model, facts, snapshot, clock, changed }, standing, wakeAt) {
  if (wakeAt !== null && wakeAt <= clock)
    return [['G5', `due at ${wakeAt}, and the partition's clock is ${clock}: it was not woken`]]
  // Looked into the future when it changed: until its timer comes, nothing can be otherwise.
  if (!changed || !model || !facts || !snapshot) return []
  const now = Math.max(clock, snapshot.clock, standing.since)
  const recount = new Recount(model, facts)
  const should = tierAt(recount, standing, now)
  if (should === undefined) return []
  // A tier that the model no longer has counts as the lowest, and its name stays until something moves the lead.
  const known = hasTier(model, standing.tier)
  if (known ? should !== standing.tier : rankOf(model, should) > 0)
    return [
      ['G5', `it is ${standing.tier} since ${standing.since}, and at ${now} its facts make it ${should}`],
    ]
  const timer = wrongTimer(recount, standing, wakeAt, now)
  return timer ? [['G5', timer]] : []
}
