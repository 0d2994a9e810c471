import { differences } from './difference.mjs'
import { wrongByItself, wrongSums } from './whereItStands.mjs'

/**
 * The moves of every lead, as one kind of reader sees them in `tiers` and `hot-leads`: numbered 1, 2, 3 …, each from where
 * the last led, and each announcement that should be there exactly once.
 */
export class Transitions {
  /**
   * Latest move of each key: { number, to, at, left, offset, source, partition, t }; t: all that it tells, with the
   * standing before it: { tier, since, left }, since undefined of a first one
   */
  latest = new Map()
  /** How many moves the log no longer has, where compaction may take them. */
  counts = { transitions: 0, announcements: 0, compactedAway: 0 }
  /** ms from when a move by time was due to when it was appended: of those since they were last taken. */
  #late = []
  #reader
  #models
  #compacted
  /** `partition@offset` of tiers → the announcing move there, until its HOT event is found; and the other way round. */
  #announcing = new Map()
  #announced = new Map()
  /** ce_id → where it was read: of HOT events, and of moves */
  #ids = { tiers: new Map(), 'hot-leads': new Map() }

  /** @param reader names the isolation level in what is found */
  constructor(reader, models, compacted) {
    this.#reader = reader
    this.#models = models
    this.#compacted = compacted
  }

  transition(partition, { key, offset, headers, timestamp }, t, say) {
    this.counts.transitions++
    const where = `tiers/${partition} offset ${offset} (${this.#reader}): ${key} #${t.number} ${t.from} → ${t.to}`
    const last = this.latest.get(key)
    const mayMiss = this.#compacted && t.number > (last?.number ?? 0) + 1
    if (mayMiss) this.counts.compactedAway += t.number - (last?.number ?? 0) - 1
    else {
      const expected = (last?.number ?? 0) + 1
      if (t.number !== expected)
        say(
          'G4',
          `${where}: expected number ${expected}${last ? `, after #${last.number} at offset ${last.offset}` : ', its first'}`,
        )
      const model = this.#models.get(t.model)
      const from = last?.to ?? model?.tiers[0].name
      if (from !== undefined && t.from !== from && t.number === expected)
        say(
          'G4',
          `${where}: expected from ${from}${last ? `, to which #${last.number} at offset ${last.offset} led` : ', the lowest tier'}`,
        )
    }
    // It was forgotten since the last: it begins anew in the lowest tier, whose transition tells of nothing that was before.
    const isForgotten = (t.forgotten ?? 0) > (last?.t.forgotten ?? 0)
    const lowest = this.#models.get(t.model)?.tiers[0].name
    if (isForgotten && t.to === lowest && (t.announce || t.left.length > 0))
      say('G4', `${where}: it was forgotten, and is announced or has left a tier`)
    if (t.from === t.to && !isForgotten) say('G4', `${where}: leads nowhere`)
    // What is folded twice moves a lead through its past again, with numbers and tiers that follow one another well.
    if (last && t.offset < last.source)
      say(
        'G4',
        `${where}: it goes back to offset ${t.offset} of scores, after #${last.number} of offset ${last.source}`,
      )
    const model = this.#models.get(t.model)
    // Where compaction took what lies between, nobody can tell when which tier was left.
    const before = last && !mayMiss ? { since: last.at, left: last.left } : { since: undefined, left: [] }
    const left = [...before.left.filter(l => l.tier !== t.from), { tier: t.from, at: t.at }]
    if (!isForgotten && t.number === (last?.number ?? 0) + 1 && t.from === (last?.to ?? t.from))
      for (const words of differences(left, t.left, 'left')) say('G4', `${where}: ${words}`)
    const wrong = model
      ? wrongByItself(t, model, mayMiss ? t.left : before.left)
      : [...wrongSums(t), ['G4', `names the model ${t.model}, which is not in models`]]
    for (const [statement, words] of wrong) say(statement, `${where}: ${words}`)
    if (t.cause === 'time') this.#late.push(timestamp - t.at)
    this.#id('tiers', key, t.number, headers, where, say)
    // A repeat must not take the place of what it repeats.
    if (!last || t.number > last.number)
      this.latest.set(key, {
        number: t.number,
        to: t.to,
        at: t.at,
        left: t.left,
        offset,
        source: t.offset,
        partition,
        t: { ...t, ...before },
      })
    if (t.announce) this.#announcing.set(`${partition}@${offset}`, { key, t: told(t), where })
  }

  hotLead(partition, { key, offset, headers }, hot, say) {
    this.counts.announcements++
    const where = `hot-leads/${partition} offset ${offset} (${this.#reader}): ${key} #${hot.number} ${hot.from} → ${hot.tier}`
    for (const [statement, words] of wrongSums(hot)) say(statement, `${where}: ${words}`)
    if (`${hot.workspace}/${hot.lead}` !== key)
      say('hot', `${where}: it is about ${hot.workspace}/${hot.lead}`)
    const known = this.#id('hot-leads', key, hot.number, headers, where, say)
    if (!known) this.#announced.set(`${partition}@${hot.tiersOffset}`, { key, hot, where })
  }

  /** How late moves by time came, in ms and ascending, since it was asked before. */
  takeLate() {
    return this.#late.splice(0).sort((a, b) => a - b)
  }

  /** @returns whether this id was read before */
  #id(topic, key, number, headers, where, say) {
    const id = String(headers?.ce_id ?? '')
    const expected = `${key}#${number}`
    const statement = topic === 'tiers' ? 'G4' : 'hot'
    if (id !== expected) say(statement, `${where}: its ce_id is ${id || 'missing'}, expected ${expected}`)
    const before = this.#ids[topic].get(expected)
    if (before !== undefined) {
      say(statement, `${where}: it is there already: ${before}`)
      return true
    }
    this.#ids[topic].set(expected, where)
    return false
  }

  /**
   * Pairs announcing moves with HOT events.
   * @param knownUpTo Map of partition → the end of tiers that its owner's state knows: HOT events of what lies before it
   *   were published before that state was written
   */
  pair(knownUpTo, say) {
    for (const [place, { key, hot, where }] of this.#announced) {
      const move = this.#announcing.get(place)
      const [partition, offset] = place.split('@')
      if (!move && Number(offset) >= (knownUpTo.get(Number(partition)) ?? 0)) continue
      this.#announced.delete(place)
      if (!move) {
        if (!this.#compacted)
          say(
            'hot',
            `${where}: it names tiers/${place.replace('@', ' offset ')}, which is no announcing transition`,
          )
        continue
      }
      this.#announcing.delete(place)
      const difference = TOLD.find(
        field => differences(move.t[field], hot[{ to: 'tier', at: 'since' }[field] ?? field]).length > 0,
      )
      if (move.key !== key)
        say('hot', `${where}: the transition that it names is ${move.key}'s: ${move.where}`)
      else if (difference)
        say('hot', `${where}: its ${difference} is not that of the transition that it names, ${move.where}`)
    }
    for (const [place, { where }] of this.#announcing) {
      const [partition, offset] = place.split('@').map(Number)
      if (offset >= (knownUpTo.get(partition) ?? 0)) continue
      this.#announcing.delete(place)
      say('hot', `${where}: it announces, and no HOT event names it`)
    }
  }
}

/** What a HOT event tells of its transition. */
const TOLD = [
  'from',
  'to',
  'number',
  'at',
  'cause',
  'model',
  'millipoints',
  'contributions',
  'conditions',
].concat(['scores', 'fit', 'grid', 'phase', 'attributes', 'visitors', 'recent'])

function told(t) {
  return Object.fromEntries(TOLD.map(field => [field, t[field]]))
}
