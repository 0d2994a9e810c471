type Group = Record<string, unknown>

/** What rules and their points are about: of a base that has its own nothing must count beside the draft's. */
const ALWAYS = ['description', 'rules', 'groups', 'limit', 'fit', 'grid', 'tiers']
/** What stands on points as they were, or on another of these. */
const ASKING = ['phases', 'segments', 'suppress']

/**
 * Sections of a base of which the draft takes nothing: all that gives points, and conditions that ask how many. What is
 * left (signals, further scores, whom never to call) holds as it is.
 * @param content of the base, as `parseModel` gives it
 */
export function replacedOf(content: unknown): string[] {
  const sections = content as Group
  const gone = new Set(ALWAYS)
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    for (const section of ASKING) if (asks(sections[section], gone)) gone.add(section)
  }
  return [...ALWAYS, ...ASKING].filter(s => gone.has(s) && sections[s] !== undefined)
}

function asks(part: unknown, gone: ReadonlySet<string>): boolean {
  if (Array.isArray(part)) return part.some(p => asks(p, gone))
  if (typeof part !== 'object' || part === null) return false
  return Object.entries(part).some(
    ([key, value]) =>
      ['score', 'fit', 'grid'].includes(key) ||
      (key === 'phase' && gone.has('phases')) ||
      (key === 'segment' && gone.has('segments')) ||
      asks(value, gone),
  )
}
