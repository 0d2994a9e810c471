import { type HotLead, splitKey, type Transition } from '@hotlead/contracts'

/** The announcement of a transition; undefined where it is none. */
export function hotLead(key: string, t: Transition, offset: number): HotLead | undefined {
  if (!t.announce) return undefined
  const { workspace, subject } = splitKey(key)
  return {
    workspace,
    lead: subject,
    tier: t.to,
    from: t.from,
    since: t.at,
    number: t.number,
    cause: t.cause,
    model: t.model,
    millipoints: t.millipoints,
    contributions: t.contributions,
    conditions: t.conditions,
    scores: t.scores,
    fit: t.fit,
    grid: t.grid,
    phase: t.phase,
    attributes: t.attributes,
    visitors: t.visitors,
    recent: t.recent,
    tiersOffset: offset,
  }
}

/**
 * CloudEvents 1.0 in the Kafka binary binding. The id is the lead and the transition's number: the same transition has
 * the same id however often it is read.
 */
export function cloudEvent(type: string, key: string, t: Transition): Record<string, string> {
  const { workspace, subject } = splitKey(key)
  return {
    ce_specversion: '1.0',
    ce_id: `${key}#${t.number}`,
    ce_type: type,
    ce_source: `/hotlead/${workspace}`,
    ce_subject: subject,
    ce_time: new Date(t.at).toISOString(),
    'content-type': 'application/avro',
  }
}
