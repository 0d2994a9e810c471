import { hash } from 'node:crypto'
import { Redis } from 'ioredis'
import kafkajs from 'kafkajs'
import { Account, readLine, Tail } from './acked.mjs'
import { PARTITION_KEY, Partition } from './lead/partition.mjs'
import { SentOn } from './lead/sentOn.mjs'
import { consume } from './log/consume.mjs'
import { Schemas, standingDecoder } from './log/schemas.mjs'
import { sumOf } from './model/points.mjs'
import { readModel } from './model/read.mjs'
import { isRebuilding, readPartition } from './redis.mjs'
import { rest } from './rest.mjs'
import { DeadLetters } from './statements/deadLetters.mjs'
import { wrongExplanations } from './statements/explanations.mjs'
import { Levels } from './statements/levels.mjs'
import { wrongLead, wrongMark } from './statements/scorerState.mjs'
import { isMovedByTheseFacts, wrongStanding } from './statements/tieringState.mjs'
import { Transitions } from './statements/transitions.mjs'
import { Violations } from './violations.mjs'

const TOPICS = ['activity', 'scores', 'tiers', 'hot-leads', 'models', 'dead-letter']
const digestOf = bytes => hash('sha1', bytes, 'base64')

/**
 * Holds one installation against what it promises. It keeps what it has counted, so that a further `check` reads only what
 * is new in the topics; Redis is read whole each time. What is wrong in a topic is told once, by the check that reads it;
 * what is wrong in Redis, or missing, by every check for as long as it is.
 */
export class Checker {
  #config
  #topics
  #kafka
  #redis
  #schemas
  #decodeStanding = standingDecoder()
  #models = new Map()
  #sentOn = new SentOn()
  #account = new Account()
  #acked
  #repeats = 0
  #partitions = new Map()
  #dead
  #levels = new Levels()
  #uncommitted
  #committed
  /** Per topic and partition, the offset that is read next. */
  #read = new Map()
  /** Latest snapshot in scores of each key: { offset, source, model, clock, digest } */
  #snapshots = new Map()
  /** Keys of which scores or tiers have something new since they were compared. */
  #fresh = new Set()
  #records = 0
  /** Moves that were held against the facts that decided them. */
  #recounted = 0

