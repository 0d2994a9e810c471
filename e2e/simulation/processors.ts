import { readFileSync } from 'node:fs'
import {
  type Activity,
  COMPACTION_LAG,
  Codec,
  type Codecs,
  type Event,
  keyOf,
  NO_ACTIVITY,
  PARTITION_KEY,
  standingCodec,
  topicNames,
} from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import { scoring, tiering } from '@hotlead/processors'
import { type Action, type Random, type Subject, stage, type World } from '@hotlead/stream/simulation'
import { scorerTopology } from '../../services/scorer/src/topology.ts'
import { tieringTopology } from '../../services/tiering/src/topology.ts'
import { checkProcessors } from './processorChecks.ts'
import { modelOf, PublishedModels } from './published.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WORKSPACE = 'demo'
const VISITORS = ['v:v0', 'v:v1', 'v:v2', 'v:v3']
const LEADS = ['l:p0', 'l:p1']
/** User ids: leads of their own until their address is known. */
const USERS = ['l:u0', 'l:u1']

/** What scorer and tiering need to run, and what the checks need to run them again. */
export interface Parts {
  codecs: Codecs
  topics: ReturnType<typeof topicNames>
  published: Model[]
  /** How many recounts were prepared: the last one's number is its id. */
  recounts: number
}

/** Scorer and tiering as they are, with the model that ships and two of its own: activity → scores → tiers → hot-leads. */
export function processors(modelText: string): () => Subject {
  const models = [modelText, ...[1, 2].map(n => modelText.replaceAll('WARM', `TEPID${n}`))].map(modelOf)
  const names = ['activity', 'scores', 'tiers', 'hot-leads', 'models'] as const
  const codecs = {
    ...Object.fromEntries(names.map((name, id) => [name, new Codec(name, id)])),
    standing: standingCodec(),
  } as unknown as Codecs
  return () => {
    const parts: Parts = { codecs, topics: topicNames(), published: [], recounts: 0 }
    return {
      stages(send) {
        const read = (topic: readonly Model[]) =>
          send({ name: 'log.models', about: () => '', pieces: 1, run: () => [...topic] })
        const known = new PublishedModels(parts.published, read)
        const shared = { codecs, topics: parts.topics, models: known }
        return [
          stage({
            processor: scoring(known),
            topology: scorerTopology(shared, ''),
            compactionLag: COMPACTION_LAG,
          }),
          stage({
            processor: tiering(known),
            topology: tieringTopology(shared, ''),
            compactionLag: COMPACTION_LAG,
          }),
        ]
      },
      now: Date.UTC(2026, 0, 5, 12),
      leaps: [5_000, 70_000, 5 * HOUR, 2 * DAY],
      append: (random, index) =>
        index === 0 ? publish(parts, models, random) : append(parts, models, random, index),
      settle: (world, round) => settle(parts, world, round),
      check: world => checkProcessors(world, parts),
    }
  }
}

/** The text of the model that ships. @param root of the workspace */
export function shippedModel(root: URL): string {
  return readFileSync(new URL('models/default.yaml', root), 'utf8')
}

function append(parts: Parts, models: readonly Model[], random: Random, index: number): Action {
  const kind = random.weighted({ event: 12, link: 2, followUp: 0.7, control: 0.7, recount: 1.5, poison: 1 })
  const [visitor, user, lead] = [random.pick(VISITORS), random.pick(USERS), random.pick(LEADS)]
  const subject = random.chance(0.7) ? visitor : random.chance(0.5) ? user : lead
  if (kind === 'control') return publish(parts, models, random)
  if (kind === 'recount') return recount(parts, models, random, subject)
  if (kind === 'poison') return poison(parts, random, subject)
  if (kind === 'link') {
    const [who, whose] = random.pick([
      [visitor, lead],
      [visitor, user],
      [user, lead],
    ] as const)
    return source(parts, `${who} is ${whose}`, who, now => ({
      ...NO_ACTIVITY,
      kind,
      link: { lead: whose, at: now, received: now },
    }))
  }
  if (kind === 'followUp')
    return source(parts, `${lead} was called`, lead, now => ({
      ...NO_ACTIVITY,
      kind,
      followUp: { id: `f${index}`, at: now, channel: 'phone', who: 'Bea', result: 'continue', note: '' },
    }))
  const what = random.weighted({
    '/pricing': 3,
    '/download/a': 3,
    '/careers/b': 1,
    'Form Submitted': 3,
    'Demo Requested': 2,
    Unsubscribed: 1,
  })
  // Now and then the id of the event before: a client that sent it again.
  const id = random.chance(0.1) ? `e${index - 1}` : `e${index}`
  const late = random.chance(0.1) ? random.below(HOUR) : 0
  // Of a lead's events some name the browser too, whose own copy they may be.
  const browser = subject !== visitor && random.chance(0.5) ? visitor.slice(2) : null
  return source(parts, `${subject}: ${what}`, subject, now => ({
    ...NO_ACTIVITY,
    kind,
    event: event(id, what, now - late, browser),
  }))
}

