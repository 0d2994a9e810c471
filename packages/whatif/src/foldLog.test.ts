import { type Activity, type Event, type Lead as Facts, NO_ACTIVITY } from '@hotlead/contracts'
import { type Model, newLead, observe, once, parseModel, whole } from '@hotlead/model'
import { foldLog, type LogFolded } from './foldLog.ts'

/** Logs of two partitions, made by hand: records that a scorer wrote under some other model, wherever they come. */

const model = modelOf(`
name: pages
signals: { page-view: { type: page } }
rules: [{ signal: page-view, points: 10 }]
tiers: [{ name: COLD }, { name: HOT, announce: true, enter: { score: { atLeast: 25 } } }]
`)
const T = Date.UTC(2026, 0, 5, 12)

function modelOf(source: string): Model {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.model
}

interface Row {
  key: string
  offset: number
  timestamp: number
  value: Activity
}

/** A partition's records, each at so many ms after T. */
function partition(...rows: [key: string, at: number, Partial<Activity>][]): Row[] {
  return rows.map(([key, at, value], offset) => ({
    key,
    offset,
    timestamp: T + at,
    value: { ...NO_ACTIVITY, ...value } as Activity,
  }))
}

let ids = 0
function page(path = '/'): Partial<Activity> {
  const event: Event = {
    id: `e-${++ids}`,
    type: 'page',
    name: '',
    at: T,
    timestamp: null,
    sentAt: null,
    receivedAt: T,
    anonymousId: null,
    userId: null,
    page: { host: '', path, search: '', referrer: '', title: '' },
    properties: {},
    traits: {},
    context: {},
    ip: null,
    userAgent: null,
    signed: true,
    source: 'web',
    flags: [],
  }
  return { kind: 'event', event }
}
const link = (lead: string): Partial<Activity> => ({ kind: 'link', link: { lead, at: T, received: T } })

/** What the model of that time had counted: something else, and less. */
const theirs: Facts = observe(undefined, newLead(), { at: T, signals: [once('other')], id: 1, what: 'x' }, T)
const merge = (visitor: string, offset: number): Partial<Activity> => ({
  kind: 'merge',
  via: { visitor, offset },
  merge: { lead: theirs, counted: null, ended: null, linked: T },
})
const sentOn = (visitor: string, offset: number, value: Partial<Activity>) => ({
  ...value,
  via: { visitor, offset },
})

async function run(
  rows: Row[][],
  chunk = 100,
  to?: number,
  isOwnOnly = false,
): Promise<LogFolded & { moves: string[] }> {
  const moves: string[] = []
  const partitionOf = (key: string) => rows.findIndex(of => of.some(r => r.key === key))
  const folded = await foldLog<Row>({
    isTiered: true,
    models: [model],
    workspace: 'w',
    partitions: rows.map(async function* (of) {
      for (let i = 0; i < of.length; i += chunk) yield of.slice(i, i + chunk)
    }),
    partitionOf,
    decode: r => r.value,
    isOwnOnly,
    ...(to === undefined ? {} : { to }),
    onRun([of]) {
      for (const { key, transition: t } of of?.moves ?? [])
        moves.push(`${key} ${t.from}→${t.to} +${t.at - T}`)
    },
  })
  return { ...folded, moves }
}

test.each([
  ['after its link', 2_000],
  ['before its link, by the stamps of another broker', 500],
])('a merge %s counts what this model counted', async (_when, at) => {
  const { moves, foreignMerges } = await run([
    partition(['w/v:a', 0, page()], ['w/v:a', 1, page()], ['w/v:a', 1_000, link('l:ann')]),
    partition(['w/l:ann', 100, page()], ['w/l:ann', at, merge('v:a', 2)]),
  ])
  expect(moves).toEqual([`w/l:ann COLD→HOT +${at}`])
  expect(foreignMerges).toBe(0)
})

