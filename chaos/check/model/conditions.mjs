import { duration } from './decay.mjs'

/** A condition with its lengths in ms, and the segments that it names in their places. */
export function readCondition(c, file) {
  const inner = x => readCondition(x, file)
  if (c.all) return { all: c.all.map(inner) }
  if (c.any) return { any: c.any.map(inner) }
  if (c.not) return { not: inner(c.not) }
  if (c.of) return { of: c.of.map(inner), atLeast: c.atLeast }
  if (c.segment) return inner(file.segments[c.segment])
  if (c.score || c.fit) return { score: c.score, fit: c.fit }
  if (c.grid !== undefined) return { grid: [c.grid].flat().map(String) }
  if (c.phase !== undefined) return { phase: phasesOf(c.phase, file.phases) }
  if (c.attribute) return { attribute: c.attribute }
  if (c.consent !== undefined) return { consent: `consent.${c.consent}` }
  if (c.recency?.since || c.followUps?.since) return { sinceTier: c.recency?.signal ?? 'follow-up' }
  if (c.recency) return { recency: { signal: c.recency.signal, within: duration(c.recency.within) } }
  if (!c.count && !c.followUps)
    throw new Error(`a condition that this checker does not know: ${JSON.stringify(c)}`)
  const { signal = 'follow-up', within, ...bounds } = c.count ?? c.followUps
  return {
    count: {
      signal,
      within: within === undefined ? undefined : duration(within),
      bounds,
      unit: file.signals[signal]?.count?.sum ? 1000 : 1,
    },
  }
}

/** Names as they are; `atLeast` a phase is it and all that come after it. */
function phasesOf(asked, phases) {
  if (asked.atLeast === undefined) return [asked].flat()
  const names = phases.map(p => p.name)
  return names.slice(names.indexOf(asked.atLeast))
}

/** Every condition without parts that a condition is made of. */
export function leavesOf(c) {
  if (!c) return []
  const parts = c.all ?? c.any ?? c.of ?? (c.not ? [c.not] : undefined)
  return parts ? parts.flatMap(leavesOf) : [c]
}
