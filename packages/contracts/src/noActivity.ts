import type { Activity } from './generated/types.ts'

/** An activity with nothing set: spread it, and set the kind and its one part. */
export const NO_ACTIVITY = {
  via: null,
  event: null,
  link: null,
  merge: null,
  followUp: null,
  outcome: null,
  control: null,
  tick: null,
  recount: null,
  forget: null,
} as const satisfies Omit<Activity, 'kind'>
