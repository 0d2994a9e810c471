import { Account, readLine } from '../acked.mjs'
import { asRecord } from '../lead/facts.mjs'
import { Recount } from '../model/recount.mjs'
import { control, DAY, form, HOUR, log, MINUTE, models, NOON, page, SECOND } from '../test/log.mjs'
import { Violations } from '../violations.mjs'
import { DeadLetters } from './deadLetters.mjs'
import { Levels } from './levels.mjs'
import { wrongLead, wrongMark } from './scorerState.mjs'
import { wrongStanding } from './tieringState.mjs'
import { Transitions } from './transitions.mjs'

/** Each statement on a log that keeps it, and on the same with one thing changed. */

const KEY = 'demo/v:a'
const model = models.get('m1')
const scoreAt = (m, facts, t) => new Recount(m, facts).score('score', t)
const listener = () => {
  const said = []
  return { said, say: (statement, words) => said.push(`${statement}: ${words}`) }
}

/** A lead with 10 + 30 points and a form, and its state as the scorer writes it. */
function scored() {
  const l = log()
  // Pages of noon are old news by then, and counted at once.
  l.append(0, '#', control(), NOON + 2 * MINUTE)
  for (let i = 0; i < 10; i++) l.append(0, KEY, page(`p${i}`, NOON))
  l.append(0, KEY, page('p9', NOON))
  l.append(0, KEY, form('f', NOON))
  const lead = l.lead(0, KEY)
  const { millipoints, parts } = scoreAt(model, lead.facts, lead.clock)
  const score = {
    offset: lead.offset,
    clock: lead.clock,
    model: 'm1',
    cause: 'activity',
    millipoints,
    contributions: parts.map(({ rule, millipoints }) => ({ rule, millipoints })),
    lead: structuredClone(asRecord(lead.facts)),
    models: null,
    recounts: null,
    forgotten: null,
  }
  return { partition: l.partitions[0], lead, score }
}

/** A page view more, as of an offset further on, of a lead that began so much later. */
function oneMore(score, further, later = 0) {
  score.lead.signals[1].buckets[0].count++
  score.lead.first += later
  score.offset += further
}

describe('G2 and G3: the state of a lead', () => {
  test('is what the log says', () => {
    const { lead, score } = scored()
    expect(score.millipoints).toBe(40_000)
    expect(wrongLead(lead, score, models)).toBeUndefined()
  })

  test.each([
    ['offset', 'G2', s => s.offset--],
    ['clock', 'G2', s => s.clock++],
    ['model', 'G2', s => (s.model = 'm2')],
    ['cause', 'G2', s => (s.cause = 'merge')],
    ['a count too few', 'G2', s => s.lead.signals[1].buckets[0].count--],
    ['a count too many, of a lead with repeats', 'G3', s => s.lead.signals[1].buckets[0].count++],
    ['its latest repeat counted', 'G3', s => oneMore(s, -1)],
    ['the bytes of a lead with more', 'G2', s => oneMore(s, 1)],
    ['the bytes of another lead, scored anew by the same control', 'G2', s => oneMore(s, 0, 1)],
    ['a signal', 'G2', s => s.lead.signals.pop()],
    ['an attribute', 'G2', s => s.lead.attributes.push({ name: 'x', value: 1, at: 1 })],
    ['an activity', 'G2', s => s.lead.recent.pop()],
    ['a visitor', 'G2', s => s.lead.visitors.push({ visitor: 'v:b', offset: 1, at: 1 })],
    ['an awaited one', 'G2', s => s.lead.awaited.push({ id: 1, visitor: 'v:b', counted: [] })],
    ['an unsettled act', 'G2', s => s.lead.unsettled.push({ id: 1, verdict: 'all_links', counted: [] })],
    ['an alias', 'G2', s => (s.lead.alias = 'l:x')],
    ['first', 'G2', s => s.lead.first--],
    ['no facts', 'G2', s => (s.lead = null)],
    ['a score that its parts do not give', 'sums', s => s.millipoints++],
    ['a part', 'sums', s => s.contributions[0].millipoints++],
  ])('with another %s is not: %s', (_what, statement, by) => {
    const { lead, score } = scored()
    by(score)
    expect(wrongLead(lead, score, models)?.[0]).toBe(statement)
  })

  test('the partition’s own record', () => {
    const { partition } = scored()
    const good = {
      offset: partition.mark.offset,
      clock: partition.mark.clock,
      model: '',
      cause: 'time',
      millipoints: 0,
      contributions: [],
      lead: null,
      models: { demo: 'm1' },
      recounts: null,
      forgotten: null,
    }
    expect(wrongMark(partition.mark, good)).toEqual([])
    expect(wrongMark(partition.mark, { ...good, models: { demo: 'm0' } })).toHaveLength(1)
    expect(wrongMark(partition.mark, { ...good, offset: 3 })).toHaveLength(1)
  })
})

