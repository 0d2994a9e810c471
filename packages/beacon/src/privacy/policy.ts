import type { Beacon } from '../beacon.ts'
import { type Deny, NOTHING_DENIED } from './deny.ts'

/** What becomes of an event whose visitor asks not to be tracked, from the least to the most. */
export const OPT_OUTS = ['ignore', 'flag', 'drop'] as const
export type OptOut = (typeof OPT_OUTS)[number]

/** What becomes of an event that says nothing of the consent that its source needs. */
export const MISSING = ['count', 'flag'] as const

/** What a source does about the privacy of those whom its events are about. */
export interface Privacy {
  deny: Deny
  /** For `Sec-GPC: 1`. */
  gpc: OptOut
  /** For `DNT: 1`. */
  dnt: OptOut
  /** The category without which nothing counts; undefined: none is asked for. */
  consent: { category: string; missing: (typeof MISSING)[number] } | undefined
}

/**
 * Of a source that says nothing. GPC binds those who come under a law that says so (California's, Colorado's, …); DNT binds
 * nobody, and its specification was given up: docs/privacy.md has the sources.
 */
export const PRIVACY: Privacy = { deny: NOTHING_DENIED, gpc: 'flag', dnt: 'ignore', consent: undefined }

/** What a request's head asks for, under a policy: the most that any of its signals means. */
export function optOutOf({ gpc, dnt }: Pick<Beacon, 'gpc' | 'dnt'>, privacy: Privacy): OptOut {
  const asked = [...(gpc ? [privacy.gpc] : []), ...(dnt ? [privacy.dnt] : [])]
  return OPT_OUTS[Math.max(0, ...asked.map(one => OPT_OUTS.indexOf(one)))] as OptOut
}
