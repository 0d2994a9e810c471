const DAY = 86_400_000

/** A page that a visitor looks at. */
export const page = (anonymousId: string, path: string, more: object = {}) => ({
  type: 'page',
  anonymousId,
  properties: { url: `https://www.example.com${path}` },
  ...more,
})

/** A form that names a lead. */
export const form = (anonymousId: string, email: string) => ({
  type: 'track',
  event: 'Form Submitted',
  anonymousId,
  properties: { email },
})

/** The same too old for a write key: dead letters. */
export function tooOld(batch: readonly object[]): object[] {
  const timestamp = new Date(Date.now() - 3 * DAY).toISOString()
  return batch.map(event => ({ ...event, timestamp }))
}