const LEFT = ['COLD', 'HOT', 'COLD'].map(tier => ({ tier, at: NOON }))
/** A transition with its record; COLD → HOT unless said otherwise. */
function move(number, more = {}, offset = number) {
  const t = {
    number,
    from: 'COLD',
    to: 'HOT',
    at: NOON,
    offset: 5,
    cause: 'activity',
    announce: true,
    model: 'm1',
    millipoints: 40_000,
    contributions: [{ rule: 'form', millipoints: 40_000 }],
    conditions: [],
    scores: [],
    fit: null,
    grid: null,
    phase: null,
    forgotten: null,
    attributes: [],
    visitors: [],
    recent: [],
    left: LEFT.slice(0, 1),
    ...more,
  }
  return [{ key: KEY, offset, headers: { ce_id: `${KEY}#${number}` } }, t]
}
const down = { from: 'HOT', to: 'COLD', announce: false, left: LEFT.slice(0, 2) }
function announcement([{ key, offset }, t], at, more = {}) {
  const hot = { workspace: 'demo', lead: 'v:a', tier: t.to, since: t.at, tiersOffset: offset, ...t, ...more }
  return [{ key, offset: at, headers: { ce_id: `${key}#${t.number}` } }, hot]
}

describe('G4: transitions and announcements', () => {
  function read(moves, hots, { compacted = false, known = 100 } = {}) {
    const { said, say } = listener()
    const transitions = new Transitions('read committed', models, compacted)
    for (const [record, t] of moves) transitions.transition(0, record, t, say)
    for (const [record, hot] of hots) transitions.hotLead(0, record, hot, say)
    transitions.pair(new Map([[0, known]]), say)
    return { said, transitions }
  }
  const [first, second, third] = [move(1), move(2, down), move(3, { left: LEFT.slice(1) })]
  const both = [announcement(first, 1), announcement(third, 2)]
  const gone = {
    from: 'HOT',
    to: 'COLD',
    announce: false,
    left: [],
    contributions: [],
    millipoints: 0,
    forgotten: 5,
  }
  const warm = { from: 'WARM', left: [{ tier: 'WARM', at: NOON }] }

  test('hold for three moves and two announcements', () => {
    const { said, transitions } = read([first, second, third], both)
    expect(said).toEqual([])
    expect(transitions.latest.get(KEY)).toMatchObject({ number: 3, to: 'HOT', offset: 3 })
  })

  test('hold for a lead that was forgotten, in whatever tier it was, and that came back', () => {
    const again = move(4, { left: LEFT.slice(0, 1), forgotten: 7 })
    const cold = move(3, { ...gone, from: 'COLD', forgotten: 7 })
    expect(read([first, move(2, gone), cold, again], [both[0], announcement(again, 2)]).said).toEqual([])
  })

  test('how late moves by time came is told once, and of no others', () => {
    const [record, t] = move(2, { ...down, cause: 'time' })
    const { transitions } = read([first, [{ ...record, timestamp: NOON + 1_500 }, t]], [])
    expect([transitions.takeLate(), transitions.takeLate()]).toEqual([[1_500], []])
  })

  test.each([
    [
      'a gap',
      [first, third],
      both,
      ['G4: tiers/0 offset 3 (read committed): demo/v:a #3 COLD → HOT: expected number 2'],
    ],
    [
      'the first is not 1',
      [move(2, {}, 1)],
      [announcement(move(2, {}, 1), 1)],
      ['expected number 1, its first'],
    ],
    [
      'a repeat',
      [first, second, move(2, down, 3)],
      both.slice(0, 1),
      ['expected number 3', 'it is there already'],
    ],
    ['from elsewhere', [first, move(2, { ...down, from: 'WARM' })], both.slice(0, 1), ['expected from HOT']],
    ['the first is from elsewhere', [move(1, warm)], [announcement(move(1, warm), 1)], ['the lowest tier']],
    [
      'it forgets when a tier was left',
      [first, move(2, { ...down, left: LEFT.slice(1, 2) })],
      both.slice(0, 1),
      ['left[0].tier', 'left[1]'],
    ],
    [
      'who was forgotten has left a tier',
      [first, move(2, { ...gone, left: LEFT.slice(0, 2) })],
      both.slice(0, 1),
      ['it was forgotten, and'],
    ],
    ['it leads nowhere', [first, move(2, { ...down, to: 'HOT' })], both.slice(0, 1), ['leads nowhere']],
    [
      'its parts do not sum',
      [move(1, { millipoints: 1 })],
      [announcement(first, 1)],
      ['sums', 'millipoints is not that'],
    ],
    ['it should announce', [move(1, { announce: false })], [], ['expected true']],
    [
      'it should not announce',
      [move(1, { cause: 'model' })],
      [announcement(move(1, { cause: 'model' }), 1)],
      ['expected false'],
    ],
    [
      'its id is another',
      [[{ ...first[0], headers: { ce_id: 'x' } }, first[1]]],
      both.slice(0, 1),
      ['its ce_id is x'],
    ],
    ['no announcement', [first], [], ['no HOT event names it']],
    [
      'announced twice',
      [first],
      [announcement(first, 1), announcement(first, 2)],
      ['it is there already: hot-leads/0 offset 1'],
    ],
    ['announced without a move', [], both.slice(0, 1), ['which is no announcing transition']],
    ['announced as another', [first], [announcement(first, 1, { from: 'WARM' })], ['its from is not that']],
    [
      'announced with another part',
      [first],
      [announcement(first, 1, { phase: 'early' })],
      ['its phase is not that'],
    ],
    ['announced for another', [first], [announcement(first, 1, { lead: 'v:b' })], ['it is about demo/v:b']],
  ])('are broken: %s', (_what, moves, hots, expected) => {
    const { said } = read(moves, hots)
    expect(said).toEqual(expected.map(words => expect.stringContaining(words)))
  })

  test('what no state knows yet may still be on its way', () => {
    expect(read([first], [], { known: 1 }).said).toEqual([])
    expect(read([first], [], { known: 2 }).said).toHaveLength(1)
  })

  test('what compaction took is counted, a repeat is not excused by it', () => {
    const { said, transitions } = read([third, move(3, {}, 4)], [both[1]], { compacted: true })
    expect(transitions.counts.compactedAway).toBe(2)
    expect(said[0]).toMatch('expected number 4')
  })
})

