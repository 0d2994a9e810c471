import {
  control,
  DAY,
  followUp,
  form,
  HOUR,
  link,
  log,
  MINUTE,
  merge,
  NOON,
  outcome,
  page,
  via,
} from '../test/log.mjs'
import { asRecord, nothingKnown } from './facts.mjs'
import { idNumber } from './ids.mjs'
import { signalsOf } from './unsettled.mjs'

const views = lead => {
  const s = signalsOf(lead.facts).get('page-view')
  return s ? s.older + s.hours.reduce((n, h) => n + h.count, 0) : 0
}
const V = 'demo/v:a'
const L = 'demo/l:ada'
/** What a visitor's first word brings that did nothing before it. */
const NO_PAST = asRecord(nothingKnown())

function started() {
  const l = log()
  // Pages of noon are old news by then, and counted at once.
  l.append(0, '#', control(), NOON + 2 * MINUTE)
  l.append(1, '#', control())
  return l
}

test('events count by the hour of their own time; the clock is the log’s', () => {
  const l = started()
  l.append(0, V, page('1', NOON - 5 * HOUR, '/pricing'))
  const at = l.append(0, V, page('2', NOON, '/pricing'))
  const lead = l.lead(0, V)
  expect(lead).toMatchObject({ offset: at, model: 'm1', cause: 'activity', clock: l.partitions[0].clock })
  expect(lead.facts.signals.get('pricing').hours).toEqual([
    { hour: NOON / HOUR - 5, count: 1 },
    { hour: NOON / HOUR, count: 1 },
  ])
  expect(lead.facts.recent.map(r => [r.id, r.what])).toEqual([
    [idNumber('1'), 'page /pricing'],
    [idNumber('2'), 'page /pricing'],
  ])
})

test('an id within the window counts once, one that fell out of it again', () => {
  const l = started()
  l.append(0, V, page('same', NOON))
  const before = l.lead(0, V).offset
  l.append(0, V, page('same', NOON))
  expect([views(l.lead(0, V)), l.lead(0, V).offset, l.lead(0, V).repeated]).toEqual([1, before, before + 1])
  for (let i = 0; i < 31; i++) l.append(0, V, page(`x${i}`, NOON + i + 1))
  l.append(0, V, page('same', NOON))
  expect(views(l.lead(0, V))).toBe(32)
  l.append(0, V, page('x31', NOON + 40))
  l.append(0, V, page('same', NOON))
  expect(views(l.lead(0, V))).toBe(34)
})

test('beyond the latest ten an id is known for a day, and has no line', () => {
  const l = started()
  l.append(0, V, page('first', NOON))
  for (let i = 0; i < 10; i++) l.append(0, V, page(`x${i}`, NOON + MINUTE * i + 1))
  expect(l.lead(0, V).facts.recent.map(r => r.what !== '')).toEqual([false, ...Array(10).fill(true)])
  l.append(0, V, page('late', NOON + DAY + 1))
  l.append(0, V, page('first', NOON))
  expect(views(l.lead(0, V))).toBe(13)
})

test('a flagged event is remembered and counts for nothing', () => {
  const l = started()
  l.append(0, V, page('1', NOON, '/pricing', { flags: ['bot'] }))
  expect(l.lead(0, V).facts.signals.size).toBe(0)
  expect(l.lead(0, V).facts.recent[0].what).toBe('page /pricing (bot)')
})

test('what the model no longer looks at becomes one number', () => {
  const l = started()
  l.append(0, V, page('1', NOON - 281 * DAY))
  expect(l.lead(0, V).facts.signals.get('page-view')).toMatchObject({
    last: NOON - 281 * DAY,
    older: 1,
    hours: [],
  })
})

test('a visitor’s past and what it does from now on count at its lead, once', () => {
  const l = started()
  l.append(0, V, page('1', NOON))
  const past = asRecord(l.lead(0, V).facts)
  const linked = l.append(0, V, link('l:ada'))
  const known = [{ id: past.recent[0].id, at: NOON, what: '' }]
  expect(l.lead(0, V)).toMatchObject({ cause: 'merge', facts: { alias: 'l:ada', recent: known } })
  const later = page('2', NOON)
  const sent = l.append(0, V, later)
  expect(l.sentOn.problems(true)).toHaveLength(2)
  l.append(1, L, merge(past, 'v:a', linked))
  l.append(1, L, via(later, 'v:a', sent))
  expect(views(l.lead(1, L))).toBe(2)
  // Both once more, as after a crash.
  l.append(1, L, merge(past, 'v:a', linked))
  l.append(1, L, via(later, 'v:a', sent))
  expect(views(l.lead(1, L))).toBe(2)
  expect(l.sentOn.problems(true)).toEqual([])
  expect(l.sentOn.counts).toEqual({ sentOn: 2, sentOnAgain: 2 })
})

