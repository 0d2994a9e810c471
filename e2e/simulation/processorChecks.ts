import type { Score, Transition } from '@hotlead/contracts'
import type { StandingState } from '@hotlead/processors'
import { scoring, tiering } from '@hotlead/processors'
import type { Violation, World } from '@hotlead/stream/simulation'
import { scorerTopology } from '../../services/scorer/src/topology.ts'
import { tieringTopology } from '../../services/tiering/src/topology.ts'
import type { Parts } from './processors.ts'
import { PublishedModels } from './published.ts'
import { reference } from './reference.ts'

/** What must hold of scorer and tiering in the end, by their processors folded over all there ever was in the log. */
export function checkProcessors(world: World, parts: Parts): Violation[] {
  const models = new PublishedModels(parts.published)
  models.learn(parts.published)
  const checks = new Checks(world, parts, models)
  for (let p = 0; p < world.cluster.partitions; p++) {
    checks.scores(p)
    checks.tiers(p)
  }
  checks.sentOn()
  return checks.found
}

class Checks {
  readonly found: Violation[] = []
  readonly #world: World
  readonly #parts: Parts
  readonly #models: PublishedModels
  readonly #sent = new Set<string>()

  constructor(world: World, parts: Parts, models: PublishedModels) {
    this.#world = world
    this.#parts = parts
    this.#models = models
  }