describe('G2 and G5: a standing', () => {
  const { lead, score } = scored()
  const published = { millipoints: score.millipoints, contributions: score.contributions }
  const due = (() => {
    // 40 points that halve in 7 and 30 days are below 25 after some days.
    const standing = { tier: 'HOT', since: NOON, left: [] }
    const below = t => scoreAt(model, lead.facts, t).millipoints < 25_000
    let t = NOON
    for (const step of [DAY, HOUR, SECOND]) {
      while (!below(t)) t += step
      if (step !== SECOND) t -= step
    }
    return { standing, t }
  })().t
  const snapshot = { offset: 8, source: lead.offset, model: 'm1', clock: lead.clock, digest: 'bytes' }
  const good = () => ({
    key: KEY,
    standing: {
      offset: 8,
      source: lead.offset,
      tier: 'HOT',
      number: 1,
      since: NOON,
      left: [{ tier: 'COLD', at: NOON }],
      wakeAt: due,
      snapshot: 'bytes',
    },
    move: {
      number: 1,
      to: 'HOT',
      at: NOON,
      left: [{ tier: 'COLD', at: NOON }],
      offset: 3,
      t: { ...move(1)[1], ...published, offset: 8, at: lead.clock, since: undefined, left: [] },
    },
    snapshot,
    facts: lead.facts,
    model,
    changed: true,
    timer: due,
    indexes: [['demo/HOT', NOON]],
    clock: lead.clock - (lead.clock % SECOND),
    next: 9,
    digestOf: bytes => bytes,
  })
  const wrong = by => {
    const o = good()
    by(o)
    return wrongStanding(o).map(w => w.join(': '))
  }

  test('is what tiers, scores and the clock say', () => {
    expect(wrong(() => {})).toEqual([])
  })

  test.each([
    ['another tier', o => (o.standing.tier = 'WARM'), ['G2: tier', 'G2: indexes']],
    ['another number', o => (o.standing.number = 2), ['G2: number']],
    [
      'another since',
      o => {
        o.standing.since++
        o.indexes[0][1]++
      },
      ['G2: since'],
    ],
    ['another left', o => (o.standing.left = []), ['G2: left']],
    ['no timer', o => (o.timer = undefined), ['its timer is missing']],
    ['another timer', o => o.timer++, ['G2: wakeAt is']],
    ['it is not listed', o => (o.indexes = []), ['G2: indexes[0]']],
    ['it is listed twice', o => o.indexes.push(['demo/WARM', NOON]), ['G2: indexes[1]']],
    ['another snapshot', o => (o.standing.snapshot = 'other'), ['is not its latest']],
    ['an older source', o => o.standing.source--, ['G2: source']],
    ['an offset ahead', o => (o.standing.offset = 9), ['G2: offset']],
    [
      'it is gone',
      o => (o.standing = undefined),
      ['Redis has nothing of it', 'a timer at', 'it is listed under'],
    ],
    ['it is not awake', o => (o.clock = due), ['G5: due at']],
    ['a late timer', o => (o.timer = o.standing.wakeAt = due + 5 * SECOND), ['G5: at']],
    [
      'nobody wakes it',
      o => {
        o.timer = undefined
        Object.assign(o.standing, { wakeAt: null, snapshot: null })
      },
      ['wakes never'],
    ],
    ['a move elsewhere', o => (o.move.t.to = 'WARM'), ['its facts make it HOT, from COLD']],
    ['a move with other parts', o => (o.move.t.contributions = []), ['sums: its transition #1']],
    ['a move with a phase', o => (o.move.t.phase = 'early'), ['its phase is early']],
    [
      'a tier that its facts do not give',
      o => {
        Object.assign(o.move, { to: 'WARM' })
        Object.assign(o.standing, { tier: 'WARM' })
        o.indexes = [['demo/WARM', NOON]]
      },
      ['G5: it is WARM since'],
    ],
  ])('is not: %s', (_what, by, expected) => {
    expect(wrong(by)).toEqual(expected.map(words => expect.stringContaining(words)))
  })

  test('of a lead without one nothing may wait, and nothing may be due', () => {
    const none = o =>
      Object.assign(o, { standing: undefined, move: undefined, timer: undefined, indexes: [] })
    expect(wrong(none)).toEqual([expect.stringContaining('its facts make it HOT')])
    expect(wrong(o => Object.assign(none(o), { facts: { ...lead.facts, signals: new Map() } }))).toEqual([])
    expect(wrong(o => Object.assign(none(o), { facts: undefined, timer: due }))).toEqual([
      expect.stringContaining('a timer at'),
    ])
  })
})

