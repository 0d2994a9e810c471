import type { Reads } from '@hotlead/contracts'

/** Fields of an event that no processor and no condition of a model looks at. */
const UNREAD = new Set(['timestamp', 'sentAt', 'anonymousId', 'userId', 'ip', 'source'])

/** Who only folds a log need not build those: a quarter of what decoding costs. */
export const FOLDED: Reads = (record, field) => record !== 'Event' || !UNREAD.has(field)
