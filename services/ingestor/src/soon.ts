/** ms that a start waits for Kafka, and for the registry, before it goes on without them. */
export const SOON = 5_000

/** What work gives, or `late` where it has not ended within `SOON`: it goes on, and what becomes of it then is nobody's. */
export async function soon<T>(work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(() => resolve('late'), SOON)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