describe('dead letters', () => {
  const value = Buffer.from('no Avro')
  const poison = { key: KEY, offset: 4, value }
  const letter = (more = {}, headers = {}) => ({
    key: KEY,
    offset: 1,
    value,
    ...more,
    headers: {
      'dlq-step': 'scorer.decode',
      'dlq-topic': 'activity',
      'dlq-partition': '0',
      'dlq-offset': '4',
      ...headers,
    },
  })
  function read(poisons, letters, upTo = 10) {
    const { said, say } = listener()
    const dead = new DeadLetters('activity')
    for (const p of poisons) dead.poison(0, p, 'no reason')
    for (const l of letters) dead.letter(0, l, say)
    dead.pair(new Map([[0, upTo]]), say)
    return { said, dead }
  }

  test('hold the very bytes, once or more', () => {
    const { said, dead } = read([poison], [letter(), letter({ offset: 2 })])
    expect(said).toEqual([])
    expect(dead.counts).toMatchObject({ poison: 1, deadLetters: 2, deadLettersMost: 2 })
  })

  test.each([
    ['it is missing', [poison], [], 'no dead letter has it'],
    ['other bytes', [poison], [letter({ value: Buffer.from('no') })], 'its bytes or its key'],
    ['another key', [poison], [letter({ key: 'demo/v:b' })], 'its bytes or its key'],
    ['a good record', [], [letter()], 'a record that can be read'],
    ['a record of hotlead itself', [], [letter({}, { 'dlq-topic': 'scores' })], 'which hotlead itself wrote'],
  ])('do not: %s', (_what, poisons, letters, words) => {
    expect(read(poisons, letters).said[0]).toMatch(words)
  })

  test('of what nobody has folded yet nothing is expected', () => {
    expect(read([poison], [], 4).said).toEqual([])
  })

  test('an event that the edge could not take', () => {
    const { said, say } = listener()
    const dead = new DeadLetters('activity')
    dead.wanted(Buffer.from('{"bad":1}'))
    dead.pair(new Map(), say)
    expect(said).toEqual(['dead: no dead letter has the bytes of the event {"bad":1}'])
    dead.letter(0, letter({ value: Buffer.from('{"bad":1}') }, { 'dlq-step': 'ingestor.validate' }), say)
    dead.pair(new Map(), say)
    expect(said).toHaveLength(1)
  })
})

