import { type Admitted, type Outcome, ok, refuse } from '@hotlead/beacon'
import type { Charge, Quotas } from '../quota/quotas.ts'

/** A request's events against the quotas of its key and of its workspace; over either it is to come again. */
export function limit(quotas: Pick<Quotas, 'take'>) {
  return function limit(admitted: Admitted): Outcome<Admitted> {
    const { source, events } = admitted
    const { key, workspace } = source.limits
    if ((key === undefined && workspace === undefined) || events.length === 0) return ok(admitted)
    const charges: Charge[] = []
    if (key !== undefined) charges.push({ name: `key:${source.key}`, limit: key })
    if (workspace !== undefined) charges.push({ name: `workspace:${source.workspace}`, limit: workspace })
    const wait = quotas.take(charges, events.length)
    if (wait === 0) return ok(admitted)
    const rates = [
      ...(key === undefined ? [] : [`${key.rate} events a second by this key`]),
      ...(workspace === undefined ? [] : [`${workspace.rate} by all keys of its workspace`]),
    ]
    return {
      ...refuse(429, 'rate_limited', `more came than ${rates.join(' or ')} may bring: send this again later`),
      retryAfter: Math.max(1, Math.ceil(wait / 1_000)),
    }
  }
}
