/** Under which name a recount counts facts until it takes the place of the present ones. */
export function shadow(id, name) {
  return `@${id} ${name}`
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
  for (const a of facts.awaited)
    a.counted = a.counted
      .filter(({ name }) => (name.startsWith('@') ? name.startsWith(own) : !names.includes(name)))
      .map(({ name, amount }) => ({ name: name.startsWith('@') ? name.slice(own.length) : name, amount }))
}

/** The reverse: facts that are the present ones elsewhere are those of a recount here. */
export function untakeRecount(facts, { id, facts: names }) {
  facts.signals = new Map(
    [...facts.signals].map(([name, signal]) => [names.includes(name) ? shadow(id, name) : name, signal]),
  )
}

export function dropRecounts(facts) {
  for (const name of facts.signals.keys()) if (name.startsWith('@')) facts.signals.delete(name)
  for (const a of facts.awaited) a.counted = a.counted.filter(({ name }) => !name.startsWith('@'))
}
