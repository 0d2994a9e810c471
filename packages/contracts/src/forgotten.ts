import type { Activity, Forgotten } from './generated/types.ts'

/** Whether what was received, or happened, at a time (ms since 1970) is among what was forgotten. */
export function isForgotten(forgotten: Forgotten | null | undefined, at: number): boolean {
  return forgotten != null && at <= forgotten.until
}

/**
 * Whether a record under a forgotten key brings what was forgotten: a recount, what lay before it. Nothing that folds the log
 * counts it. Links say who is whom, which is no more than a later one would say; of merges only what they hold is passed over.
 */
export function bringsForgotten(
  forgotten: Forgotten,
  { event, followUp, recount }: Pick<Activity, 'event' | 'followUp' | 'recount'>,
): boolean {
  if (recount) return forgotten.recounts.includes(recount.id)
  const at = event?.receivedAt ?? followUp?.at
  return at !== undefined && isForgotten(forgotten, at)
}