  constructor(config) {
    this.#config = config
    this.#topics = Object.fromEntries(TOPICS.map(t => [t, config.topicPrefix + t]))
    this.#kafka = new kafkajs.Kafka({
      brokers: config.brokers,
      clientId: 'hotlead-check',
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 10, initialRetryTime: 200 },
    })
    this.#redis = new Redis(config.redis, { maxRetriesPerRequest: 20, lazyConnect: true })
    this.#redis.on('error', () => {})
    this.#schemas = new Schemas(config.registry)
    this.#acked = config.acked.map(file => new Tail(file))
    this.#dead = new DeadLetters(this.#topics.activity)
    this.#uncommitted = new Transitions('read uncommitted', this.#models, config.compacted)
    this.#committed = new Transitions('read committed', this.#models, config.compacted)
  }

  /** @returns { ok, violations, counts, perStatement, late, seconds, steps }; @throws where the parts cannot be read, which is no verdict */
  async check() {
    const begun = performance.now()
    const lap = laps()
    const violations = new Violations()
    const say = (statement, detail) => violations.add(statement, detail)
    if (this.#redis.status === 'wait') await this.#redis.connect()
    // What is acknowledged by now must be in the log by now.
    for (const file of this.#acked)
      for (const line of file.read()) {
        const entry = readLine(line)
        if (entry.poison !== undefined) this.#dead.wanted(Buffer.from(entry.poison, 'base64'))
        else if (entry.mayRepeat !== undefined) this.#account.mayRepeat(entry.mayRepeat)
        else this.#account.acknowledged(entry)
      }
    const late = await rest({
      ends: topic => this.#ends(topic),
      redis: this.#redis,
      config: this.#config,
      topics: this.#topics,
      patience: this.#config.restSeconds * 1000,
    })
    if (late) say('G6', late)
    lap('rest')
    const states = await this.#states()
    lap('redis')
    await this.#readTopics(states, say)
    lap('topics')
    this.#judge(states, late === undefined, say)
    lap('judge')
    if (this.#config.explain > 0) await this.#explain(say)
    lap('explain')
    const seconds = Math.round(performance.now() - begun) / 1000
    return {
      ok: violations.total === 0,
      violations: violations.shown,
      counts: { violations: violations.total, ...this.#counts() },
      perStatement: violations.perStatement,
      late: this.#uncommitted.takeLate(),
      seconds,
      steps: lap.seconds,
    }
  }

  async close() {
    this.#redis.disconnect()
  }

  #counts() {
    let leads = 0
    for (const p of this.#partitions.values()) leads += p.leads.size
    const { transitions, announcements, compactedAway } = this.#uncommitted.counts
    return {
      records: this.#records,
      leads,
      snapshots: this.#snapshots.size,
      repeats: this.#repeats,
      transitions,
      recounted: this.#recounted,
      hot: announcements,
      compactedAway,
      ...(this.#acked.length > 0 && this.#account.counts),
      ...this.#sentOn.counts,
      ...this.#dead.counts,
    }
  }

  /** What Redis holds: the scorer's partitions before tiering's, each in one step. */
  async #states() {
    const partitions = [...(await this.#ends(this.#topics.activity)).keys()]
    const states = { scorer: new Map(), tiering: new Map() }
    for (const processor of ['scorer', 'tiering'])
      for (const p of partitions)
        states[processor].set(p, await readPartition(this.#redis, this.#config.redisPrefix, processor, p))
    return states
  }

  // ------------------------------------------------------------------ reading

  async #ends(topic) {
    const admin = this.#kafka.admin()
    await admin.connect()
    try {
      const offsets = await admin.fetchTopicOffsets(topic)
      const read = this.#read.get(topic) ?? new Map()
      this.#read.set(topic, read)
      for (const { partition, low } of offsets) {
        const next = read.get(partition)
        if (next === undefined && (Number(low) === 0 || topic !== this.#topics.activity))
          read.set(partition, 0)
        else if (Number(low) > (next ?? 0) && topic === this.#topics.activity)
          throw new Error(
            `${topic}/${partition} begins at offset ${low}, and this checker has read up to ${next ?? 0}: the leads cannot be counted any more`,
          )
      }
      return new Map(offsets.map(o => [o.partition, Number(o.high)]).sort(([a], [b]) => a - b))
    } finally {
      await admin.disconnect()
    }
  }

  /** Activity up to where the scorer's states stand, scores up to where tiering's do, all else to its end. */
  async #readTopics(states, say) {
    const upTo = new Map()
    for (const name of TOPICS) {
      const topic = this.#topics[name]
      const processor = { activity: 'scorer', scores: 'tiering' }[name]
      const stretches = new Map()
      for (const [partition, end] of await this.#ends(topic)) {
        const position = processor && states[processor].get(partition)?.position
        const to = processor ? (position?.next ?? this.#read.get(topic).get(partition)) : end
        stretches.set(partition, { from: this.#read.get(topic).get(partition), to: Math.min(to, end) })
      }
      upTo.set(topic, stretches)
    }
    // Models first: what names them must find them.
    const models = new Map([[this.#topics.models, upTo.get(this.#topics.models)]])
    upTo.delete(this.#topics.models)
    for (const stretches of [models, upTo]) {
      await Promise.all([
        consume(this.#kafka, true, stretches, (topic, partition, records) =>
          this.#take(topic, partition, records, true, say),
        ),
        consume(this.#kafka, false, stretches, (topic, partition, records) =>
          this.#take(topic, partition, records, false, say),
        ),
      ])
      for (const [topic, partitions] of stretches)
        for (const [partition, { from, to }] of partitions)
          this.#read.get(topic).set(partition, Math.max(from, to))
    }
    for (const words of this.#levels.differences()) say('levels', words)
  }

  async #take(topic, partition, records, uncommitted, say) {
    this.#levels.take(topic, partition, records, uncommitted)
    const name = topic.slice(this.#config.topicPrefix.length)
    // Where both levels see the same, one of them is enough; moves and announcements are judged on both.
    if (!uncommitted && name !== 'tiers' && name !== 'hot-leads') return
    if (name !== 'dead-letter')
      await this.#schemas.learn(records.filter(r => !this.#schemas.knows(r.value)).map(r => r.value))
    for (const record of records) {
      if (uncommitted) this.#records++
      this.#takeOne[name].call(this, partition, record, uncommitted, say)
    }
  }

  #takeOne = {
    models(_partition, { value }) {
      if (!value) return
      const { version, source } = this.#schemas.decode(value, 'hotlead.PublishedModel')
      this.#models.set(version, readModel(source))
    },

    activity(number, record) {
      let partition = this.#partitions.get(number)
      if (!partition) {
        partition = new Partition(number, this.#models, this.#sentOn, {
          event: (id, isSentOn) => {
            if (!isSentOn && this.#acked.length > 0) this.#account.found(id)
          },
          repeat: () => {
            this.#repeats++
          },
        })
        this.#partitions.set(number, partition)
      }
      if (!record.value) return partition.skip(record)
      let activity
      try {
        activity = this.#schemas.decode(record.value, 'hotlead.Activity')
        if (activity.control && !this.#models.has(activity.control.model))
          throw new Error(`it names the model ${activity.control.model}, which is not in models`)
      } catch (error) {
        this.#dead.poison(number, record, error.message)
        return partition.skip(record)
      }
      partition.fold(record, activity)
    },

    scores(partition, { key, value, offset }, _uncommitted, say) {
      if (!value) return
      const where = `scores/${partition} offset ${offset}: ${key}`
      if (key === PARTITION_KEY) return
      // The facts of the latest are compared in Redis, byte by byte.
      const score = decoded(
        () => this.#schemas.decodeUpTo('contributions', value, 'hotlead.Score'),
        where,
        say,
      )
      if (!score) return
      const sum = sumOf(score)
      if (sum) say('sums', `${where}: ${sum}`)
      const before = this.#snapshots.get(key)
      if (before && score.offset < before.source)
        say(
          'G2',
          `${where}: it goes back to offset ${score.offset} of activity, after ${before.source} at offset ${before.offset}`,
        )
      const { model, clock } = score
      this.#snapshots.set(key, {
        offset,
        source: score.offset,
        model,
        clock,
        digest: digestOf(value),
        partition,
      })
      this.#fresh.add(key)
    },

    tiers(partition, record, uncommitted, say) {
      if (!record.value) return
      const where = `tiers/${partition} offset ${record.offset}: ${record.key}`
      const t = decoded(() => this.#schemas.decode(record.value, 'hotlead.Transition'), where, say)
      if (!t) return
      const reader = uncommitted ? this.#uncommitted : this.#committed
      reader.transition(partition, record, t, say)
      this.#fresh.add(record.key)
    },

    'hot-leads'(partition, record, uncommitted, say) {
      if (!record.value) return
      const where = `hot-leads/${partition} offset ${record.offset}: ${record.key}`
      const hot = decoded(() => this.#schemas.decode(record.value, 'hotlead.HotLead'), where, say)
      const reader = uncommitted ? this.#uncommitted : this.#committed
      if (hot) reader.hotLead(partition, record, hot, say)
    },

    'dead-letter'(partition, record, _uncommitted, say) {
      this.#dead.letter(partition, record, say)
    },
  }

  // ------------------------------------------------------------------ judging

  #judge(states, atRest, say) {
    const folded = new Map()
    const known = new Map()
    for (const [number, state] of states.scorer) {
      folded.set(number, state.position?.next ?? 0)
      this.#judgeScorer(number, state, atRest, say)
    }
    for (const [number, state] of states.tiering) {
      known.set(number, state.position?.outputs[this.#topics.tiers] ?? 0)
      this.#judgeTiering(number, state, known.get(number), atRest, say)
    }
    this.#fresh.clear()
    this.#uncommitted.pair(known, say)
    this.#committed.pair(known, say)
    for (const words of this.#sentOn.problems(atRest)) say('sentOn', words)
    this.#dead.pair(folded, say)
    if (atRest && this.#acked.length > 0) for (const words of this.#account.problems()) say('G1', words)
  }

  /** Redis holds of every lead what the log says, and nothing else. */
  #judgeScorer(number, { keys, position, states, timers, indexes }, atRest, say) {
    const partition = this.#partitions.get(number)
    if (!partition || position === undefined) return
    const look = key => `(redis-cli HGET '${keys.state}' '${key}')`
    if (isRebuilding(position)) return
    if (position.next < partition.next) {
      if (atRest)
        say('G2', `scorer ${number}: ${keys.pos} says next ${position.next}, it was ${partition.next} before`)
      return
    }
    if (position.clock !== partition.clock)
      say(
        'G2',
        `scorer ${number}: the clock at offset ${position.next} is ${partition.clock} by the log, ${position.clock} in ${keys.pos}`,
      )
    if (timers.size > 0 || indexes.size > 0)
      say(
        'G2',
        `scorer ${number}: ${timers.size} timers and ${indexes.size} indexes, where the scorer has none (${keys.timers})`,
      )
    for (const [key, lead] of partition.leads) {
      const bytes = states.get(key)
      const digest = bytes && digestOf(bytes)
      if (digest !== undefined && lead.verified === digest && !partition.changed.has(key)) continue
      const where = `scorer ${number}, ${key} at offset ${lead.offset} of activity`
      if (!bytes) {
        say('G2', `${where}: expected in Redis, not found ${look(key)}`)
        continue
      }
      const score = decoded(() => this.#schemas.decode(bytes, 'hotlead.Score'), where, say)
      if (!score) continue
      const wrong = wrongLead(lead, score, this.#models)
      if (wrong) {
        say(wrong[0], `${where}: ${wrong[1]} ${look(key)}`)
        partition.changed.add(key)
        continue
      }
      const snapshot = this.#snapshots.get(key)
      if (atRest && snapshot?.digest !== digest)
        say(
          'G2',
          `${where}: the latest snapshot in scores/${number} (${snapshot ? `offset ${snapshot.offset}, of offset ${snapshot.source}` : 'none'}) has other bytes than Redis ${look(key)}`,
        )
      lead.verified = digest
      partition.changed.delete(key)
    }
    for (const [key, bytes] of states) {
      if (key === PARTITION_KEY) {
        const score = decoded(
          () => this.#schemas.decode(bytes, 'hotlead.Score'),
          `scorer ${number}, ${key}`,
          say,
        )
        for (const words of wrongMark(partition.mark, score))
          say('G2', `scorer ${number}, ${key}: ${words} ${look(key)}`)
      } else if (!partition.leads.has(key))
        say('G2', `scorer ${number}, ${key}: it is in Redis, and the log knows nothing of it ${look(key)}`)
    }
    if (partition.mark && !states.has(PARTITION_KEY))
      say('G2', `scorer ${number}, #: not found ${look(PARTITION_KEY)}`)
  }

  #judgeTiering(number, { keys, position, states, timers, indexes }, knownTiers, atRest, say) {
    const read = this.#read.get(this.#topics.scores)?.get(number) ?? 0
    if (position === undefined || isRebuilding(position)) return
    if (position.next < read) {
      if (atRest)
        say('G2', `tiering ${number}: ${keys.pos} says next ${position.next}, it was ${read} before`)
      return
    }
    const listed = new Map()
    for (const [name, members] of indexes)
      for (const [key, value] of members) listed.set(key, [...(listed.get(key) ?? []), [name, value]])
    const all = new Set([...states.keys(), ...timers.keys(), ...listed.keys()])
    for (const [key, { partition }] of this.#snapshots) if (partition === number) all.add(key)
    for (const [key, { partition }] of this.#uncommitted.latest) if (partition === number) all.add(key)
    for (const key of all) {
      const where = `tiering ${number}, ${key}`
      const bytes = states.get(key)
      const standing = bytes && decoded(() => this.#decodeStanding(bytes), where, say)
      if (bytes && !standing) continue
      const move = this.#uncommitted.latest.get(key)
      // Published, and not in this state yet: the next check sees both.
      if (move && move.offset >= knownTiers) {
        this.#again(key)
        continue
      }
      const snapshot = this.#snapshots.get(key)
      const lead = this.#partitions.get(number)?.leads.get(key)
      const current = lead && snapshot && lead.offset === snapshot.source
      const o = {
        key,
        standing,
        move,
        snapshot: snapshot?.model === '' ? undefined : snapshot,
        facts: current ? lead.facts : undefined,
        model: snapshot && this.#models.get(snapshot.model),
        changed: this.#fresh.has(key) || this.#still.has(key),
        timer: timers.get(key),
        indexes: listed.get(key) ?? [],
        clock: position.clock,
        next: position.next,
        digestOf,
      }
      if (isMovedByTheseFacts(o)) this.#recounted++
      const wrong = wrongStanding(o)
      this.#still.delete(key)
      for (const [statement, words] of wrong)
        say(
          statement,
          `${where}: ${words} (redis-cli HGET '${keys.state}' '${key}'; ZSCORE '${keys.timers}' '${key}')`,
        )
      if (wrong.length > 0 || (snapshot && !current)) this.#again(key)
    }
  }

  /** Keys that the next check must look at as if they were new. */
  #still = new Set()
  #again(key) {
    this.#still.add(key)
  }

  /** The command line explains a few of the leads, in turn. */
  async #explain(say) {
    const known = [...this.#partitions.values()].flatMap(p =>
      [...p.leads].filter(([, l]) => l.facts.alias === null && this.#models.has(l.model)),
    )
    if (known.length === 0) return
    const sample = []
    for (let i = 0; i < Math.min(this.#config.explain, known.length); i++) {
      this.#turn = (this.#turn + 7_919) % known.length
      sample.push(known[this.#turn])
    }
    for (const [key, lead] of sample)
      for (const words of await wrongExplanations(key, lead, this.#models.get(lead.model), this.#config))
        say('sums', words)
  }
  #turn = 0
}

/** Seconds of each step. */
function laps() {
  let last = performance.now()
  const seconds = {}
  const lap = step => {
    seconds[step] = Math.round(performance.now() - last) / 1000
    last = performance.now()
  }
  return Object.assign(lap, { seconds })
}

function decoded(read, where, say) {
  try {
    return read()
  } catch (error) {
    say('G2', `${where}: cannot be read: ${error.message}`)
    return undefined
  }
}
