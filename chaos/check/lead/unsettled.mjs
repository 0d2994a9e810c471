import { addMatch } from './counts.mjs'
import { lineOf } from './lines.mjs'
import { isOpen, verdictOn } from './machines.mjs'

/** Acts on which a verdict may still come, the latest; the others are settled as they stand. */
const MOST_ACTS = 32

/** An act as it is kept: what it counts for is kept with it, unless it counts for nothing anyway. */
export function asAct({ id, at, adds, act: { act, mail, link, flag } }) {
  const matches = isInDoubt({ act, flag }) ? adds : []
  const counted = matches.map(({ name, amount, value = null, gap = null }) => ({ name, amount, value, gap }))
  return { id, at, act, mail, link, flag, verdict: null, counted }
}

/** A delivery is nobody's act, and what is flagged counts, if at all, because it is. */
export function isInDoubt({ act, flag }) {
  return act !== 'delivered' && flag === null
}

/** More acts of a lead: all are judged anew, and a line says why it adds nothing from now on. */
export function hold(facts, acts) {
  const all = facts.unsettled.map(u =>
    asOne(
      u,
      acts.find(o => o.id === u.id),
    ),
  )
  for (const u of acts) if (!isHeld(facts, u.id)) all.push(u)
  all.sort((a, b) => a.at - b.at || a.id - b.id)
  const judged = all.map(u => ({ ...u, verdict: verdictOn(u, all) }))
  facts.recent = facts.recent.map(r => {
    const verdict = judged.find(u => u.id === r.id)?.verdict ?? null
    if (verdict === null || r.what === '' || r.what.endsWith(` (${verdict})`)) return r
    return { ...r, what: lineOf(r.what, [verdict]) }
  })
  // Nothing was counted of what a machine did, so nothing is to be taken back of it.
  for (const a of facts.awaited) if (judged.some(u => u.id === a.id && u.verdict !== null)) a.counted = []
  for (const u of judged.slice(0, -MOST_ACTS)) settle(facts.signals, u)
  facts.unsettled = judged.slice(-MOST_ACTS)
}

/** What two sides have both is one act; of a signal that both count, the first's. */
function asOne(act, same) {
  if (!same) return act
  const more = same.counted.filter(m => !act.counted.some(c => c.name === m.name))
  return { ...act, verdict: act.verdict ?? same.verdict, counted: [...act.counted, ...more] }
}

/** Those on which no verdict will come any more. */
export function settleOverdue(facts, clock) {
  for (const u of facts.unsettled) if (!isOpen(u, clock)) settle(facts.signals, u)
  facts.unsettled = facts.unsettled.filter(u => isOpen(u, clock))
}

/** The same while a recount is prepared, which may count them too: they are kept, and tell nothing any more. */
export function closeOverdue(facts, clock) {
  facts.unsettled = facts.unsettled.map(u => (isOpen(u, clock) ? u : { ...u, act: 'closed' }))
}

/** Counts what an act counts for, where it is nobody's but the lead's. */
export function settle(signals, { at, verdict, counted }) {
  if (verdict !== null) return
  for (const { name, amount, value, gap } of counted)
    addMatch(signals, { name, amount, value: value ?? undefined, gap: gap ?? undefined }, at)
}

/** All that a lead counts by now, with what is unsettled and was not found to be a machine's. */
export function signalsOf(facts) {
  const signals = new Map(facts.signals)
  for (const u of facts.unsettled) settle(signals, u)
  return signals
}

export function isHeld(facts, id) {
  return facts.unsettled.some(u => u.id === id)
}
