import { addsOf } from '../model/match.mjs'
import {
  add,
  asRecord,
  awaitVisitor,
  count,
  forgetOutOfReach,
  fromRecord,
  hasManyVisitors,
  isCounted,
  isKnown,
  note,
  noteActivity,
  nothingKnown,
  nothingMoreFrom,
} from './facts.mjs'
import { idNumber, parts } from './ids.mjs'
import { lineOf } from './lines.mjs'
import { actOf } from './machines.mjs'
import { addRecount, dropRecounts, shadow, takeRecount, untakeRecount } from './recounts.mjs'
import { dropCounted, dropTwins } from './twins.mjs'
import { closeOverdue, settleOverdue } from './unsettled.mjs'

/** Key of what belongs to the partition and to no lead. */
export const PARTITION_KEY = '#'
/** Of a workspace of which nothing was ever counted anew. */
const NO_RECOUNTS = { taken: null, prepared: null, ended: null }

/** What an event says of its lead: its traits, and under `consent.NAME` what the person agreed to and what not. */
function saidBy({ traits, context }) {
  const said = { ...traits }
  const asked = 'consent.categoryPreferences.'
  for (const [name, value] of Object.entries(context))
    if (name.startsWith(asked)) said[`consent.${name.slice(asked.length)}`] = value === true
  return said
}

/**
 * The fold of one partition of `activity`: every lead counted from the log, record after record.
 *
 * leads: Map of key → { offset, clock, model, cause, repeated, facts, forgotten, isGone }, as of the last record that changed it;
 *   repeated: the offset of its latest repeat, which changes nothing, or -1; forgotten: { until, recount } of one that was
 *   forgotten, or null; isGone: it was, and nothing has come since.
 */
export class Partition {
  number
  /** Offset of the next record to count. */
  next = 0
  clock = 0
  /** The partition's own record: since when it is this second, and the active model of each workspace. */
  mark = undefined
  leads = new Map()
  /** Keys that changed since they were last compared. */
  changed = new Set()
  #models
  #sentOn
  #told

  /**
   * @param models Map of version → model
   * @param sentOn the account of what visitors' partitions send on
   * @param told { event(id, isSentOn), repeat() }: told of each event, and of each that is in its lead's window already
   */
  constructor(number, models, sentOn, told) {
    this.number = number
    this.#models = models
    this.#sentOn = sentOn
    this.#told = told
  }

  /** Passes over a record that is none of hotlead's: not even its time counts. */
  skip(record) {
    this.next = record.offset + 1
  }

  /** Counts a record. */
  fold(record, activity) {
    this.#moveClock(record)
    this.next = record.offset + 1
    const { key, offset } = record
    if (key === PARTITION_KEY) {
      if (activity.control) this.#control(activity.control, offset)
    } else if (activity.event) this.#event(key, offset, activity, activity.event)
    else if (activity.link) this.#link(key, offset, activity.link)
    else if (activity.merge) this.#merge(key, offset, activity.via, activity.merge)
    else if (activity.followUp) this.#followUp(key, offset, activity, activity.followUp)
    else if (activity.recount) this.#recount(key, offset, activity, activity.recount)
    else if (activity.forget) this.#forget(key, offset, activity.forget)
    // An outcome moves the clock like any record, and nothing else: it is nothing that the lead did.
  }

