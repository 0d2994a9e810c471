// What the script's own tag says, as the README lists it, and what the browser asks for.
const tag = document.currentScript
const said = tag?.dataset ?? {}

export const key = said.key
export const host = tag && (said.host || new URL(tag.src).origin).replace(/\/$/, '')

// Whatever the attribute says: a slip of the pen must not track somebody who was not asked.
export const mustAsk = 'consent' in said

// Each by itself: some laws bind a site to one of them and not to the other.
export const optedOut =
  (navigator.globalPrivacyControl && said.gpc !== 'ignore') ||
  (navigator.doNotTrack === '1' && said.dnt !== 'ignore')