function event(id: string, what: string, at: number, anonymousId: string | null): Event {
  const isPage = what.startsWith('/')
  return {
    id,
    type: isPage ? 'page' : 'track',
    name: isPage ? '' : what,
    at,
    timestamp: at,
    sentAt: at,
    receivedAt: at,
    anonymousId,
    userId: null,
    page: isPage ? { host: 'www.example.com', path: what, search: '', referrer: '', title: '' } : null,
    properties: {},
    traits: {},
    context: {},
    ip: null,
    userAgent: null,
    signed: true,
    source: 'site',
    flags: [],
  }
}

function source(parts: Parts, about: string, subject: string, activity: (now: number) => Activity): Action {
  return {
    about,
    run({ cluster }) {
      const key = keyOf(WORKSPACE, subject)
      const value = parts.codecs.activity.encode(activity(cluster.clock))
      cluster.append(parts.topics.activity, cluster.partitionOf(key), { key, value })
    },
  }
}

function poison(parts: Parts, random: Random, subject: string): Action {
  const { activity } = parts.codecs
  const unknown = { workspace: WORKSPACE, model: 'never published', announce: false, recount: null }
  const kinds: [key: string, value: Buffer][] = [
    [keyOf(WORKSPACE, subject), Buffer.from('not in the wire format')],
    [
      keyOf(WORKSPACE, subject),
      activity.encode({ ...NO_ACTIVITY, kind: 'tick', tick: { owner: 'x' } }).subarray(0, 9),
    ],
    [PARTITION_KEY, activity.encode({ ...NO_ACTIVITY, kind: 'control', control: unknown })],
  ]
  const [key, value] = random.pick(kinds)
  return {
    about: `poison under ${key}`,
    run({ cluster }) {
      const partition = key === PARTITION_KEY ? 0 : cluster.partitionOf(key)
      cluster.append(parts.topics.activity, partition, { key, value })
    },
  }
}

/** A model becomes the workspace's active one, by a control record in every partition. */
function publish(parts: Parts, models: readonly Model[], random: Random): Action {
  const model = random.pick(models)
  const control = { workspace: WORKSPACE, model: model.version, announce: random.chance(0.3), recount: null }
  return {
    about: `model ${model.version} is published`,
    run({ cluster }) {
      parts.published.push(model)
      const value = parts.codecs.activity.encode({ ...NO_ACTIVITY, kind: 'control', control })
      for (let p = 0; p < cluster.partitions; p++)
        cluster.append(parts.topics.activity, p, { key: PARTITION_KEY, value })
    },
  }
}

/** One step of a recount, as whoever publishes takes them, or gives up between two. */
function recount(parts: Parts, models: readonly Model[], random: Random, subject: string): Action {
  const step = random.weighted({ prepare: 1, recount: 2, take: 1 })
  const model = random.pick(models)
  const facts = ['page-view', 'pricing']
  return {
    about: `recount of ${subject}: ${step}`,
    run({ cluster }) {
      const { activity } = parts.codecs
      if (step === 'prepare') parts.recounts++
      const id = `r${parts.recounts}`
      const hour = Math.floor(cluster.clock / HOUR) - random.below(40)
      const counts = { last: hour * HOUR, older: 1, buckets: [{ hour, count: 2 }], values: [], visits: null }
      if (step === 'recount') {
        const signals = [{ name: random.pick(facts), ...counts }]
        const key = keyOf(WORKSPACE, subject)
        const value = activity.encode({
          ...NO_ACTIVITY,
          kind: 'recount',
          recount: { id, signals, unsettled: [] },
        })
        cluster.append(parts.topics.activity, cluster.partitionOf(key), { key, value })
        return
      }
      parts.published.push(model)
      const control = {
        workspace: WORKSPACE,
        model: model.version,
        announce: false,
        recount: { id, step, facts },
      }
      const value = activity.encode({ ...NO_ACTIVITY, kind: 'control', control })
      for (let p = 0; p < cluster.partitions; p++)
        cluster.append(parts.topics.activity, p, { key: PARTITION_KEY, value })
    },
  }
}

/** Two seconds tick by: what a state up to *announced* only noted falls due at the next whole second. */
function settle(parts: Parts, { cluster }: World, round: number): boolean {
  if (round >= 3) return false
  cluster.clock += 700
  const value = parts.codecs.activity.encode({ ...NO_ACTIVITY, kind: 'tick', tick: { owner: 'x' } })
  for (let p = 0; p < cluster.partitions; p++)
    cluster.append(parts.topics.activity, p, { key: PARTITION_KEY, value })
  return true
}