  #moveClock({ timestamp, offset }) {
    const second = timestamp - (timestamp % 1_000)
    if (second > this.clock - (this.clock % 1_000))
      this.mark = {
        offset,
        clock: second,
        models: this.mark?.models ?? {},
        recounts: this.mark?.recounts ?? null,
      }
    this.clock = Math.max(this.clock, timestamp)
  }

  #control({ workspace, model, announce, recount }, offset) {
    const models = { ...this.mark?.models }
    let recounts = this.mark?.recounts ?? null
    const { taken, prepared, ended } = recounts?.[workspace] ?? NO_RECOUNTS
    const given = prepared?.id ?? ended
    const now = of => ({ ...recounts, [workspace]: of })
    let rename
    if (recount?.step === 'prepare')
      recounts = now({ taken, prepared: { id: recount.id, model, facts: recount.facts }, ended: given })
    else if (recount && prepared?.id === recount.id) {
      models[workspace] = model
      recounts = now({
        taken: { id: recount.id, offset, at: this.clock, facts: prepared.facts },
        prepared: null,
        ended: recount.id,
      })
      rename = facts => {
        takeRecount(facts, prepared)
        forgetOutOfReach(facts, this.#models.get(model), this.clock)
      }
    } else if (!recount) {
      models[workspace] = model
      if (prepared) recounts = now({ taken, prepared: null, ended: given })
      rename = dropRecounts
    }
    this.mark = { offset, clock: this.clock - (this.clock % 1_000), models, recounts }
    if (!rename) return
    for (const [key, lead] of this.leads)
      if (parts(key)[0] === workspace && !lead.isGone) {
        rename(lead.facts)
        this.#changed(key, lead, offset, announce ? 'announcedModel' : 'model')
      }
  }

  #recounts(key) {
    return this.mark?.recounts?.[parts(key)[0]] ?? NO_RECOUNTS
  }

  /** What the log before a recount held of a subject; its past, if it was linked since, is where its facts went. */
  #recount(key, offset, activity, { id, signals, unsettled = [] }) {
    const lead = this.#lead(key)
    if (lead.forgotten?.recounts.includes(id)) return this.#passOver(key, activity)
    const { taken, prepared } = this.#recounts(key)
    if (taken?.id !== id && prepared?.id !== id) {
      if (activity.via) this.#sentOn.passedOver(key, activity.via)
      return
    }
    if (activity.via && isCounted(lead.facts, activity.via)) return this.#sentOn.repeated()
    const heir = lead.facts.pastWith ?? lead.facts.alias
    if (heir !== null) {
      this.#sentOn.sent(key, offset, `${parts(key)[0]}/${heir}`, { ...activity, via: null })
      if (!activity.via) return
      this.#received(key, offset, lead, activity)
      return this.#changed(key, lead, offset, 'activity')
    }
    const counted = fromRecord({ ...asRecord(nothingKnown()), signals, unsettled })
    addRecount(lead.facts, id, counted, taken?.id === id)
    this.#received(key, offset, lead, activity)
    this.#changed(key, lead, offset, 'activity')
  }

  #event(key, offset, activity, event) {
    const lead = this.#lead(key)
    this.#told.event(event.id, activity.via !== null)
    if (isForgotten(lead, event.receivedAt)) return this.#passOver(key, activity)
    if (lead.facts.alias !== null) return this.#passOn(key, offset, lead, activity, event)
    if (activity.via && isCounted(lead.facts, activity.via)) return this.#sentOn.repeated()
    const [workspace] = parts(key)
    const model = this.#models.get(this.mark?.models[workspace] ?? '')
    const id = idNumber(event.id)
    if (isKnown(lead.facts, id)) {
      this.#told.repeat()
      lead.repeated = offset
      if (!activity.via) return
    } else {
      const what = event.type === 'page' && event.page ? event.page.path : event.name
      const seen = {
        at: event.at,
        adds: [...(model ? addsOf(model, event) : []), ...this.#shadowAdds(key, event)],
        id,
        what: lineOf(`${event.type} ${what}`, event.flags),
        attributes: saidBy(event),
        act: actOf(event),
      }
      this.#settle(key, lead)
      count(lead.facts, seen, model, this.clock)
      const visitor = event.anonymousId === null ? parts(key)[1] : `v:${event.anonymousId}`
      // Who sent it on has its own word: it is known before it is asked whom the event names.
      this.#received(key, offset, lead, activity)
      if (visitor !== parts(key)[1]) awaitVisitor(lead.facts, visitor, seen)
      return this.#changed(key, lead, offset, 'activity')
    }
    this.#received(key, offset, lead, activity)
    this.#changed(key, lead, offset, 'activity')
  }

  /** What an event adds to facts that a prepared recount counts beside the present ones. */
  #shadowAdds(key, event) {
    const { prepared } = this.#recounts(key)
    if (!prepared) return []
    return addsOf(this.#models.get(prepared.model), event)
      .filter(a => prepared.facts.includes(a.name))
      .map(a => ({ ...a, name: shadow(prepared.id, a.name) }))
  }

  #followUp(key, offset, activity, followUp) {
    const lead = this.#lead(key)
    this.#told.event(followUp.id, activity.via !== null)
    if (isForgotten(lead, followUp.at)) return this.#passOver(key, activity)
    if (lead.facts.alias !== null) return this.#passOn(key, offset, lead, activity, followUp)
    if (activity.via && isCounted(lead.facts, activity.via)) return this.#sentOn.repeated()
    const id = idNumber(followUp.id)
    if (isKnown(lead.facts, id)) {
      this.#told.repeat()
      lead.repeated = offset
      if (!activity.via) return
      this.#received(key, offset, lead, activity)
      return this.#changed(key, lead, offset, 'activity')
    }
    const model = this.#models.get(this.mark?.models[parts(key)[0]] ?? '')
    const what = lineOf(`follow-up by ${followUp.channel}, ${followUp.who}: ${followUp.result}`)
    this.#settle(key, lead)
    count(
      lead.facts,
      { at: followUp.at, adds: [{ name: 'follow-up', amount: 1 }], id, what },
      model,
      this.clock,
    )
    this.#received(key, offset, lead, activity)
    this.#changed(key, lead, offset, 'activity')
  }

  /** What a linked visitor does is its lead's, unless the visitor has done it already, before the link or after it. */
  #passOn(key, offset, lead, activity, { id: name, at }) {
    if (activity.via && isCounted(lead.facts, activity.via)) return this.#sentOn.repeated()
    const id = idNumber(name)
    if (isKnown(lead.facts, id)) {
      this.#told.repeat()
      lead.repeated = offset
      if (!activity.via) return
      this.#received(key, offset, lead, activity)
      return this.#changed(key, lead, offset, 'activity')
    }
    this.#received(key, offset, lead, activity)
    noteActivity(lead.facts, { id, at, what: '' })
    this.#sentOn.sent(key, offset, this.#target(key, lead), { ...activity, via: null })
    this.#changed(key, lead, offset, 'activity')
  }

  /**
   * The visitor's past goes to the lead; what it does from now on, too. The visitor keeps the ids of what it did, without
   * lines. Linked to another lead, its past stays.
   */
  #link(key, offset, { lead: target, received }) {
    const lead = this.#lead(key)
    if (lead.facts.alias === target) return
    const past = lead.facts
    lead.facts = {
      ...nothingKnown(),
      recent: past.recent.map(r => ({ ...r, what: '' })),
      visitors: past.visitors,
      awaited: past.awaited,
      alias: target,
      pastWith: past.pastWith ?? past.alias,
    }
    if (past.alias === null) {
      const { taken, ended } = this.#recounts(key)
      const counted = taken?.id ?? null
      this.#sentOn.sent(key, offset, this.#target(key, lead), {
        lead: asRecord(past),
        counted,
        ended,
        linked: received,
      })
    }
    this.#changed(key, lead, offset, 'merge')
  }

  #merge(key, offset, via, sent) {
    const lead = this.#lead(key)
    if (isCounted(lead.facts, via)) return this.#sentOn.repeated()
    // What was forgotten here is nothing, whoever brings it.
    const merge = isForgotten(lead, sent.linked) ? { ...sent, lead: asRecord(nothingKnown()) } : sent
    this.#sentOn.counted(this.number, key, offset, via, sent)
    if (lead.facts.alias !== null) return this.#passMergeOn(key, offset, lead, via, merge)
    if (merge.lead.recent.length === 0) {
      this.#noteAll(lead.facts, via, merge)
      return this.#changed(key, lead, offset, 'activity')
    }
    const theirs = fromRecord(merge.lead)
    const { taken, prepared, ended } = this.#recounts(key)
    // Its partition has taken a recount that this one has not, or the other way round.
    if (prepared && merge.counted === prepared.id) untakeRecount(theirs, prepared)
    else if (taken && merge.counted !== taken.id && ![taken.id, prepared?.id, ended].includes(merge.ended))
      takeRecount(theirs, taken)
    this.#settle(key, lead)
    dropTwins(lead.facts, theirs)
    add(lead.facts, theirs)
    note(lead.facts, via.visitor, via.offset, this.clock)
    nothingMoreFrom(lead.facts, via.visitor)
    this.#changed(key, lead, offset, 'merge')
  }

  /** A visitor's past for a user id that is somebody's by now. It says whose it is, and leaves out what the user id counted. */
  #passMergeOn(key, offset, lead, via, merge) {
    const past = fromRecord(merge.lead)
    dropCounted(past, lead.facts)
    const origin = fromRecord(asRecord(past))
    note(origin, via.visitor, via.offset, this.clock)
    this.#sentOn.sent(key, offset, this.#target(key, lead), { ...merge, lead: asRecord(origin) })
    this.#noteAll(lead.facts, via, merge)
    for (const r of past.recent) noteActivity(lead.facts, { ...r, what: '' })
    this.#changed(key, lead, offset, 'merge')
  }

  /** All that a merge comes from; of those that bring nothing only so many. */
  #noteAll(facts, via, merge) {
    const isFull = merge.lead.recent.length === 0 && hasManyVisitors(facts)
    for (const { visitor, offset, at } of [{ ...via, at: this.clock }, ...merge.lead.visitors]) {
      nothingMoreFrom(facts, visitor)
      if (!isFull) note(facts, visitor, offset, at)
    }
  }

  /** All that is known of it goes, and until when is kept. Of a visitor or user id, only while it is that lead. */
  #forget(key, offset, { id, until, lead: of }) {
    const lead = this.#lead(key)
    if (lead.forgotten?.id === id || (of !== null && lead.facts.alias !== of)) return
    lead.facts = nothingKnown()
    const { prepared, taken } = this.#recounts(key)
    const ends = [until, lead.forgotten?.until ?? 0, of === null ? this.clock : 0]
    lead.forgotten = {
      id,
      until: Math.max(...ends),
      recounts: [prepared, taken].filter(r => r !== null).map(r => r.id),
    }
    this.#changed(key, lead, offset, 'activity')
    lead.isGone = true
  }

  #passOver(key, { via }) {
    if (via) this.#sentOn.passedOver(key, via)
  }

  #received(key, offset, lead, activity) {
    if (!activity.via) return
    note(lead.facts, activity.via.visitor, activity.via.offset, this.clock)
    this.#sentOn.counted(this.number, key, offset, activity.via, { ...activity, via: null })
  }

  /** Of what a recount counts of an act, the verdict is told by what the lead keeps: while one is prepared it keeps all. */
  #settle(key, lead) {
    if (this.#recounts(key).prepared) closeOverdue(lead.facts, this.clock)
    else settleOverdue(lead.facts, this.clock)
  }

  #target(key, lead) {
    return `${parts(key)[0]}/${lead.facts.alias}`
  }

  #lead(key) {
    return (
      this.leads.get(key) ?? {
        offset: -1,
        clock: 0,
        model: '',
        cause: '',
        repeated: -1,
        facts: nothingKnown(),
        forgotten: null,
        isGone: false,
      }
    )
  }

  #changed(key, lead, offset, cause) {
    lead.offset = offset
    lead.clock = this.clock
    lead.model = this.mark?.models[parts(key)[0]] ?? ''
    lead.cause = cause
    lead.isGone = false
    this.leads.set(key, lead)
    this.changed.add(key)
  }
}

function isForgotten({ forgotten }, at) {
  return forgotten !== null && at <= forgotten.until
}