test('a linked visitor’s repeats go nowhere, whether the first came before the link or after it', () => {
  const l = started()
  l.append(0, V, page('1', NOON))
  l.append(0, V, link('l:ada'))
  l.append(0, V, page('2', NOON))
  l.append(0, V, link('l:bob'))
  const sent = l.sentOn.counts.sentOn
  const before = structuredClone(l.lead(0, V))
  l.append(0, V, page('1', NOON))
  const repeated = l.append(0, V, page('2', NOON))
  expect(l.lead(0, V)).toEqual({ ...before, repeated })
  expect(l.sentOn.counts.sentOn).toBe(sent)
})

test.each(['before', 'after'])(
  'an event under both names counts once, its lead’s copy %s the past',
  order => {
    const l = started()
    const own = () => l.append(1, L, page('1', NOON, '/pricing', { anonymousId: 'a' }))
    l.append(0, V, page('1', NOON, '/pricing'))
    l.append(0, V, page('2', NOON))
    const past = asRecord(l.lead(0, V).facts)
    if (order === 'before') own()
    const linked = l.append(0, V, link('l:ada'))
    l.append(1, L, merge(past, 'v:a', linked))
    if (order === 'after') own()
    expect(views(l.lead(1, L))).toBe(2)
    expect(l.lead(1, L).facts.awaited).toEqual([])
  },
)

test('a visitor without a past is listed while there are few, and awaited no more in any case', () => {
  const l = started()
  for (let i = 0; i < 33; i++) {
    l.append(1, L, page(`${i}`, NOON, '/', { anonymousId: `${i}` }))
    expect(l.lead(1, L).facts.awaited).toHaveLength(1)
    l.append(1, L, merge(NO_PAST, `v:${i}`, i))
    expect(l.lead(1, L)).toMatchObject({ cause: 'activity', facts: { awaited: [] } })
  }
  expect(l.lead(1, L).facts.visitors).toHaveLength(32)
})

test('what was sent on by nobody, to somebody else, or changed on the way', () => {
  const l = started()
  l.append(0, V, page('1', NOON))
  const past = asRecord(l.lead(0, V).facts)
  const linked = l.append(0, V, link('l:ada'))
  l.append(1, L, merge({ ...past, first: 1 }, 'v:a', linked))
  const sent = l.append(0, V, page('2', NOON))
  l.append(1, 'demo/l:bob', via(page('2', NOON), 'v:a', sent))
  l.append(1, L, via(page('3', NOON), 'v:a', 99))
  expect(l.sentOn.problems(true)).toEqual([
    expect.stringContaining('differs from what left there'),
    expect.stringContaining('belongs to demo/l:ada, and was counted by demo/l:bob'),
    expect.stringContaining('it never did'),
  ])
})

test('a lost record is told at rest only, a later one that was counted does not hide it', () => {
  const l = started()
  const linked = l.append(0, V, link('l:ada'))
  l.append(1, L, merge(NO_PAST, 'v:a', linked))
  const [first, second] = [page('1', NOON), page('2', NOON)]
  const lost = l.append(0, V, first)
  const offset = l.append(0, V, second)
  l.append(1, L, via(second, 'v:a', offset))
  l.append(1, L, via(first, 'v:a', lost))
  expect(l.sentOn.problems(false)).toEqual([])
  expect(l.sentOn.problems(true)).toEqual([
    expect.stringContaining(`demo/v:a@${lost} sent on was never counted`),
  ])
})

test('a new model changes every lead of the workspace at that offset', () => {
  const l = started()
  l.append(0, V, page('1', NOON))
  l.append(0, 'other/v:b', page('1', NOON))
  const at = l.append(0, '#', control('m1', true))
  expect(l.lead(0, V)).toMatchObject({ offset: at, cause: 'announcedModel' })
  expect(l.lead(0, 'other/v:b')).toMatchObject({ offset: at - 1, model: '' })
  expect(l.partitions[0].mark).toMatchObject({ offset: at, models: { demo: 'm1' } })
})

test('a follow-up is a signal of its own', () => {
  const l = started()
  l.append(0, L, form('1', NOON))
  l.append(0, L, followUp('f', NOON))
  l.append(0, L, followUp('f', NOON))
  expect(l.lead(0, L).facts.signals.get('follow-up').hours).toEqual([{ hour: NOON / HOUR, count: 1 }])
  expect(l.lead(0, L).facts.recent.map(r => r.what)).toContain('follow-up by phone, Eve: continue')
})

test('an outcome changes nothing of a lead, and makes none', () => {
  const l = started()
  l.append(0, L, form('1', NOON))
  const before = structuredClone(l.lead(0, L))
  l.append(0, L, outcome('o', NOON))
  l.append(0, V, outcome('p', NOON))
  expect(l.lead(0, L)).toEqual(before)
  expect(l.lead(0, V)).toBeUndefined()
})

