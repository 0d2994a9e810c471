import { NO_ACTIVITY } from '@hotlead/contracts'
import fc from 'fast-check'
import { InMemory } from '../../e2e/test/inMemory.ts'
import { idNumber } from './lead/ids.mjs'
import { PARTITION_KEY, Partition } from './lead/partition.mjs'
import { SentOn } from './lead/sentOn.mjs'
import { readModel } from './model/read.mjs'
import { wrongLead, wrongMark } from './statements/scorerState.mjs'
import { steps } from './test/steps.mjs'

/**
 * Two folds of one log: the product's processors, codecs and owners in memory, and this one. Each lead's state must be the same to
 * the last field, whatever came, in whatever order. `RUNS=2000` looks longer.
 */
const RUNS = Number(process.env.RUNS ?? 40)

/** Two models that count differently under the same names. */
const MODELS = ['{ distinct: property.link_url }', '{ sum: property.value }'].map(
  (links, i) => `
name: folds
signals:
  views: { type: page }
  pages: { type: page, count: { distinct: path } }
  visits: { type: page, count: { visits: { gap: ${i + 1}m } } }
  opens: { name: Email Opened }
  clicks: { name: Email Link Clicked }
  links: { name: Email Link Clicked, count: ${links} }
  bots: { flag: bot }
  form: { name: Form Submitted }
rules:
  - { signal: views, points: 1, cap: { perDay: 10 }, decay: { window: 1h } }
  - { signal: pages, points: 1 }
  - { signal: visits, points: 1 }
  - { signal: clicks, points: 2 }
  - { signal: links, points: 3 }
tiers: [{ name: COLD }, { name: HOT, announce: true, enter: { score: { atLeast: 12 } } }]
`,
)
/** What a recount may count anew. */
const FACTS = ['views', 'links', 'clicks']

/** Writes what steps say, straight into the log. */
class Played {
  static async open(partitions) {
    const played = new Played()
    played.all = await InMemory.open(MODELS[0], partitions)
    played.versions = [played.all.model.version, played.all.add(MODELS[1]).version]
    return played
  }

  async play(steps) {
    for (const step of steps) {
      if (step.wait) await this.all.driver.advance(step.wait, Math.max(step.wait, 1_000))
      else if (step.run) await this.all.driver.run()
      else if (step.publish !== undefined) this.#publish(step)
      else if (step.recount) this.#recount(step)
      else if (step.joins)
        this.#append(step.joins, {
          kind: 'link',
          link: { lead: step.to, at: this.all.clock, received: this.all.clock },
        })
      else if (step.call) this.#call(step)
      else if (step.forget) this.#forget(step)
      else this.#do(step)
    }
    await this.all.driver.run()
  }

  #append(who, activity, partition = this.all.driver.cluster.partitionOf(`demo/${who}`)) {
    const value = this.all.codecs.activity.encode({ ...NO_ACTIVITY, ...activity })
    const key = who === PARTITION_KEY ? who : `demo/${who}`
    this.all.driver.cluster.append('activity', partition, { key, value })
  }

  #do({ who, id, times, apart, ago, late, by, ...what }) {
    const properties = what.mail ? { email_id: what.of, link_url: what.link, value: 1.5 } : {}
    for (let i = 0; i < times; i++) {
      const event = {
        id: `e${id + i}`,
        type: what.view ? 'page' : 'track',
        name: what.mail ?? (what.form ? 'Form Submitted' : ''),
        at: this.all.clock - ago + i * apart,
        timestamp: null,
        sentAt: null,
        receivedAt: late ? this.all.clock - Math.max(0, ago) : this.all.clock,
        anonymousId: by,
        userId: null,
        page: what.view
          ? { host: 'x.org', path: what.view.padEnd(100, 'é😀'), search: '', referrer: '', title: '' }
          : null,
        properties: { ...properties, ...(i > 0 && what.mail && { link_url: `${what.link}${i}` }) },
        traits: {},
        context: {},
        ip: null,
        userAgent: null,
        signed: what.signed ?? false,
        source: 'web',
        flags: what.flags,
      }
      this.#append(who, { kind: 'event', event })
    }
  }

  #call({ call, id, ago }) {
    const said = { channel: 'phone', who: 'Eve', result: 'continue', note: '' }
    this.#append(call, { kind: 'followUp', followUp: { id: `e${id}`, at: this.all.clock - ago, ...said } })
  }

  /** @param again the last one once more, as what is sent on may come twice */
  #forget({ forget, again }) {
    if (!again || !this.forgotten)
      this.forgotten = { id: `f${this.all.clock}-${forget}`, until: this.all.clock, lead: null }
    this.#append(forget, { kind: 'forget', forget: this.forgotten })
  }

  /** @param only of some partitions alone; 3: of all */
  #publish({ publish, step, only }) {
    const recount = step && { id: 'r', step, facts: step === 'prepare' ? FACTS : [] }
    const control = { workspace: 'demo', model: this.versions[publish], announce: false, recount }
    for (let p = 0; p < this.all.driver.cluster.partitions; p++)
      if (only === 3 || only === p) this.#append(PARTITION_KEY, { kind: 'control', control }, p)
  }

  #recount({ recount, views, acts }) {
    const at = this.all.clock
    const signal = { name: 'views', last: at, older: views, buckets: [], values: [], visits: null }
    const unsettled = acts.map(({ id, ago, counts, verdict }) => {
      const counted = [{ name: counts, amount: 1, value: counts === 'links' ? id : null, gap: null }]
      const act = { act: 'viewed', mail: 0, link: 0, flag: null, verdict, counted }
      return { id: idNumber(`e${id}`), at: at - ago, ...act }
    })
    const counted = { id: 'r', signals: views > 0 ? [signal] : [], unsettled }
    this.#append(recount, { kind: 'recount', recount: counted })
  }

  /** What is wrong with the product's states, or with this fold. */
  wrong() {
    const { driver, codecs } = this.all
    const models = new Map(this.versions.map((version, i) => [version, readModel(MODELS[i])]))
    const sentOn = new SentOn()
    const states = new Map(driver.read('scores').map(({ key, value }) => [key, codecs.scores.decode(value)]))
    const found = []
    let compared = 0
    for (let p = 0; p < driver.cluster.partitions; p++) {
      const partition = new Partition(p, models, sentOn, { event() {}, repeat() {} })
      for (const record of driver.cluster.partition('activity', p))
        partition.fold(record, codecs.activity.decode(record.value))
      for (const [key, lead] of partition.leads) {
        compared++
        const state = states.get(key)
        const wrong = state ? wrongLead(lead, state, models) : ['G2', 'not in scores']
        if (wrong) found.push(`${key}: ${wrong.join(' ')}`)
      }
      const mark = driver.cluster.partition('scores', p).findLast(r => r.key === PARTITION_KEY)
      for (const words of wrongMark(partition.mark, mark && codecs.scores.decode(mark.value)))
        found.push(`${p}: ${words}`)
    }
    if (compared !== [...states.keys()].filter(key => key !== PARTITION_KEY).length)
      found.push('scores has leads that the log does not know')
    return [...found, ...sentOn.problems(true)]
  }
}

test('every lead’s state is the same by both', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 3), async (steps, partitions) => {
      const played = await Played.open(partitions)
      await played.play(steps)
      expect(played.wrong()).toEqual([])
    }),
    { numRuns: RUNS },
  )
})
