export const HOUR = 3_600_000
const MS = { s: 1_000, m: 60_000, h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR }

/** Facts are kept by the hour for so long. */
export const YEAR = 366 * MS.d

/** ms of a length such as 90m or 1.5h. */
export function duration(text) {
  const number = Number.parseFloat(text)
  const unit = text.trim().at(-1)
  return Math.round(number * MS[unit])
}

export function readDecay(decay) {
  if (decay === 'none') return { kind: 'none' }
  if (decay.halfLife) return { kind: 'halfLife', length: duration(decay.halfLife) }
  if (decay.window) return { kind: 'window', length: duration(decay.window) }
  if (decay.linear) return { kind: 'linear', length: duration(decay.linear) }
  return { kind: 'steps', steps: decay.steps.map(s => ({ within: duration(s.within), weight: s.weight })) }
}

/** What one match in an hour (since 1970) is still worth at t, its age counted from the hour's end. */
export function weight(decay, hour, t) {
  if (decay.kind === 'none') return 1
  const age = Math.max(0, t - (hour + 1) * HOUR)
  switch (decay.kind) {
    case 'halfLife':
      return age < lengthOf(decay) ? 2 ** (-age / decay.length) : 0
    case 'window':
      return age < decay.length ? 1 : 0
    case 'linear':
      return Math.max(0, 1 - age / decay.length)
    case 'steps':
      for (const step of decay.steps) if (age < step.within) return step.weight
      return 0
    default:
      throw new Error(`a decay that this checker does not know: ${decay.kind}`)
  }
}

/** Age from which on a decay leaves nothing. Forty halvings are the end of a half-life, as is a year. */
export function lengthOf(decay) {
  switch (decay.kind) {
    case 'none':
      return Infinity
    case 'halfLife':
      return Math.min(40 * decay.length, YEAR)
    case 'steps':
      return decay.steps.at(-1).within
    default:
      return decay.length
  }
}