test('attributes: the latest value counts, of the same time the greater', () => {
  const l = started()
  const says = (id, at, traits) => l.append(0, V, page(id, at, '/', { traits }))
  says('1', NOON, { size: 5, name: 'b' })
  says('2', NOON - 1, { size: 4 })
  says('3', NOON, { name: 'a', gone: null })
  expect(asRecord(l.lead(0, V).facts).attributes).toEqual([
    { name: 'name', value: 'b', at: NOON },
    { name: 'size', value: 5, at: NOON },
  ])
})

test('a consent in the context is an attribute, a refusal too', () => {
  const l = started()
  const asked = 'consent.categoryPreferences'
  l.append(
    0,
    V,
    page('1', NOON, '/', { context: { [`${asked}.mail`]: true, [`${asked}.ads`]: 'true', locale: 'de' } }),
  )
  expect(asRecord(l.lead(0, V).facts).attributes).toEqual([
    { name: 'consent.ads', value: false, at: NOON },
    { name: 'consent.mail', value: true, at: NOON },
  ])
})

test('a record that cannot be read moves no clock', () => {
  const l = started()
  const [p] = l.partitions
  const { clock } = p
  p.skip({ offset: p.next, timestamp: clock + DAY })
  expect(p.clock).toBe(clock)
})

describe('a recount', () => {
  const steps = ['prepare', 'take'].map(step => control('m1', false, { id: 'r', step, facts: ['pricing'] }))
  const [prepare, take] = steps
  const twice = [{ name: 'pricing', last: NOON, older: 2, buckets: [], values: [], visits: null }]
  const recount = (signals, id = 'r') => ({
    ...page('', 0),
    kind: 'recount',
    event: null,
    recount: { id, signals },
  })
  const names = lead => [...lead.facts.signals].map(([name, s]) => [name, s.older + s.hours.length])

  test('counts beside the present facts, and then instead of them', () => {
    const l = started()
    l.append(0, V, page('1', NOON, '/pricing'))
    l.append(0, '#', prepare)
    l.append(0, V, recount(twice))
    l.append(0, V, page('2', NOON, '/pricing'))
    expect(names(l.lead(0, V))).toEqual([
      ['page-view', 1],
      ['pricing', 1],
      ['@r pricing', 3],
    ])
    const at = l.append(0, '#', take)
    expect(names(l.lead(0, V))).toEqual([
      ['page-view', 1],
      ['pricing', 3],
    ])
    expect(l.lead(0, V)).toMatchObject({ offset: at, cause: 'model' })
    expect(l.partitions[0].mark.recounts.demo).toEqual({
      taken: { id: 'r', offset: at, at: l.partitions[0].clock, facts: ['pricing'] },
      prepared: null,
      ended: 'r',
    })
  })

  test('that another publication overtook leaves nothing, and is not taken', () => {
    const l = started()
    l.append(0, '#', prepare)
    l.append(0, V, page('1', NOON, '/pricing'))
    const at = l.append(0, '#', control())
    l.append(0, V, recount(twice))
    l.append(0, '#', take)
    expect(l.lead(0, V).offset).toBe(at)
    expect(names(l.lead(0, V))).toEqual([
      ['page-view', 1],
      ['pricing', 1],
    ])
  })

  test('goes where a visitor’s past went, and a merge counts as its receiver does', () => {
    const l = started()
    l.append(0, '#', prepare)
    l.append(1, '#', prepare)
    l.append(0, V, page('1', NOON, '/pricing'))
    const past = asRecord(l.lead(0, V).facts)
    const linked = l.append(0, V, link('l:ada'))
    l.append(0, V, link('l:bob'))
    const sent = l.append(0, V, recount(twice))
    l.append(1, '#', take)
    l.append(1, L, merge(past, 'v:a', linked))
    l.append(1, L, via(recount(twice), 'v:a', sent))
    expect(names(l.lead(1, L))).toEqual([
      ['page-view', 1],
      ['pricing', 3],
    ])
    expect(l.sentOn.problems(true)).toEqual([])
  })

  test('is not taken here yet, and is where a merge comes from', () => {
    const l = started()
    for (const p of [0, 1]) l.append(p, '#', prepare)
    l.append(0, V, page('1', NOON, '/pricing'))
    l.append(0, '#', take)
    const past = asRecord(l.lead(0, V).facts)
    const linked = l.append(0, V, link('l:ada'))
    l.append(1, L, merge(past, 'v:a', linked, { counted: 'r', ended: 'r' }))
    expect(names(l.lead(1, L))).toEqual([
      ['page-view', 1],
      ['@r pricing', 1],
    ])
    expect(l.sentOn.problems(true)).toEqual([])
  })
})
