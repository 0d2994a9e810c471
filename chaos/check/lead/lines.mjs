/** A line of a lead's story is this long at most. */
const LONGEST = 80

/** What happened, and in brackets why it adds nothing: that is told in full, however long the rest is. */
export function lineOf(what, reasons = []) {
  const told = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  return `${what.slice(0, Math.max(0, LONGEST - told.length))}${told}`.toWellFormed()
}
