import { HOUR } from '../model/decay.mjs'
import { isKnown } from './facts.mjs'
import { isHeld, signalsOf } from './unsettled.mjs'

/**
 * What two sides have both counted is counted by one of them alone from now on, where either of them awaits the other.
 */
export function dropTwins(facts, past) {
  const both = awaited => awaited.filter(({ id }) => isKnown(facts, id) && isKnown(past, id))
  const own = both(facts.awaited)
  const theirs = both(past.awaited).filter(a => !own.some(o => o.id === a.id))
  const [ours, pasts] = [signalsOf(facts), signalsOf(past)]
  for (const twin of own) uncount(facts, twin, pasts)
  for (const twin of theirs) uncount(past, twin, ours)
}

/** A visitor's past on its way through a user id: without what the user id has counted of it itself. */
export function dropCounted(past, { awaited }) {
  const twins = awaited.filter(({ id }) => isKnown(past, id))
  const all = signalsOf(past)
  for (const twin of twins) uncount(past, twin, all)
  const isOther = ({ id }) => !twins.some(t => t.id === id)
  past.recent = past.recent.filter(isOther)
}

/** @param elsewhere signals that count it too: what is not among them was counted by another model, and stays */
function uncount(facts, { id, counted }, elsewhere) {
  const twice = counted.filter(({ name }) => elsewhere.has(name))
  if (isHeld(facts, id)) {
    const isLeft = ({ name }) => !twice.some(t => t.name === name)
    facts.unsettled = facts.unsettled.map(u =>
      u.id === id ? { ...u, counted: u.counted.filter(isLeft) } : u,
    )
    return
  }
  const hour = Math.floor(facts.recent.find(r => r.id === id).at / HOUR)
  for (const { name, amount } of twice) {
    const signal = facts.signals.get(name)
    if (!signal) continue
    const known = signal.hours.find(h => h.hour === hour)
    if (known) known.count -= amount
    else signal.older -= amount
  }
}