  #state(statement: string, detail: string): void {
    this.found.push({ statement, detail })
  }

  #equal(statement: string, actual: unknown, expected: unknown): void {
    const [a, e] = [text(actual), text(expected)]
    if (a !== e) this.#state(statement, `is ${a}, must be ${e}`)
  }

  scores(p: number): void {
    const { cluster } = this.#world
    const { codecs, topics } = this.#parts
    const shared = { ...this.#parts, models: this.#models }
    const { wire } = scorerTopology(shared, '')
    const came = new Set<string>()
    const must = reference(
      scoring(this.#models),
      wire,
      cluster.history(topics.activity, p),
      ({ key, value: { via } }) => {
        if (!via) return false
        const copy = `${key} ${via.visitor} ${via.offset}`
        return came.has(copy) || came.add(copy) === undefined
      },
    )
    const store = this.#world.slot('scorer', p).store.dump()
    const inStore = new Map([...store.states].map(([key, bytes]) => [key, codecs.scores.decode(bytes)]))
    const snapshots = new Map<string, Score>()
    for (const r of cluster.history(topics.scores, p)) {
      const score = codecs.scores.decode(r.value as Buffer)
      const before = snapshots.get(r.key)
      if (before && before.offset >= score.offset)
        this.#state('scores never goes back', `${r.key} is at ${before.offset}, then at ${score.offset}`)
      snapshots.set(r.key, score)
    }
    this.#equal('the leads in the store are the fold of activity', inStore, must.states)
    this.#equal('the latest of scores is what the store holds', snapshots, inStore)
    this.#equal(
      'the scorer has folded activity to the end',
      store.position.next,
      cluster.end(topics.activity, p),
    )
    for (const [key, score] of inStore) {
      const sum = score.contributions.reduce((all, c) => all + c.millipoints, 0)
      if (sum !== score.millipoints) this.#state('contributions sum to the score', `${key}: ${text(score)}`)
    }
    const dead = new Set(cluster.history('dead-letter', p).map(r => Number(r.headers?.['dlq-offset'])))
    for (const offset of must.poison)
      if (!dead.has(offset)) this.#state('poison is in dead-letter', `activity ${offset} is not`)
    for (const { key, value } of must.elsewhere) {
      const record = wire.elsewhereRecord(key, value)
      this.#sent.add(`${record.key} ${record.value?.toString('hex')}`)
    }
  }

  sentOn(): void {
    const { cluster } = this.#world
    const { codecs, topics } = this.#parts
    const arrived = new Set<string>()
    for (let p = 0; p < cluster.partitions; p++)
      for (const { key, value } of cluster.history(topics.activity, p)) {
        const copy = `${key} ${value?.toString('hex')}`
        let isSentOn = false
        try {
          isSentOn = codecs.activity.decode(value as Buffer).via !== null
        } catch {}
        if (isSentOn && !this.#sent.has(copy)) this.#state('nothing arrives that was not sent on', copy)
        arrived.add(copy)
      }
    for (const copy of this.#sent) if (!arrived.has(copy)) this.#state('what is sent on arrives', copy)
  }

  tiers(p: number): void {
    const { cluster } = this.#world
    const { codecs, topics } = this.#parts
    const shared = { ...this.#parts, models: this.#models }
    const { wire } = tieringTopology(shared, '')
    const last = new Map<string, Transition>()
    const announced: string[] = []
    const made = new Map<string, string[]>()
    for (const r of cluster.history(topics.tiers, p)) {
      const t = codecs.tiers.decode(r.value as Buffer)
      const before = last.get(r.key)
      if (t.number !== (before?.number ?? 0) + 1)
        this.#state(
          'transitions are numbered 1, 2, 3 …',
          `${r.key} has ${t.number} after ${before?.number ?? 0}`,
        )
      if (before && t.from !== before.to)
        this.#state(
          'a transition begins where the last ended',
          `${r.key} ${t.number} is from ${t.from}, after ${before.to}`,
        )
      const sum = t.contributions.reduce((all, c) => all + c.millipoints, 0)
      if (sum !== t.millipoints) this.#state('contributions sum to the score', `${r.key} ${t.number}`)
      if (t.announce) announced.push(`${r.key} ${t.number} at ${r.offset}`)
      last.set(r.key, t)
      made.set(r.key, [...(made.get(r.key) ?? []), `${t.from} → ${t.to}`])
    }
    const hot = cluster.history(topics['hot-leads'], p).map(r => {
      const { number, tiersOffset } = codecs['hot-leads'].decode(r.value as Buffer)
      return `${r.key} ${number} at ${tiersOffset}`
    })
    this.#equal('every announcement is in hot-leads, once, in order', hot, announced)

    const store = this.#world.slot('tiering', p).store.dump()
    const standings = [...store.states].map(([key, bytes]) => [key, wire.decodeState(bytes)] as const)
    const scores = cluster.history(topics.scores, p)
    const must = reference(tiering(this.#models), wire, scores)
    // What compaction takes from scores before tiering has seen it, tiering cannot judge.
    const isWhole = cluster.partition(topics.scores, p).length === scores.length
    if (isWhole) {
      const told = new Map<string, string[]>()
      for (const { key, value } of must.own)
        told.set(key, [...(told.get(key) ?? []), `${value.from} → ${value.to}`])
      this.#equal('the transitions are those that the scores ask for', made, told)
      const kept = (states: Iterable<readonly [string, StandingState]>) =>
        new Map(
          [...states].map(([key, s]) => [key, [s.tier, s.number, s.wakeAt, s.source, s.snapshot !== null]]),
        )
      this.#equal('the standings are those that the scores ask for', kept(standings), kept(must.states))
    }
    for (const [key, s] of standings) {
      const t = last.get(key)
      this.#equal(
        `${key} stands as its last transition says`,
        [s.number, ...(t ? [s.tier, s.since, s.left] : [])],
        [t?.number ?? 0, ...(t ? [t.to, t.at, t.left] : [])],
      )
    }
    this.#equal(
      'who ever moved has a standing',
      [...last.keys()].filter(key => !store.states.has(key)),
      [],
    )
    const waiting = standings.flatMap(([key, s]) => (s.wakeAt == null ? [] : [[key, s.wakeAt] as const]))
    this.#equal('the timers are those of the standings', new Map(store.timers), new Map(waiting))
    const indexes = new Map<string, [string, number][]>()
    for (const [key, s] of standings)
      if (s.number > 0)
        indexes.set(`demo/${s.tier}`, [...(indexes.get(`demo/${s.tier}`) ?? []), [key, s.since]])
    for (const name of new Set([...store.indexes.keys(), ...indexes.keys()]))
      this.#equal(
        `the index ${name} is that of the standings`,
        store.indexes.get(name) ?? new Map(),
        new Map(indexes.get(name) ?? []),
      )
    this.#equal('tiering has folded scores to the end', store.position.next, cluster.end(topics.scores, p))
  }
}

/** Maps in the order of their keys. */
function text(value: unknown): string {
  return JSON.stringify(value, (_key, v) =>
    v instanceof Map ? Object.fromEntries([...v].sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  )
}
