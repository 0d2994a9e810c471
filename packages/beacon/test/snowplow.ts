import { activitiesOf } from '../src/activities.ts'
import type { Admitted, Beacon, Source } from '../src/beacon.ts'
import type { Format } from '../src/formats/format.ts'
import { SNOWPLOW } from '../src/formats/snowplow.ts'
import type { Outcome } from '../src/outcome.ts'
import { PRIVACY } from '../src/privacy/policy.ts'
import { flag } from '../src/steps/flag.ts'
import { identify } from '../src/steps/identify.ts'
import { skew } from '../src/steps/skew.ts'
import { validate } from '../src/steps/validate.ts'

/** Events as Snowplow's trackers write them, and what the log would have of them. */

export const NOW = Date.UTC(2026, 10, 24, 9)
export const packed = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
export const iglu = (schema: string, data: unknown) => ({ schema: `iglu:${schema}/jsonschema/1-0-0`, data })
export const unstruct = (schema: string, data: unknown) => ({
  e: 'ue',
  ue_px: packed(iglu('com.snowplowanalytics.snowplow/unstruct_event', iglu(schema, data))),
})
export const carrying = (...entities: unknown[]) => ({
  cx: packed(iglu('com.snowplowanalytics.snowplow/contexts', entities)),
})
export const SNOWPLOWS = 'com.snowplowanalytics.snowplow'

/** An event through every step, as the log would have it. */
export function taken(format: Format, body: Buffer, key: { head?: string; body?: boolean } = { head: 'wk' }) {
  const split = format.split(body)
  if (split.kind !== 'ok') return [split]
  const source: Source = {
    workspace: 'w',
    name: 's',
    secret: false,
    origins: new Set(),
    names: new Map(),
    key: '',
    limits: { key: undefined, workspace: undefined },
    privacy: PRIVACY,
  }
  const beacon: Beacon = {
    format,
    key: key.head,
    origin: undefined,
    userAgent: undefined,
    address: '192.0.2.77',
    encoding: undefined,
    body,
    receivedAt: NOW,
  }
  const admitted: Admitted = { ...split.value, key: key.body ? split.value.key : undefined, beacon, source }
  return admitted.events.map((_, index) => {
    let outcome: Outcome<never> = { kind: 'ok', value: { admitted, index } as never }
    for (const step of [validate(), skew(), flag(), identify('secret')])
      if (outcome.kind === 'ok') outcome = (step as (input: never) => Outcome<never>)(outcome.value)
    if (outcome.kind !== 'ok') return outcome
    return {
      kind: 'ok' as const,
      key: (outcome.value as { key: string }).key,
      ...activitiesOf(outcome.value),
    }
  })
}

export const posted = (...data: unknown[]) =>
  Buffer.from(JSON.stringify(iglu(`${SNOWPLOWS}/payload_data`, data)))

export function one(event: object) {
  const [outcome] = taken(SNOWPLOW, posted({ duid: 'd1', ...event }))
  if (outcome?.kind !== 'ok') throw new Error(outcome?.problems.join('; '))
  const { id, type, name, page, properties, traits, context, at, userAgent, ip } = outcome.event.value
    .event as NonNullable<typeof outcome.event.value.event>
  return { key: outcome.key, id, type, name, page, properties, traits, context, at, userAgent, ip }
}

export function problems(event: unknown): string[] {
  const [outcome] = taken(SNOWPLOW, posted(event))
  return outcome?.kind === 'ok' ? [] : (outcome?.problems ?? [])
}