test('two partitions whose merges wait for each other’s links, all of one stamp', async () => {
  const pages = (visitor: string) =>
    [1, 2, 3].map(() => [visitor, 1_000, page()] as [string, number, Partial<Activity>])
  const { moves } = await run([
    partition(...pages('w/v:a'), ['w/v:a', 1_000, link('l:ann')], ['w/l:bob', 1_000, merge('v:b', 4)]),
    partition(...pages('w/v:b'), ['w/l:ann', 1_000, merge('v:a', 3)], ['w/v:b', 1_000, link('l:bob')]),
  ])
  const became = moves.filter(m => m.endsWith('COLD→HOT +1000')).map(m => m.split(' ')[0])
  expect(became.sort()).toEqual(['w/l:ann', 'w/l:bob', 'w/v:b'])
})

test('what the scorer wrote twice counts once', async () => {
  const [one, two] = [page(), page()]
  const { moves, foreignMerges } = await run([
    partition(['w/v:a', 0, page()], ['w/v:a', 10, link('l:ann')], ['w/v:a', 20, one], ['w/v:a', 5_000, two]),
    partition(
      ['w/l:ann', 30, merge('v:a', 1)],
      ['w/l:ann', 31, sentOn('v:a', 2, one)],
      ['w/l:ann', 40, merge('v:a', 1)],
      ['w/l:ann', 41, sentOn('v:a', 2, one)],
      ['w/l:ann', 6_000, sentOn('v:a', 3, two)],
    ),
  ])
  expect(moves).toEqual(['w/l:ann COLD→HOT +6000'])
  expect(foreignMerges).toBe(0)
})

test('a merge whose link is gone from the log is taken as it is, and counted', async () => {
  const { foreignMerges, folded } = await run([
    partition(['w/v:b', 0, page()], ['w/v:b', 1, page()]).map(r => ({ ...r, offset: r.offset + 100 })),
    partition(['w/l:ann', 30, merge('v:b', 7)]),
  ])
  expect({ foreignMerges, folded }).toEqual({ foreignMerges: 1, folded: 3 })
})

test('of a merge whose link is gone, where only own counts are wanted, what is unsettled counts nothing either', async () => {
  const act = { act: 'viewed', mail: 0, link: 0, flag: null } as const
  const seen = { at: T, signals: [once('other')], id: 2, what: 'y', act }
  const value = merge('v:b', 7)
  const lead = observe(undefined, theirs, seen, T)
  const { leads } = await run(
    [
      partition(['w/v:b', 0, page()]).map(r => ({ ...r, offset: r.offset + 100 })),
      partition(['w/l:ann', 30, { ...value, merge: { lead, counted: null, ended: null, linked: T } }]),
    ],
    100,
    undefined,
    true,
  )
  const ann = [...leads(0)].find(l => l.key === 'w/l:ann')?.lead as Facts
  expect(ann.recent.map(r => r.what)).toEqual(['x', 'y'])
  expect(whole(ann).signals).toEqual([])
})

test('other workspaces, controls and ticks only move the clock; nothing of them is decoded', async () => {
  const rows = partition(
    [
      '#',
      0,
      { kind: 'control', control: { workspace: 'w', model: 'unknown', announce: true, recount: null } },
    ],
    ['w/v:a', 0, page()],
    ['other/v:a', 1, page()],
    ['w/v:a', 1, page()],
    ['#', 1, { kind: 'tick' }],
    ['w/v:a', 1, page()],
  )
  for (const r of rows) if (!r.key.startsWith('w/')) Object.defineProperty(r, 'value', { get: () => fail() })
  const { moves, folded, read, end } = await run([rows])
  expect({ moves, folded, read, end }).toEqual({
    moves: ['w/v:a COLD→HOT +1'],
    folded: 3,
    read: 6,
    end: T + 1,
  })
})

test('what is produced together is judged together, wherever a fetch ends', async () => {
  const rows = () => [partition(...[0, 1, 2].map(() => ['w/v:a', 5, page()] as never), ['w/v:a', 9, page()])]
  for (const chunk of [1, 2, 3, 100]) expect((await run(rows(), chunk)).moves).toEqual(['w/v:a COLD→HOT +5'])
})

test('records after `to` are not read', async () => {
  const rows = [partition(['w/v:a', 0, page()], ['w/v:a', 10, page()], ['w/v:a', 20, page()])]
  expect(await run(rows, 100, T + 15)).toMatchObject({ folded: 2, moves: [], end: T + 15 })
})
