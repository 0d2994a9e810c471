import type { Event } from '@hotlead/contracts'
import type { Match, Model } from '../model.ts'

/** What an event adds to a lead's facts, in the model's order; empty where it is no signal. */
export function signalsOf(model: Model, event: Event): Match[] {
  const matches: Match[] = []
  for (const signal of model.signals) for (const match of signal.matches(event)) matches.push(match)
  return matches
}
