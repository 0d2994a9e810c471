import { Partition } from '../lead/partition.mjs'
import { SentOn } from '../lead/sentOn.mjs'
import { readModel } from '../model/read.mjs'

/** Logs built by hand, for tests. Time zero is noon of a day, so that hours are easy to tell. */
export const NOON = Date.parse('2026-11-24T12:00:00Z')
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const MODEL = `
name: test
decay: { halfLife: 7d }
signals:
  page-view: { type: page }
  pricing: { type: page, path: /pricing }
  form: { type: track, name: Form Submitted }
rules:
  - { signal: page-view, points: 1, cap: { perDay: 10 } }
  - { signal: pricing, points: 8, cap: { perDay: 2 } }
  - { signal: form, points: 30, decay: { halfLife: 30d } }
tiers:
  - name: COLD
  - name: WARM
    enter: { score: { atLeast: 15 } }
    exit: { score: { below: 10 } }
  - name: HOT
    announce: true
    enter:
      all:
        - score: { atLeast: 40 }
        - count: { signal: form, within: 30d, atLeast: 1 }
        - not: { followUps: { within: 30d, atLeast: 1 } }
    exit: { score: { below: 25 } }
`
export const model = readModel(MODEL)
export const models = new Map([['m1', model]])

const NOTHING = {
  via: null,
  event: null,
  link: null,
  merge: null,
  followUp: null,
  outcome: null,
  control: null,
  tick: null,
  recount: null,
}

export const control = (version = 'm1', announce = false, recount = null) => ({
  ...NOTHING,
  kind: 'control',
  control: { workspace: 'demo', model: version, announce, recount },
})
export const page = (id, at, path = '/', more = {}) => ({
  ...NOTHING,
  kind: 'event',
  event: {
    id,
    type: 'page',
    name: '',
    at,
    page: { host: 'x.org', path, search: '', referrer: '', title: '' },
    properties: {},
    traits: {},
    context: {},
    anonymousId: null,
    userAgent: null,
    signed: true,
    source: 'test',
    flags: [],
    ...more,
  },
})
export const form = (id, at) => page(id, at, '/', { type: 'track', name: 'Form Submitted', page: null })
export const link = lead => ({ ...NOTHING, kind: 'link', link: { lead, at: 0 } })
export const merge = (lead, visitor, offset, recounts = { counted: null, ended: null }) => ({
  ...NOTHING,
  kind: 'merge',
  via: { visitor, offset },
  merge: { lead, ...recounts },
})
export const via = (activity, visitor, offset) => ({ ...activity, via: { visitor, offset } })
export const followUp = (id, at) => ({
  ...NOTHING,
  kind: 'followUp',
  followUp: { id, at, channel: 'phone', who: 'Eve', result: 'continue', note: '' },
})
export const outcome = (id, at) => ({
  ...NOTHING,
  kind: 'outcome',
  outcome: { id, at, outcome: 'won', value: null, note: '' },
})

/** Partitions that records are appended to, each stamped a second after the last. */
export function log() {
  const sentOn = new SentOn()
  const told = { event() {}, repeat() {} }
  const partitions = [new Partition(0, models, sentOn, told), new Partition(1, models, sentOn, told)]
  const ends = [0, 0]
  let now = NOON
  return {
    sentOn,
    partitions,
    /** @returns the offset */
    append(partition, key, activity, at = now + SECOND) {
      now = at
      partitions[partition].fold({ key, offset: ends[partition], timestamp: at }, activity)
      return ends[partition]++
    },
    lead: (partition, key) => partitions[partition].leads.get(key),
  }
}
