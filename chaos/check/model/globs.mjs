const known = new Map()

/** Whether a glob covers all of a path or host; looked up, since paths repeat. */
export function globMatches(glob, text) {
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
