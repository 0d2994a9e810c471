/** Names of the signals that an event is. An event with flags (a bot, over its quota) is none. */
export function signalsOf(model, event) {
  if (event.flags.length > 0) return []
  return model.signals.filter(s => s.patterns.some(p => matches(p, event))).map(s => s.name)
}

function matches(pattern, event) {
  if (pattern.type && !pattern.type.includes(event.type)) return false
  if (pattern.name && !pattern.name.some(n => n.toLowerCase() === event.name.toLowerCase())) return false
  if (pattern.path && !(event.page && pattern.path.some(glob => globMatches(glob, event.page.path))))
    return false
  if (pattern.host && !(event.page && pattern.host.some(glob => globMatches(glob, event.page.host))))
    return false
  if (pattern.referrer && !passes(event.page?.referrer, pattern.referrer)) return false
  for (const [name, test] of pattern.campaign)
    if (!passes(event.context[`campaign.${name}`], test)) return false
  for (const [name, test] of pattern.property) if (!passes(event.properties[name], test)) return false
  for (const [name, test] of pattern.trait) if (!passes(event.traits[name], test)) return false
  return true
}

const known = new Map()

/** Whether a glob covers all of a path or host; looked up, since paths repeat. */
function globMatches(glob, text) {
  const question = `${glob} ${text}`
  let answer = known.get(question)
  if (answer === undefined) {
    answer = globCovers(glob, text)
    if (known.size > 50_000) known.clear()
    known.set(question, answer)
  }
  return answer
}

/**
 * `*` is anything within one segment, `**` anything, `/blog/**` also `/blog`, `/a/**` + `/b` also `/a/b`; neither case
 * nor one slash at the end matters. Worked out letter by letter, by trying.
 */
export function globCovers(glob, text) {
  const g = glob.toLowerCase()
  const t = text.toLowerCase()
  const tried = new Map()
  return from(0, 0)

  function from(i, j) {
    const at = i * (t.length + 1) + j
    if (!tried.has(at)) tried.set(at, attempt(i, j))
    return tried.get(at)
  }
  function attempt(i, j) {
    const rest = g.slice(i)
    // The end, with or without a slash on either side.
    if (rest === '' || (rest === '/' && i > 0)) return j === t.length || t.slice(j) === '/'
    if (rest === '/**') return j === t.length || t[j] === '/'
    // Nothing between two slashes is also something between them.
    if (rest.startsWith('/**/') && t[j] === '/') {
      if (from(i + 4, j + 1)) return true
      for (let k = j + 1; k < t.length; k++) if (t[k] === '/' && from(i + 4, k + 1)) return true
      return false
    }
    if (rest.startsWith('/**/')) return false
    if (rest.startsWith('**')) {
      for (let k = j; k <= t.length; k++) if (from(i + 2, k)) return true
      return false
    }
    if (rest.startsWith('*')) {
      for (let k = j; k <= t.length; k++) {
        if (from(i + 1, k)) return true
        if (t[k] === '/') return false
      }
      return false
    }
    return t[j] === g[i] && from(i + 1, j + 1)
  }
}

/** Whether a value passes a test: all that the test sets must hold. Text is compared without regard to case. */
export function passes(value, test) {
  const known = value !== undefined && value !== null && value !== ''
  const text = known ? String(value).toLowerCase() : ''
  const like = other => String(other).toLowerCase() === text
  if (test.exists !== undefined && test.exists !== known) return false
  if (test.notIn && known && test.notIn.some(like)) return false
  if (test.equals !== undefined && !(known && like(test.equals))) return false
  if (test.in && !(known && test.in.some(like))) return false
  if (test.contains && !(known && text.includes(test.contains.toLowerCase()))) return false
  if (test.startsWith && !(known && text.startsWith(test.startsWith.toLowerCase()))) return false
  if (test.endsWith && !(known && text.endsWith(test.endsWith.toLowerCase()))) return false
  if (BOUNDS.some(b => test[b] !== undefined)) {
    if (!known || text.trim() === '' || !Number.isFinite(Number(value))) return false
    if (!within(Number(value), test)) return false
  }
  return true
}

const BOUNDS = ['atLeast', 'atMost', 'above', 'below']

/** Whether a number is within all bounds that are set. */
export function within(n, { atLeast, atMost, above, below }) {
  if (atLeast !== undefined && !(n >= atLeast)) return false
  if (atMost !== undefined && !(n <= atMost)) return false
  if (above !== undefined && !(n > above)) return false
  if (below !== undefined && !(n < below)) return false
  return true
}
