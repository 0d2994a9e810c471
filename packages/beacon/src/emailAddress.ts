/** RFC 5321's longest address. */
const MAX_EMAIL = 254

/** The trimmed, lower-cased e-mail address that a value is, if it is one. */
export function emailAddress(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_EMAIL) return null
  const email = value.trim().toLowerCase()
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : null
}
