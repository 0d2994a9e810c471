import { join } from './counts.mjs'
import { isHeld, settle } from './unsettled.mjs'

/** Under which name a recount counts facts until it takes the place of the present ones. */
export function shadow(id, name) {
  return `@${id} ${name}`
}

/**
 * What the log before a recount held of a lead. An act that the lead still keeps counts as the verdict on it is here; of all
 * others the verdict is known.
 * @param counted { signals, unsettled } as records have them; @param isTaken they are counted under their own names by now
 */
export function addRecount(facts, id, { signals, unsettled }, isTaken) {
  const nameOf = name => (isTaken ? name : shadow(id, name))
  for (const [name, more] of signals) {
    const known = facts.signals.get(nameOf(name))
    facts.signals.set(nameOf(name), known ? join(known, more) : more)
  }
  for (const act of unsettled) {
    const counted = act.counted.map(m => ({ ...m, name: nameOf(m.name) }))
    if (!isHeld(facts, act.id)) settle(facts.signals, { ...act, counted })
    else
      facts.unsettled = facts.unsettled.map(u =>
        u.id === act.id ? { ...u, counted: [...u.counted, ...counted] } : u,
      )
  }
}

/** The recount's facts are the present ones; those that were, and what other recounts left, are gone. */
export function takeRecount(facts, { id, facts: names }) {
  const kept = new Map()
  for (const [name, signal] of facts.signals)
    if (!name.startsWith('@') && !names.includes(name)) kept.set(name, signal)
  for (const [name, signal] of facts.signals)
    if (name.startsWith(shadow(id, ''))) kept.set(name.slice(shadow(id, '').length), signal)
  facts.signals = kept
  const own = shadow(id, '')
  rename(facts, name => {
    if (name.startsWith(own)) return name.slice(own.length)
    return name.startsWith('@') || names.includes(name) ? undefined : name
  })
}

/** Of what is awaited and unsettled. @param nameOf the name under which something counts from now on; undefined: no more */
function rename(facts, nameOf, lists = ['awaited', 'unsettled']) {
  const renamed = counted =>
    counted.filter(m => nameOf(m.name) !== undefined).map(m => ({ ...m, name: nameOf(m.name) }))
  for (const list of lists) facts[list] = facts[list].map(a => ({ ...a, counted: renamed(a.counted) }))
}

/** The reverse: facts that are the present ones elsewhere are those of a recount here. */
export function untakeRecount(facts, { id, facts: names }) {
  const nameOf = name => (names.includes(name) ? shadow(id, name) : name)
  facts.signals = new Map([...facts.signals].map(([name, signal]) => [nameOf(name), signal]))
  rename(facts, nameOf, ['unsettled'])
}

export function dropRecounts(facts) {
  for (const name of facts.signals.keys()) if (name.startsWith('@')) facts.signals.delete(name)
  rename(facts, name => (name.startsWith('@') ? undefined : name))
}