describe('G1: what was acknowledged', () => {
  test('is in the log, as often as it was sent at most', () => {
    const account = new Account()
    for (const line of ['{"id":"a","sent":1}', '{"id":"b","sent":2}', 'c', '{"id":"lost"}'])
      account.acknowledged(readLine(line))
    for (const id of ['a', 'b', 'b', 'c', 'c', 'c', 'open']) account.found(id)
    expect(account.problems()).toEqual([expect.stringContaining('lost was acknowledged')])
    expect(account.counts).toEqual({ acknowledged: 4, inLog: 7, unacknowledged: 1 })
    account.found('a')
    account.found('lost')
    expect(account.problems()).toEqual(['the event a was sent 1 times, and is in activity 2 times'])
  })

  test('more often only as often as may be, and each copy once', () => {
    const account = new Account()
    for (const id of ['a', 'b', 'c']) account.acknowledged({ id, sent: 1 })
    account.mayRepeat(2)
    for (const id of ['a', 'a', 'b', 'b', 'c', 'c']) account.found(id)
    expect(account.problems()).toEqual(['the event c was sent 1 times, and is in activity 2 times'])
    account.found('a')
    expect(account.problems()).toEqual(['the event a was sent 2 times, and is in activity 3 times'])
    account.mayRepeat(1)
    expect(account.problems()).toEqual([])
    account.found('b')
    expect(account.problems()).toEqual(['the event b was sent 2 times, and is in activity 3 times'])
  })

  test('however many there are', () => {
    const account = new Account()
    for (let i = 0; i < 20_000; i++) account.acknowledged({ id: `${i}`, sent: 1 })
    for (let i = 0; i < 20_000; i++) if (i !== 777) account.found(`${i}`)
    expect(account.problems()).toEqual(['the event 777 was acknowledged, and is in no partition of activity'])
  })

  test('a line that is none is refused', () => {
    expect(() => readLine('{"key":"x"}')).toThrow('has an id, a poison or a mayRepeat')
  })
})

test('both isolation levels must be given the same', () => {
  const levels = new Levels()
  const record = (offset, text) => ({ key: 'k', offset, value: Buffer.from(text) })
  levels.take('t', 0, [record(0, 'a'), record(1, 'b')], true)
  levels.take('t', 0, [record(0, 'a')], false)
  levels.take('t', 0, [record(1, 'b')], false)
  expect(levels.differences()).toEqual([])
  levels.take('t', 0, [record(2, 'aborted')], true)
  expect(levels.differences()).toHaveLength(1)
  levels.take('t', 1, [record(0, 'a')], true)
  levels.take('t', 1, [record(0, 'x')], false)
  expect(levels.differences()).toHaveLength(1)
})

test('of many violations some of each are shown, and all are counted', () => {
  const violations = new Violations()
  for (let i = 0; i < 50; i++) violations.add('G2', `${i}`)
  violations.add('G1', 'one')
  expect(violations.total).toBe(51)
  expect(violations.shown.map(v => v.statement.slice(0, 2))).toEqual([...Array(10).fill('G2'), 'G1'])
})
